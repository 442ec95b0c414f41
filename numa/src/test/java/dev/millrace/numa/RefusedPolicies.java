package dev.millrace.numa;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a container's seccomp profile does to a process, done by the process to itself: a filter under which every memory
 * policy call is answered with an error. It cannot be taken off again, so this is for a JVM of its own.
 *
 * <p>The filter is a program of the kernel's packet filter ({@code linux/filter.h}, {@code linux/seccomp.h}):
 *
 * <pre>
 *   instruction: code (2) | jump if true (1) | jump if false (1) | operand (4)
 *
 *   load the architecture      not this one: allow
 *   load the call's number     one of the refused: go to the end
 *   allow
 *   answer with the error
 * </pre>
 */
final class RefusedPolicies {
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7fff0000;
    private static final int ERROR = 0x00050000;
    private static final int OFFSET_OF_NUMBER = 0;
    private static final int OFFSET_OF_ARCHITECTURE = 4;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;

    private final int architecture;
    private final int prctl;
    private final int seccomp;

    /** mbind, set_mempolicy, get_mempolicy, move_pages, migrate_pages. */
    private final int[] refused;

    private RefusedPolicies(int architecture, int prctl, int seccomp, int... refused) {
        this.architecture = architecture;
        this.prctl = prctl;
        this.seccomp = seccomp;
        this.refused = refused;
    }

    private static RefusedPolicies ofThisMachine() {
        return Platform.isARM()
                ? new RefusedPolicies(0xC00000B7, 167, 277, 235, 237, 236, 239, 238)
                : new RefusedPolicies(0xC000003E, 157, 317, 237, 238, 239, 279, 256);
    }

    /**
     * Installs the filter for all threads of this process.
     *
     * @param errno what the refused calls answer
     */
    static void install(int errno) {
        ofThisMachine().installFilter(errno);
    }

    private void installFilter(int errno) {
        int count = refused.length + 6;
        ByteBuffer program = ByteBuffer.allocate(count * 8).order(ByteOrder.nativeOrder());
        instruction(program, LOAD_WORD, 0, OFFSET_OF_ARCHITECTURE);
        instruction(program, JUMP_IF_EQUAL, 1, architecture);
        instruction(program, RETURN, 0, ALLOW);
        instruction(program, LOAD_WORD, 0, OFFSET_OF_NUMBER);
        for (int i = 0; i < refused.length; i++) {
            instruction(program, JUMP_IF_EQUAL, refused.length - i, refused[i]);
        }
        instruction(program, RETURN, 0, ALLOW);
        instruction(program, RETURN, 0, ERROR | errno);
        try (Memory instructions = new Memory(program.capacity());
                Memory header = new Memory(16)) {
            instructions.write(0, program.array(), 0, program.capacity());
            header.clear();
            header.setShort(0, (short) count);
            header.setPointer(8, instructions);
            call(prctl, PR_SET_NO_NEW_PRIVS, 1, 0);
            call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, Pointer.nativeValue(header));
        }
    }

    private static void instruction(ByteBuffer program, int code, int ifTrue, int operand) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) 0).putInt(operand);
    }

    private static void call(int number, long a, long b, long c) {
        if (LibC.syscall(number, a, b, c, 0, 0, 0) != 0) {
            throw new IllegalStateException(
                    "no filter here: call=" + number + ", " + Errno.describe(Native.getLastError()));
        }
    }
}

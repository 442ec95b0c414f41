package dev.millrace.numa;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The memory policy calls without a library for them: the kernel is called by number. */
record BarePolicyCalls(SystemCallNumbers numbers) implements PolicyCalls {
    @Override
    public int mbind(long address, long bytes, int mode, long[] nodeMask) {
        try (Memory mask = copyOf(nodeMask)) {
            return errno(LibC.syscall(numbers.mbind(), address, bytes, mode, Pointer.nativeValue(mask), MAX_NODE, 0));
        }
    }

    @Override
    public int allowedNodes(long[] nodeMask) {
        try (Memory mask = copyOf(nodeMask)) {
            int errno = errno(LibC.syscall(
                    numbers.getMempolicy(), 0, Pointer.nativeValue(mask), MAX_NODE, 0, MPOL_F_MEMS_ALLOWED, 0));
            mask.read(0, nodeMask, 0, nodeMask.length);
            return errno;
        }
    }

    @Override
    public int whereAre(long[] pages, int[] status) {
        if (pages.length == 0) {
            return 0;
        }
        try (Memory addresses = copyOf(pages);
                Memory nodes = new Memory((long) Integer.BYTES * status.length)) {
            int errno = errno(LibC.syscall(
                    numbers.movePages(),
                    0,
                    pages.length,
                    Pointer.nativeValue(addresses),
                    0,
                    Pointer.nativeValue(nodes),
                    0));
            nodes.read(0, status, 0, status.length);
            return errno;
        }
    }

    private static Memory copyOf(long[] values) {
        Memory copy = new Memory((long) Long.BYTES * values.length);
        copy.write(0, values, 0, values.length);
        return copy;
    }

    private static int errno(long result) {
        return result == 0 ? 0 : Native.getLastError();
    }
}

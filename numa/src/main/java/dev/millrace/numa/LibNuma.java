package dev.millrace.numa;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import org.jspecify.annotations.Nullable;

/**
 * The memory policy calls, taken from libnuma by direct mapping: it exports the system calls as they are, so they set
 * {@code errno} and print nothing. None of libnuma's own allocation functions is used.
 *
 * <p>Loading this class fails with some {@link LinkageError} where the library is missing.
 */
final class LibNuma {
    static final int MPOL_PREFERRED = 1;

    /** Node numbers are the machine's, not relative to the set that the process may use. */
    static final int MPOL_F_STATIC_NODES = 1 << 15;

    static final int MPOL_F_MEMS_ALLOWED = 1 << 2;

    static {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            throw new UnsatisfiedLinkError("only 64-bit Linux has memory policies");
        }
        Native.register(LibNuma.class, NativeLibrary.getInstance("libnuma.so.1"));
    }

    private LibNuma() {}

    static native int numa_available();

    /** The mask has {@code maxNode - 1} bits. */
    static native long mbind(long address, long bytes, int mode, long[] nodeMask, long maxNode, int flags);

    static native long get_mempolicy(int[] mode, long[] nodeMask, long maxNode, long address, long flags);

    /** With no nodes it moves nothing and says where each page lies, or a negative errno. */
    static native long move_pages(
            int process, long count, long[] pages, int @Nullable [] nodes, int[] status, int flags);
}

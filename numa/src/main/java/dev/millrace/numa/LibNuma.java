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
final class LibNuma implements PolicyCalls {
    static {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            throw new UnsatisfiedLinkError("only 64-bit Linux has memory policies");
        }
        Native.register(LibNuma.class, NativeLibrary.getInstance("libnuma.so.1"));
    }

    static native int numa_available();

    /** The mask has {@code maxNode - 1} bits. */
    static native long mbind(long address, long bytes, int mode, long[] nodeMask, long maxNode, int flags);

    static native long get_mempolicy(int[] mode, long[] nodeMask, long maxNode, long address, long flags);

    /** With no nodes it moves nothing and says where each page lies, or a negative errno. */
    static native long move_pages(
            int process, long count, long[] pages, int @Nullable [] nodes, int[] status, int flags);

    @Override
    public int mbind(long address, long bytes, int mode, long[] nodeMask) {
        return errno(mbind(address, bytes, mode, nodeMask, MAX_NODE, 0));
    }

    @Override
    public int allowedNodes(long[] nodeMask) {
        return errno(get_mempolicy(new int[1], nodeMask, MAX_NODE, 0, MPOL_F_MEMS_ALLOWED));
    }

    @Override
    public int whereAre(long[] pages, int[] status) {
        int @Nullable [] queryOnly = null;
        return errno(move_pages(0, pages.length, pages, queryOnly, status, 0));
    }

    private static int errno(long result) {
        return result == 0 ? 0 : Native.getLastError();
    }
}

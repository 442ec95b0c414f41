package dev.millrace.numa;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * The calls of Linux's C library that Millrace makes, by direct mapping.
 *
 * <p>Loading this class fails with some {@link LinkageError} where they are out of reach; callers answer that once, at
 * start. {@code errno} of the last call is {@link Native#getLastError()}.
 */
final class LibC {
    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_READ_WRITE = 1 | 2;
    static final int MAP_PRIVATE_ANONYMOUS = 0x2 | 0x20;
    static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = MAP_PRIVATE_ANONYMOUS | 0x4000;

    /** Pages of 2 MiB (2 to the 21st) from the pool that was set aside. */
    static final int MAP_HUGETLB_2MB = 0x40000 | 21 << 26;

    static final long MAP_FAILED = -1L;
    static final int MADV_DONTNEED = 4;
    static final int MADV_DONTFORK = 10;
    static final int MADV_HUGEPAGE = 14;
    static final int MADV_NOHUGEPAGE = 15;
    static final int MADV_WIPEONFORK = 18;

    /** Since Linux 5.14: touches pages for writing and leaves their contents. */
    static final int MADV_POPULATE_WRITE = 23;

    static {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            throw new UnsatisfiedLinkError("only 64-bit Linux has the calls that are needed");
        }
        Native.register(LibC.class, NativeLibrary.getInstance("c"));
    }

    private LibC() {}

    static native long mmap(long address, long bytes, int protection, int flags, int file, long offset);

    static native int munmap(long address, long bytes);

    static native int madvise(long address, long bytes, int advice);

    static native int mprotect(long address, long bytes, int protection);

    /** Thread 0 is the calling one. */
    static native int sched_setaffinity(int thread, long maskBytes, byte[] mask);

    static native int sched_getaffinity(int thread, long maskBytes, byte[] mask);

    /**
     * Any system call. C declares it with a variable number of arguments, which direct mapping cannot express; but it
     * only moves registers, so that it may be called with all six.
     */
    static native long syscall(long number, long a, long b, long c, long d, long e, long f);
}

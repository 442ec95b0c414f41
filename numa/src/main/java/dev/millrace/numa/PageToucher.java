package dev.millrace.numa;

import com.sun.jna.Pointer;

/**
 * Backs pages with memory from the calling thread and leaves their contents.
 *
 * <p>Any thread may call it. {@code madvise(MADV_POPULATE_WRITE)} does it in one call and answers where it cannot;
 * kernels before 5.14 lack it, and a byte of each page is stored instead.
 *
 * @param canPopulate whether the kernel knows the advice
 */
record PageToucher(boolean canPopulate) {
    private static final long SCRATCH_BYTES = 4096;

    /** Finds out on a page of its own. */
    static PageToucher detect() {
        long scratch = LibC.mmap(0, SCRATCH_BYTES, LibC.PROT_READ_WRITE, LibC.MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
        if (scratch == LibC.MAP_FAILED) {
            return new PageToucher(false);
        }
        try {
            return new PageToucher(LibC.madvise(scratch, SCRATCH_BYTES, LibC.MADV_POPULATE_WRITE) == 0);
        } finally {
            LibC.munmap(scratch, SCRATCH_BYTES);
        }
    }

    /**
     * Touches a writable stretch that nobody else writes to meanwhile.
     *
     * @param pageBytes how far the bytes that are stored lie apart, where bytes are stored
     * @return false if there may be pages without memory
     */
    boolean touch(long address, long bytes, long pageBytes) {
        if (pageBytes < 1) {
            throw new IllegalArgumentException(
                    "page size must be positive: pageBytes=" + pageBytes + "; pass 4096 or 2097152");
        }
        if (canPopulate) {
            return LibC.madvise(address, bytes, LibC.MADV_POPULATE_WRITE) == 0;
        }
        Pointer stretch = new Pointer(address);
        for (long offset = 0; offset < bytes; offset += pageBytes) {
            stretch.setByte(offset, stretch.getByte(offset));
        }
        return true;
    }
}

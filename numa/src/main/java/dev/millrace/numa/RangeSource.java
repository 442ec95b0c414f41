package dev.millrace.numa;

import java.util.Optional;

/**
 * Address ranges from the operating system: reserved whole, backed with memory page by page as they are touched.
 *
 * <p>Any thread may call any method. Whoever reserves a range releases it. Each call may enter the kernel.
 */
public interface RangeSource {
    /** Every range starts at a multiple of this: the size of a huge page. */
    long ALIGNMENT_BYTES = 2L << 20;

    /**
     * Reserves a range.
     *
     * @param bytes a multiple of {@link #ALIGNMENT_BYTES}
     * @return its address, a multiple of {@link #ALIGNMENT_BYTES}; the contents are zero, or undefined if the source
     *     says so
     * @throws ReservationException if the operating system refuses
     */
    long reserve(long bytes);

    /** Gives a range back, with the size it was reserved with. Nothing may touch it from here on. */
    void release(long address, long bytes);

    /**
     * Asks for huge pages, before the first touch.
     *
     * @return false if there are none to be had
     */
    boolean adviseHugePages(long address, long bytes);

    /**
     * Lets go of the memory behind part of a range and keeps its addresses. The contents are lost.
     *
     * @return false if the memory stays
     */
    boolean giveBack(long address, long bytes);

    /** Ranges by {@code mmap}, where that is within reach: 64-bit Linux with JNA. Never throws. */
    static Optional<RangeSource> detect() {
        return MmapRanges.detect();
    }
}

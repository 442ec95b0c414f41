package dev.millrace.numa;

import java.util.Optional;

/**
 * Address ranges from the operating system: reserved whole, backed with memory page by page as they are touched.
 *
 * <p>Any thread may call any method. Whoever reserves a range releases it. Each call may enter the kernel.
 *
 * <p>The life of a range: {@link #reserve}, advise and bind, then for each stretch of it {@link #commit}, use,
 * {@link #giveBack}, and {@code commit} again; at last {@link #release}.
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

    /**
     * Reserves a range of huge pages of 2 MiB that the machine's administrator set aside. They belong to the range from
     * here on, used or not, so that touching them never fails.
     *
     * @param bytes a multiple of {@link #ALIGNMENT_BYTES}
     * @return its address, as of {@link #reserve}
     * @throws ReservationException if too few are free; it says how many there are and what to set
     */
    default long reserveHuge(long bytes) {
        throw new ReservationException(
                bytes, "this machine has no pool of huge pages", "ask for huge pages where possible instead");
    }

    /** Gives a range back, with the size it was reserved with. Nothing may touch it from here on. */
    void release(long address, long bytes);

    /**
     * Asks for huge pages, before the first touch.
     *
     * @return false if there are none to be had
     */
    boolean adviseHugePages(long address, long bytes);

    /**
     * Asks for no huge pages in a stretch that has memory: the kernel would make one of what is there and bring back what was
     * given back in between. {@link #adviseHugePages} takes it back. The stretch may be a mapping of its own from here on, of which
     * a process can have some 65,000.
     *
     * @return false if the kernel goes on as before
     */
    default boolean adviseSmallPages(long address, long bytes) {
        return false;
    }

    /**
     * Makes a stretch of a range usable: before its first touch, and again after {@link #giveBack}. Only a kernel that
     * never promises more memory than it has ({@code vm.overcommit_memory=2}) has anything to do here. Committing twice
     * is fine.
     *
     * @param address a multiple of the page size, like {@code bytes}
     * @return false if the machine has no memory left to promise; the stretch must not be touched
     */
    default boolean commit(long address, long bytes) {
        return true;
    }

    /**
     * Backs a stretch with memory now, from the calling thread, so that its first use costs nothing. Contents stay.
     *
     * @param address a multiple of {@code pageBytes}, like {@code bytes}
     * @param pageBytes the size of the pages that are expected there: 4096, or that of a huge page
     * @return false if some of it may have no memory yet
     */
    default boolean touch(long address, long bytes, long pageBytes) {
        return false;
    }

    /**
     * Lets or forbids access to a stretch. Contents stay.
     *
     * @param address a multiple of the page size, like {@code bytes}
     * @return false if it can be accessed as before
     */
    default boolean protect(long address, long bytes, Protection protection) {
        return false;
    }

    /**
     * Lets go of the memory behind part of a range and keeps its addresses. The contents are lost. A range of
     * {@link #reserveHuge} keeps its memory: another process could take the pages, and the next touch would end this one.
     *
     * @return false if the memory stays
     */
    boolean giveBack(long address, long bytes);

    /** Ranges by {@code mmap}, where that is within reach: 64-bit Linux with JNA. Never throws. */
    static Optional<RangeSource> detect() {
        return MmapRanges.detect(ContainerLimit.ROOT);
    }
}

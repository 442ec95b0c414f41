package dev.millrace.allocator;

/**
 * What the operating system says about the pages behind an allocator. It has to be asked, so it is asked only on request.
 *
 * @param wasAsked whether it was; all numbers are 0 if not
 * @param rssBytes memory behind the reservation; 0 where it is not told
 * @param hugeBytes the part of it that is in huge pages
 * @param sampledPages pages of slabs that were chosen by chance and asked about
 * @param absentPages those of them that were never touched
 * @param unknownPages those of them that nobody knows the node of
 * @param misplacedPages those of them that lie on another node than their range is bound to
 */
public record PageStatistics(
        boolean wasAsked,
        long rssBytes,
        long hugeBytes,
        int sampledPages,
        int absentPages,
        int unknownPages,
        int misplacedPages) {
    /** Nobody asked. */
    public static final PageStatistics NOT_ASKED = new PageStatistics(false, 0, 0, 0, 0, 0, 0);

    /** The part of memory that is in huge pages, 0 to 1. */
    public double hugeShare() {
        return rssBytes == 0 ? 0 : (double) hugeBytes / rssBytes;
    }

    /** The part of pages with a known node that lie on the wrong one, 0 to 1. */
    public double misplacedShare() {
        int known = sampledPages - absentPages - unknownPages;
        return known == 0 ? 0 : (double) misplacedPages / known;
    }
}

package dev.millrace.numa;

/**
 * Asks the operating system to keep a range of addresses on one node, and asks where a page lies.
 *
 * <p>Any thread may call any method. Each call enters the kernel: for start-up and for checks, never for a block. A
 * range is bound before its first touch, or the pages that are already there stay where they are.
 */
public interface Placement {
    /** The answer of {@link #nodeOf} when nobody knows. */
    int UNKNOWN_NODE = -1;

    /** How well this placement places. */
    Rung rung();

    /** Why it is this rung, in a short sentence for a report. */
    String reason();

    /**
     * Prefers a node for the pages of a range that are not there yet. A full node is passed over, not waited for.
     *
     * @param address the start of the range, a multiple of the page size
     * @return false if the wish was refused, or cannot be expressed here
     */
    boolean bindPreferred(long address, long bytes, NumaNode node);

    /**
     * The kernel id of the node that the page of an address lies on.
     *
     * @return {@link #UNKNOWN_NODE} if the page was never touched, or nobody knows
     */
    int nodeOf(long address);

    /**
     * The best placement of this machine, found by binding a scratch page. Never throws: what stands in the way becomes
     * the {@link #reason} of the flat placement.
     */
    static Placement detect() {
        return PlacementProbe.detect();
    }

    /** A placement that places nothing. */
    static Placement flat(String reason) {
        return new FlatPlacement(reason);
    }
}

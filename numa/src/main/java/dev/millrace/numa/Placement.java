package dev.millrace.numa;

import java.util.List;

/**
 * Asks the operating system to keep a range of addresses on one node, and asks where pages lie.
 *
 * <p>Any thread may call any method. Each call enters the kernel: for start-up, for the first use of a stretch of memory
 * and for checks, never for a block. A range is bound before its first touch, or the pages that are already there stay
 * where they are. Nothing here changes the policy of a thread or of the process.
 *
 * <p>What to do on each {@link Rung}:
 *
 * <pre>
 *                  bindPreferred, interleave   firstTouch                        nodesOf
 *   LIBNUMA        once a range                does nothing, true                every page
 *   SYSCALL        once a range                does nothing, true                every page
 *   FIRST_TOUCH    false; names the range      touches from the node's CPUs      ranges that lie on one node
 *   FLAT           false                       does nothing, false               nothing is known
 * </pre>
 *
 * <p>So whoever binds every range at start and calls {@link #firstTouch} before the first use of each stretch is right
 * everywhere.
 */
public interface Placement {
    /** The answer of {@link #nodeOf} and {@link #nodesOf} when nobody knows. */
    int UNKNOWN_NODE = -1;

    /** The answer of {@link #nodesOf} for an address that has no page: it was never touched, or given back. */
    int ABSENT_PAGE = -2;

    /** How well this placement places. */
    Rung rung();

    /** Why it is this rung and no better one, in a short sentence for a report. */
    String reason();

    /**
     * Prefers a node for the pages of a range that are not there yet. A full node is passed over, not waited for.
     *
     * @param address the start of the range, a multiple of the page size
     * @return false if the wish was refused, or cannot be expressed here
     */
    boolean bindPreferred(long address, long bytes, NumaNode node);

    /**
     * Spreads the pages of a range that are not there yet evenly over nodes: for tables that all nodes read.
     *
     * @param address the start of the range, a multiple of the page size
     * @param nodes those to use; each has memory
     * @return false if the wish was refused, or cannot be expressed here
     */
    default boolean interleave(long address, long bytes, List<NumaNode> nodes) {
        return false;
    }

    /**
     * Says that a stretch of a range is about to be used for the first time, by whatever thread. Where no policy places
     * it, its pages are touched by a thread on the node's processors, and the call returns when they are there. Contents
     * stay. Nobody else may write to the stretch meanwhile.
     *
     * @param address the start of the stretch, a multiple of {@code pageBytes}
     * @param pageBytes the size of the pages that are expected there: 4096, or that of a huge page
     * @return false if the pages may come to lie anywhere
     */
    default boolean firstTouch(long address, long bytes, NumaNode node, long pageBytes) {
        return rung().bindsRanges();
    }

    /**
     * The kernel id of the node that the page of an address lies on.
     *
     * @return {@link #UNKNOWN_NODE} if the page was never touched, or nobody knows
     */
    int nodeOf(long address);

    /**
     * Asks for many pages at once: about 0.05 µs for each instead of 0.4.
     *
     * @param nodes gets the kernel id of the node for each address, or {@link #ABSENT_PAGE}, or {@link #UNKNOWN_NODE}
     * @return for how many addresses a node is known
     * @throws IllegalArgumentException if the arrays differ in length
     */
    default int nodesOf(long[] addresses, int[] nodes) {
        PageQuery.check(addresses, nodes);
        for (int i = 0; i < addresses.length; i++) {
            nodes[i] = nodeOf(addresses[i]);
        }
        return PageQuery.countKnown(nodes);
    }

    /**
     * The best placement of this machine, found by binding a scratch page. Never throws: what stands in the way becomes
     * the {@link #reason} of a lower rung.
     */
    static Placement detect() {
        return detect(Rung.LIBNUMA);
    }

    /**
     * The best placement of this machine that is no better than a rung, for tests and for whoever wants less.
     *
     * @param best rungs above this one are not tried
     */
    static Placement detect(Rung best) {
        return PlacementProbe.detect(best);
    }

    /** A placement that places nothing. */
    static Placement flat(String reason) {
        return new FlatPlacement(reason);
    }
}

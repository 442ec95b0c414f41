package dev.millrace.allocator;

import dev.millrace.numa.Placement;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Asks the operating system where pages of slabs really lie. Any thread may call any method.
 *
 * <p>The pages are chosen by chance among all pages of all slabs, so the share of misplaced ones is right to about
 * 1 / √pages.
 */
final class PageSampler {
    static final int MAX_PAGES = 1 << 16;

    /** The smallest page that any machine has: of a larger one several parts may be asked about. */
    private static final int PAGE_BYTES = 4096;

    private static final int PAGES_A_UNIT = SizeClasses.UNIT_BYTES / PAGE_BYTES;

    private final SlabTable table;
    private final List<StatisticsReader.Node> nodes;
    private final Placement placement;
    private final ResidentMemory resident;
    private final boolean hasHomes;

    /** With the policy: pages that are spread over all nodes are nowhere misplaced. */
    PageSampler(
            SlabTable table,
            List<StatisticsReader.Node> nodes,
            Placement placement,
            ResidentMemory resident,
            AllocatorConfig.Numa policy) {
        this.table = table;
        this.nodes = nodes;
        this.placement = placement;
        this.resident = resident;
        hasHomes = policy != AllocatorConfig.Numa.INTERLEAVE;
    }

    PageStatistics sample(int pageCount, long seed) {
        if (pageCount < 0 || pageCount > MAX_PAGES) {
            throw new IllegalArgumentException("page sample out of range: sampledPages=" + pageCount + ", min=0, max="
                    + MAX_PAGES + "; a thousand pages tell the share to a few percent");
        }
        long[] pages = choose(pageCount, new SplittableRandom(seed));
        int[] found = new int[pages.length];
        placement.nodesOf(pages, found);
        int absent = 0;
        int unknown = 0;
        int misplaced = 0;
        for (int i = 0; i < pages.length; i++) {
            if (found[i] == Placement.ABSENT_PAGE) {
                absent++;
            } else if (found[i] == Placement.UNKNOWN_NODE) {
                unknown++;
            } else if (hasHomes && found[i] != homeOf(pages[i])) {
                misplaced++;
            }
        }
        ResidentMemory.Bytes bytes = bytesBehindRanges();
        return new PageStatistics(true, bytes.rssBytes(), bytes.hugeBytes(), pages.length, absent, unknown, misplaced);
    }

    /** With repetition. Fewer, down to none, where there are no slabs. */
    private long[] choose(int pageCount, SplittableRandom random) {
        int[] units = table.unitsInSlabs();
        long[] pages = new long[units.length == 0 ? 0 : pageCount];
        for (int i = 0; i < pages.length; i++) {
            int unit = units[random.nextInt(units.length)];
            pages[i] = table.addressOfUnit(unit) + (long) random.nextInt(PAGES_A_UNIT) * PAGE_BYTES;
        }
        return pages;
    }

    private int homeOf(long address) {
        NodeHeap first = nodes.get(0).heap();
        return nodes.get((int) ((address - first.start()) / first.bytes())).nodeId();
    }

    private ResidentMemory.Bytes bytesBehindRanges() {
        NodeHeap first = nodes.get(0).heap();
        return resident.of(first.start(), first.bytes() * nodes.size());
    }
}

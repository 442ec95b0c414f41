package dev.millrace.allocator;

import dev.millrace.allocator.AllocatorConfig.HugePages;
import dev.millrace.allocator.AllocatorConfig.Numa;
import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.ReservationException;

/** What the policies of a configuration ask of the machine when an allocator is opened. Used by the opening thread. */
final class MemoryPolicies {
    private MemoryPolicies() {}

    /**
     * Reserves the addresses of an allocator, of the kind of pages that is required.
     *
     * @throws MemoryPolicyException if huge pages are required and there are too few
     */
    static long reserve(AllocatorConfig config, RangeSource ranges, long bytes) {
        if (config.hugePages() != HugePages.REQUIRED) {
            return ranges.reserve(bytes);
        }
        try {
            return ranges.reserveHuge(bytes);
        } catch (ReservationException e) {
            throw new MemoryPolicyException(
                    "memory.huge-pages=required",
                    "[" + e.getMessage() + "]",
                    "set huge pages aside, or say memory.huge-pages=preferred",
                    e);
        }
    }

    /** Wishes for huge pages, and says whether there will be any. */
    static boolean adviseHugePages(AllocatorConfig config, RangeSource ranges, long base, long bytes) {
        return switch (config.hugePages()) {
            case REQUIRED -> true;
            case PREFERRED -> ranges.adviseHugePages(base, bytes);
            case OFF -> false;
        };
    }

    /**
     * Binds the range of a node, and says whether the machine took it.
     *
     * @throws MemoryPolicyException if placement is required and the machine does not
     */
    static boolean bind(AllocatorConfig config, Placement placement, long address, long bytes, NumaNode node) {
        boolean isBound = placement.bindPreferred(address, bytes, node);
        if (!isBound && config.numa() == Numa.REQUIRED) {
            throw new MemoryPolicyException(
                    "memory.numa=required",
                    "range could not be bound: node=" + node.id() + ", rung=" + placement.rung() + " ("
                            + placement.reason() + ")",
                    "install libnuma and permit mbind (in a container: CAP_SYS_NICE), or say memory.numa=preferred");
        }
        return isBound;
    }
}

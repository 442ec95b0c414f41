package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which blocks nobody gave back, by pool and size.
 *
 * @param leaks at most one for each pool and size class, in the order of pools, then sizes; then runs, one each
 */
public record LeakReport(List<Leak> leaks) {
    /**
     * Live blocks of one pool and one size.
     *
     * @param blockBytes the size of the class, or of the run
     */
    public record Leak(MemoryPool pool, long blockBytes, long blockCount) {}

    public LeakReport {
        leaks = List.copyOf(leaks);
    }

    static LeakReport of(SlabTable table) {
        long[] liveBlocksByKind = table.liveBlocksByKind();
        List<Leak> leaks = new ArrayList<>();
        for (int kind = 0; kind < liveBlocksByKind.length; kind++) {
            if (liveBlocksByKind[kind] > 0) {
                int blockBytes = SizeClasses.blockBytesOfKind(kind);
                leaks.add(new Leak(SizeClasses.poolOfKind(kind), blockBytes, liveBlocksByKind[kind]));
            }
        }
        for (int run : table.liveRuns()) {
            long address = table.addressOfUnit(run);
            leaks.add(new Leak(SizeClasses.poolOfKind(table.kindOfBlock(address)), table.runBytes(run), 1));
        }
        return new LeakReport(leaks);
    }

    /** The bytes of all blocks. */
    public long liveBytes() {
        return leaks.stream()
                .mapToLong(leak -> leak.blockBytes() * leak.blockCount())
                .sum();
    }

    @Override
    public String toString() {
        if (leaks.isEmpty()) {
            return "every block was given back";
        }
        return leaks.stream()
                .map(leak ->
                        "pool=" + leak.pool() + " blockBytes=" + leak.blockBytes() + " blockCount=" + leak.blockCount())
                .collect(Collectors.joining("; ", "blocks not given back: liveBytes=" + liveBytes() + ": ", ""));
    }
}

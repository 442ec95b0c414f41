package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which blocks nobody gave back, by pool and size.
 *
 * @param leaks at most one for each pool and size, in the order of pools, then sizes
 */
public record LeakReport(List<Leak> leaks) {
    /**
     * Live blocks of one pool and one size.
     *
     * @param blockBytes the size of the class
     */
    public record Leak(MemoryPool pool, int blockBytes, long blockCount) {}

    public LeakReport {
        leaks = List.copyOf(leaks);
    }

    static LeakReport of(long[] liveBlocksByKind) {
        List<Leak> leaks = new ArrayList<>();
        for (int kind = 0; kind < liveBlocksByKind.length; kind++) {
            if (liveBlocksByKind[kind] > 0) {
                int blockBytes = SizeClasses.blockBytesOfKind(kind);
                leaks.add(new Leak(SizeClasses.poolOfKind(kind), blockBytes, liveBlocksByKind[kind]));
            }
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

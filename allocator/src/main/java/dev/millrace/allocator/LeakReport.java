package dev.millrace.allocator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which blocks nobody gave back, by pool and size, and where some of them were allocated.
 *
 * <p>{@link #toString} is for people: the blocks in its first line, then each place with its stack, then how to see more.
 *
 * @param leaks at most one for each pool and size class, in the order of pools, then sizes; then runs, one each
 * @param sites the places that sampled blocks were allocated at, the one with the most blocks first
 * @param sampleInterval one allocation in this many was sampled, 0 for none
 * @param lostSamples how many samples were not kept because there were too many
 */
public record LeakReport(List<Leak> leaks, List<Site> sites, int sampleInterval, long lostSamples) {
    static final LeakReport NONE = new LeakReport(List.of(), List.of(), 0, 0);

    /** What lies between the program and the sampler. */
    private static final Set<String> OWN_CLASSES = Set.of(
            LeakSampler.class.getName(),
            AllocationSampler.class.getName(),
            MagazineAllocator.class.getName(),
            BudgetedAllocator.class.getName(),
            LockedAllocator.class.getName(),
            CheckingAllocator.class.getName(),
            GuardAllocator.class.getName());

    /**
     * Live blocks of one pool and one size.
     *
     * @param blockBytes the size of the class, or of the run
     */
    public record Leak(MemoryPool pool, long blockBytes, long blockCount) {}

    /**
     * A place that live blocks of one pool and one size were allocated at.
     *
     * @param blockCount sampled blocks; times the interval, about as many as there are
     * @param requestedBytes what they asked for, together; with the canaries of the misuse mode {@code CHECK}
     * @param threads the names of the threads that allocated them
     * @param stack the program's own frames, the innermost first
     */
    public record Site(
            MemoryPool pool,
            long blockBytes,
            long blockCount,
            long requestedBytes,
            List<String> threads,
            Instant oldest,
            Instant newest,
            List<StackTraceElement> stack) {
        public Site {
            threads = List.copyOf(threads);
            stack = List.copyOf(stack);
        }

        private void appendTo(StringBuilder text) {
            text.append("\n  sampled: pool=")
                    .append(pool)
                    .append(" blockBytes=")
                    .append(blockBytes)
                    .append(" blockCount=")
                    .append(blockCount)
                    .append(" requestedBytes=")
                    .append(requestedBytes)
                    .append(" threads=")
                    .append(threads)
                    .append(" oldest=")
                    .append(oldest)
                    .append(" newest=")
                    .append(newest);
            for (StackTraceElement frame : stack) {
                text.append("\n      at ").append(frame);
            }
        }
    }

    public LeakReport {
        leaks = List.copyOf(leaks);
        sites = List.copyOf(sites);
    }

    /** With the samples in the order of their times. */
    static LeakReport of(long[] liveBlocksByKind, SlabTable table, LeakSampler sampler) {
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
        return new LeakReport(leaks, sites(sampler.live()), sampler.interval(), sampler.lost());
    }

    /** The bytes of all blocks. */
    public long liveBytes() {
        return leaks.stream()
                .mapToLong(leak -> leak.blockBytes() * leak.blockCount())
                .sum();
    }

    /** The first line of the report. */
    public String summary() {
        if (leaks.isEmpty()) {
            return "every block was given back";
        }
        return leaks.stream()
                .map(leak ->
                        "pool=" + leak.pool() + " blockBytes=" + leak.blockBytes() + " blockCount=" + leak.blockCount())
                .collect(Collectors.joining("; ", "blocks not given back: liveBytes=" + liveBytes() + ": ", ""));
    }

    @Override
    public String toString() {
        if (leaks.isEmpty()) {
            return summary();
        }
        StringBuilder text = new StringBuilder(summary());
        sites.forEach(site -> site.appendTo(text));
        return text.append("\n  ").append(howToSeeMore()).toString();
    }

    private String howToSeeMore() {
        String lost = lostSamples == 0 ? "" : ", lostSamples=" + lostSamples;
        return switch (sampleInterval) {
            case 0 ->
                "no stacks were kept: leakSampleInterval=0; open with withLeakSampleInterval(1), not in misuse"
                        + " mode OFF, to see where every block was allocated";
            case 1 ->
                "the stack of every allocation was kept: leakSampleInterval=1, maxLiveSamples="
                        + LeakSampler.MAX_LIVE_SAMPLES + lost;
            default ->
                "the stacks of some allocations were kept: leakSampleInterval=" + sampleInterval + lost
                        + "; open with withLeakSampleInterval(1) to see where every block was allocated";
        };
    }

    private static List<Site> sites(Collection<LeakSampler.Sample> samples) {
        record Place(int kind, List<StackTraceElement> stack) {}
        Map<Place, List<LeakSampler.Sample>> byPlace = new LinkedHashMap<>();
        for (LeakSampler.Sample sample : samples) {
            Place place = new Place(sample.kind(), ownFrames(sample.stack()));
            byPlace.computeIfAbsent(place, first -> new ArrayList<>()).add(sample);
        }
        List<Site> sites = new ArrayList<>();
        byPlace.forEach((place, atPlace) -> sites.add(site(place.kind(), place.stack(), atPlace)));
        sites.sort((left, right) -> Long.compare(right.blockCount(), left.blockCount()));
        return sites;
    }

    private static Site site(int kind, List<StackTraceElement> stack, List<LeakSampler.Sample> samples) {
        Set<String> threads = new TreeSet<>();
        samples.forEach(sample -> threads.add(sample.thread()));
        return new Site(
                SizeClasses.poolOfKind(kind),
                SizeClasses.blockBytesOfKind(kind),
                samples.size(),
                samples.stream().mapToLong(LeakSampler.Sample::requestedBytes).sum(),
                List.copyOf(threads),
                samples.get(0).time(),
                samples.get(samples.size() - 1).time(),
                stack);
    }

    private static List<StackTraceElement> ownFrames(Throwable stack) {
        List<StackTraceElement> frames = List.of(stack.getStackTrace());
        int first = 0;
        while (first < frames.size() && OWN_CLASSES.contains(frames.get(first).getClassName())) {
            first++;
        }
        return frames.subList(first, frames.size());
    }
}

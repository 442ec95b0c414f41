package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.TimeReport;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.state.file.FileOps;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole job on the test's thread, one turn of a task that chance picks at a time, over channels of a few entries. Its state is
 * lost with it: a next life begins where the sources and time were. Closing it finds what it leaks.
 */
final class SteppedJob implements AutoCloseable {
    private static final int MOST_TURNS = 2_000_000;
    /** A task that could do something is not picked in so many turns with a chance of about e to the minus 30. */
    private static final int QUIET_TURNS_A_TASK = 30;

    private final LogicalPlan plan;
    private final String seedText;
    private final HandJob job = new HandJob();
    private final ManualClock clock = new ManualClock();
    private final SteppedScheduler scheduler;
    private final SlabAllocator memory;
    private final JobGraph graph;
    private long epoch;
    private boolean watchesMemory;
    private long mostLiveBytes;

    SteppedJob(Pipeline pipeline, int parallelism, long seed) {
        this(pipeline, parallelism, seed, Recovery.NONE);
    }

    SteppedJob(Pipeline pipeline, int parallelism, long seed, Recovery recovery) {
        this(pipeline, parallelism, seed, FlowConfig.DEFAULT.channelPages(2), recovery);
    }

    SteppedJob(Pipeline pipeline, int parallelism, long seed, FlowConfig flow, Recovery recovery) {
        plan = LogicalPlan.of(pipeline);
        seedText = "seed=" + seed + ", parallelism=" + parallelism;
        scheduler = new SteppedScheduler(seed);
        memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64L << 20));
        epoch = recovery.epoch();
        job.request(epoch, false);
        Surroundings surroundings = new Surroundings(
                worker -> memory.shared(),
                1,
                FileOps.real(),
                clock,
                Transport.inProcess(),
                job,
                (sinkId, ofEpoch, block, lengthBytes) -> memory.shared().free(block),
                seed,
                null,
                flow,
                null);
        graph = JobBuilder.build(plan, parallelism, surroundings, recovery);
        graph.tasks().forEach(task -> task.runOn(scheduler));
        graph.tasks().forEach(Task::wake);
    }

    private boolean turn() {
        Progress progress = scheduler.turn();
        assertEquals(List.of(), job.failures, seedText);
        if (watchesMemory) {
            mostLiveBytes = Math.max(mostLiveBytes, memory.liveBytes());
        }
        return progress == Progress.MADE;
    }

    /** Runs until no task does anything any more by itself. */
    SteppedJob settle() {
        int quiet = 0;
        for (int turns = 0; quiet < QUIET_TURNS_A_TASK * graph.tasks().size() && !scheduler.isIdle(); turns++) {
            quiet = turn() ? 0 : quiet + 1;
            assertTrue(turns < MOST_TURNS, "job does not come to rest: " + seedText);
        }
        return this;
    }

    /** Lets time pass, and runs until nothing more comes of it. */
    SteppedJob after(Duration duration) {
        job.nowNanos += duration.toNanos();
        clock.advance(duration);
        return settle();
    }

    /** Runs a number of turns, or fewer if all tasks have ended. */
    SteppedJob turns(int count) {
        for (int i = 0; i < count && !scheduler.isIdle(); i++) {
            turn();
        }
        return this;
    }

    /** Ends an epoch; what the next life knows. */
    Recovery endEpoch() {
        int before = job.acknowledged.size();
        job.request(++epoch, false);
        graph.sourceTasks().values().forEach(Task::wake);
        settle();
        List<Barrier> barriers = job.acknowledged.subList(before, job.acknowledged.size());
        assertEquals(graph.tasks().size(), barriers.size(), seedText);
        Map<String, Long> times = new HashMap<>();
        Map<String, Long> counters = new HashMap<>();
        Map<String, byte[]> positions = new HashMap<>();
        for (Barrier barrier : barriers) {
            barrier.times().forEach((name, millis) -> times.merge(name, millis, Math::max));
            barrier.counters().forEach((name, count) -> counters.merge(name, count, Long::sum));
        }
        List<String> sources = List.copyOf(graph.sourceTasks().keySet());
        barriers.stream().filter(barrier -> barrier.position().length > 0).forEach(barrier -> {
            for (String source : sources) {
                if (barrier.counters().containsKey(SourceInput.eventsCounter(source))) {
                    positions.put(source, barrier.position());
                }
            }
        });
        return new Recovery(epoch, positions, times, counters, Map.of());
    }

    /** Runs to the end of all sources and of the last epoch, with epochs in between. */
    void runToItsEnd(int turnsAnEpoch) {
        int tasks = graph.tasks().size();
        int sources = graph.sourceTasks().size();
        int committed = job.acknowledged.size();
        int turns = 0;
        while (!scheduler.isIdle()) {
            turn();
            boolean isCommitted = job.acknowledged.size() - committed == tasks || turns == 0;
            if (isCommitted && !job.isLast && (job.finishedSources == sources || turns % turnsAnEpoch == 0)) {
                committed = job.acknowledged.size();
                job.request(++epoch, job.finishedSources == sources);
                graph.sourceTasks().values().forEach(Task::wake);
            }
            assertTrue(++turns < MOST_TURNS, "job does not end: " + seedText);
        }
        for (Task task : graph.tasks()) {
            assertEquals(Task.State.DONE, task.state(), seedText + ", task=" + task.name());
        }
    }

    TimeReport report() {
        return graph.timeReport(plan, job.nowNanos);
    }

    /** The only windows of a name, in a job where one task has them. */
    TimeReport.Windows windows(String name) {
        List<TimeReport.Windows> found = report().windows().stream()
                .filter(each -> each.name().equals(name))
                .toList();
        assertEquals(1, found.size(), () -> report().describe());
        return found.get(0);
    }

    TimeReport.Source source(String name) {
        return report().sources().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Has the memory looked at after each turn, which costs more than the turn. */
    SteppedJob watchMemory() {
        watchesMemory = true;
        return this;
    }

    /** The most bytes that were live after a turn. */
    long mostLiveBytes() {
        return mostLiveBytes;
    }

    SteppedScheduler scheduler() {
        return scheduler;
    }

    @Override
    public void close() {
        graph.close();
        assertEquals(0, memory.liveBytes(), seedText);
        memory.close();
    }
}

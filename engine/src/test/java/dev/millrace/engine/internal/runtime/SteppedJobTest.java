package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.TestInput;
import dev.millrace.state.file.FileOps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whole jobs on one thread, in an order of turns that chance picks, over channels that are full at once. */
final class SteppedJobTest {
    private static final int EVENTS = 5000;
    private static final int MOST_TURNS = 2_000_000;
    private static final Path NOWHERE = Path.of("nowhere");

    record Visit(String user, Instant time, int amount) {}

    record Hour(String user, Instant start, long visits, long amount) {}

    record Session(String user, Instant start, Instant end, long visits) {}

    record Third(String user, long number, Instant time) {}

    record Sum(long visits, long amount) {}

    private static List<Visit> visits() {
        Random random = new Random(4711);
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            long second = i * 20L - random.nextInt(3000);
            visits.add(new Visit(
                    "user-" + "x".repeat(random.nextInt(3)) + random.nextInt(40),
                    Instant.parse("2001-01-01T00:00:00Z").plusSeconds(second),
                    random.nextInt(100)));
        }
        return visits;
    }

    private static Pipeline pipeline(List<Visit> visits) {
        Pipeline pipeline = Pipeline.named("stepped");
        TestInput<Visit> input = TestInput.of(Visit.class).sendAll(visits);
        input.end();
        var timed = pipeline.source("visits", input)
                .eventTime(Visit::time, Duration.ofHours(1))
                .filter(visit -> visit.amount() != 13);
        Aggregate<Visit, Sum> sums = Aggregate.of(
                new Sum(0, 0),
                (sum, visit) -> new Sum(sum.visits() + 1, sum.amount() + visit.amount()),
                (left, right) -> new Sum(left.visits() + right.visits(), left.amount() + right.amount()));
        var byUser = timed.keyBy(Visit::user);
        byUser.window(Window.tumbling(Duration.ofHours(1)))
                .aggregate(
                        "hours",
                        sums,
                        (user, window, sum) -> new Hour(user, window.start(), sum.visits(), sum.amount()))
                .sink("hours", Sinks.csvFile(NOWHERE, Hour.class));
        byUser.window(Window.session(Duration.ofMinutes(10)))
                .aggregate(
                        "sessions",
                        sums,
                        (user, window, sum) -> new Session(user, window.start(), window.end(), sum.visits()))
                .sink("sessions", Sinks.csvFile(NOWHERE, Session.class));
        // A second grouping behind the first: its tasks have several producers.
        byUser.stateful("thirds", State.value("count", Long.class, 0L), SteppedJobTest::everyThird)
                .keyBy(Third::user)
                .aggregate(
                        "totals", Aggregate.<Third>counting(), (user, window, count) -> new Sum(user.length(), count))
                .sink("totals", Sinks.csvFile(NOWHERE, Sum.class));
        return pipeline;
    }

    private static void everyThird(Visit visit, ValueState<Long> count, Output<Third> out) {
        long now = Objects.requireNonNull(count.get()) + 1;
        count.set(now);
        if (now % 3 == 0) {
            out.emit(new Third(visit.user().substring(0, 6), now, visit.time()));
        }
    }

    /** Runs a job to its end; the sorted lines of all its sinks. */
    private static List<String> run(int parallelism, long seed) {
        HandJob job = new HandJob();
        List<String> lines = run(parallelism, seed, job, AllocatorConfig.ofMemoryBytes(64L << 20));
        assertEquals(0, waits(job));
        return lines;
    }

    private static long waits(HandJob job) {
        return job.acknowledged.stream()
                .mapToLong(barrier -> barrier.counters().getOrDefault(SnapshotWait.WAITS, 0L))
                .sum();
    }

    private static List<String> run(int parallelism, long seed, HandJob job, AllocatorConfig config) {
        Random random = new Random(seed);
        Map<Integer, StringBuilder> outputs = new TreeMap<>();
        ManualClock clock = new ManualClock();
        SteppedScheduler scheduler = new SteppedScheduler(seed);
        try (SlabAllocator memory = SlabAllocator.open(config)) {
            Surroundings surroundings = new Surroundings(
                    worker -> memory.shared(),
                    1,
                    FileOps.real(),
                    clock,
                    (from, to, entries) -> new Channel(2),
                    job,
                    (sinkId, epoch, block, lengthBytes) -> {
                        byte[] bytes = new byte[lengthBytes];
                        Memory.copyTo(block, bytes, 0, lengthBytes);
                        memory.shared().free(block);
                        outputs.computeIfAbsent(sinkId, id -> new StringBuilder())
                                .append(new String(bytes, StandardCharsets.UTF_8));
                    },
                    seed);
            LogicalPlan plan = LogicalPlan.of(pipeline(visits()));
            try (JobGraph graph = JobBuilder.build(plan, parallelism, surroundings, Recovery.NONE)) {
                int tasks = graph.tasks().size();
                graph.tasks().forEach(task -> task.runOn(scheduler));
                graph.tasks().forEach(Task::wake);
                long epoch = 0;
                int turns = 0;
                while (!scheduler.isIdle()) {
                    scheduler.turn();
                    assertEquals(List.of(), job.failures);
                    boolean isCommitted = job.acknowledged.size() == epoch * tasks;
                    if (job.keepsSealed && random.nextInt(20) == 0) {
                        job.release(isCommitted ? epoch : epoch - 1); // some time after the last task has sealed it
                    }
                    if (isCommitted
                            && !job.isLast
                            && (job.finishedSources == 1 || random.nextInt(job.keepsSealed ? 3 : 200) == 0)) {
                        job.request(++epoch, job.finishedSources == 1);
                        graph.sourceTasks().values().forEach(Task::wake);
                    }
                    assertTrue(++turns < MOST_TURNS, "job does not end: seed=" + seed);
                }
                for (Task task : graph.tasks()) {
                    assertEquals(Task.State.DONE, task.state(), "seed=" + seed + ", task=" + task.name());
                }
                assertEquals(epoch * tasks, job.acknowledged.size(), "seed=" + seed);
                assertTrue(job.acknowledged.stream()
                                .mapToLong(Barrier::epoch)
                                .max()
                                .orElse(0)
                        == epoch);
                job.release(epoch);
            }
            assertEquals(0, memory.liveBytes(), "seed=" + seed);
        }
        List<String> lines = new ArrayList<>();
        outputs.forEach((sink, text) ->
                Arrays.stream(text.toString().split("\n", -1)).forEach(line -> lines.add(sink + ": " + line)));
        lines.sort(null);
        return lines;
    }

    @Test
    void everyOrderOfTurnsAndEveryParallelismGivesTheSameResults() {
        List<String> expected = run(1, 0);
        assertTrue(expected.size() > 1000, "lines=" + expected.size());
        for (long seed = 1; seed <= 8; seed++) {
            int parallelism = 1 + (int) (seed % 4);
            assertEquals(expected, run(parallelism, seed), "seed=" + seed + ", parallelism=" + parallelism);
        }
    }

    @Test
    void aBoundOfOldStateThatIsLessThanASegmentMakesTasksWaitAndChangesNoResult() {
        List<String> expected = run(1, 0);
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(64L << 20).withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(1 << 10));
        for (long seed = 1; seed <= 4; seed++) {
            HandJob job = new HandJob();
            job.keepsSealed = true;
            assertEquals(expected, run((int) seed, seed, job, config), "seed=" + seed);
            assertTrue(waits(job) > 0, "seed=" + seed);
        }
    }

    @Test
    void theResultsAreThoseOfAPlainProgram() {
        Map<String, Long> visitsPerHour = new TreeMap<>();
        for (Visit visit : visits()) {
            if (visit.amount() != 13) {
                long hour = Math.floorDiv(visit.time().getEpochSecond(), 3600L) * 3600;
                visitsPerHour.merge(visit.user() + "," + Instant.ofEpochSecond(hour), 1L, Long::sum);
            }
        }
        List<String> expected = new ArrayList<>();
        visitsPerHour.forEach((key, count) -> expected.add(key + "," + count));
        List<String> found = new ArrayList<>();
        for (String line : run(2, 99)) {
            if (line.startsWith("0: ") && line.length() > 3) {
                String[] parts = line.substring(3).split(",", -1);
                Instant start = Instant.parse(parts[1].replace(' ', 'T') + (parts[1].length() == 16 ? ":00Z" : "Z"));
                found.add(parts[0] + "," + start + "," + parts[2]);
            }
        }
        expected.sort(null);
        found.sort(null);
        assertEquals(expected, found);
    }
}

package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.runtime.JobBuilder;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.JobPort;
import dev.millrace.engine.internal.runtime.Progress;
import dev.millrace.engine.internal.runtime.Recovery;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Surroundings;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.engine.internal.runtime.Transport;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks stepped by one thread in random order: what depends on who is first shows here, and with a seed. */
final class InterleavingTest {
    private static final int SEEDS = 40;
    private static final int RIDES = 1500;
    private static final long WATERMARK = 10_000;

    record LineCount(Ride.Line line, long count) {}

    @TempDir
    Path directory;

    @Test
    void findsLateBehindTwoGroupingsWhatWasLateBeforeTheJobStopped() {
        List<Ride> rides = new ArrayList<>();
        for (Ride ride : Ride.random(new Random(1), RIDES, 20, 0)) {
            rides.add(new Ride(ride.number(), ride.station(), ride.line(), Math.floorMod(ride.at(), 5000), 1));
        }
        Path input = Ride.write(directory.resolve("in.csv"), rides);
        for (long seed = 0; seed < SEEDS; seed++) {
            Map<String, Long> counters = new Simulation(seed).run(pipeline(input));
            assertEquals(RIDES, counters.get("sink.late.rows"), "late, seed=" + seed);
            assertEquals(0, counters.get("sink.windows.rows"), "windows that opened again, seed=" + seed);
        }
    }

    private Pipeline pipeline(Path input) {
        Pipeline pipeline = Pipeline.named("two-groupings");
        pipeline.source("in", Sources.csvFile(input, Ride.class))
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station)
                .stateful(
                        "pass",
                        State.value("seen", boolean.class),
                        (Ride ride, ValueState<Boolean> seen, Output<Ride> out) -> out.emit(ride))
                .keyBy(Ride::line)
                .window(Window.tumbling(Duration.ofMillis(50)))
                .onLate(late -> late.sink("late", Sinks.csvFile(directory.resolve("late"), Ride.class)))
                .aggregate("count", Aggregate.counting(), (line, window, count) -> new LineCount(line, count))
                .sink("windows", Sinks.csvFile(directory.resolve("windows"), LineCount.class));
        return pipeline;
    }

    /** A job that goes on from epoch 1, where time stood at the watermark, to its end in epoch 2. */
    private static final class Simulation implements JobPort, Scheduler {
        private final Random random;
        private final List<Task> runnable = new ArrayList<>();
        private final Map<String, Long> counters = new HashMap<>();
        private long requestedEpoch = 1;

        Simulation(long seed) {
            random = new Random(seed);
        }

        Map<String, Long> run(Pipeline pipeline) {
            LogicalPlan plan = LogicalPlan.of(pipeline);
            EventTimeNode time = (EventTimeNode) plan.nodes().get(1);
            Map<String, Long> times = Map.of(
                    Barrier.latestName(plan.timeNameOf(time)),
                    WATERMARK + 1,
                    Barrier.watermarkName(plan.timeNameOf(time)),
                    WATERMARK);
            Recovery recovery = new Recovery(1, Map.of(), times, Map.of(), Map.of());
            try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(256 << 20))) {
                BlockAllocator handle = allocator.worker(0);
                Surroundings surroundings = new Surroundings(
                        worker -> handle,
                        1,
                        FileOps.real(),
                        new ManualClock(),
                        Transport.inProcess(),
                        this,
                        (sinkId, epoch, block, lengthBytes) -> handle.free(block),
                        1);
                try (JobGraph graph = JobBuilder.build(plan, 3, surroundings, recovery)) {
                    graph.tasks().forEach(task -> task.runOn(this));
                    graph.tasks().forEach(Task::wake);
                    while (!runnable.isEmpty()) {
                        step(runnable.remove(random.nextInt(runnable.size())));
                    }
                }
            }
            return counters;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void schedule(Task task) {
            runnable.add(task);
        }

        @Override
        public void start() {}

        @Override
        public void close() {}

        private void step(Task task) {
            // A task may have several turns before others have one.
            Progress progress = task.turn();
            while (progress == Progress.MADE && random.nextInt(4) != 0) {
                progress = task.turn();
            }
            if (progress == Progress.MADE || progress == Progress.WAITING) {
                runnable.add(task);
            }
        }

        @Override
        public long requestedEpoch() {
            return requestedEpoch;
        }

        @Override
        public boolean isLastRequested() {
            return true;
        }

        @Override
        public void sourceFinished(Task task) {
            requestedEpoch = 2;
        }

        @Override
        public void acknowledge(Task task, Barrier barrier) {
            barrier.counters().forEach((name, count) -> counters.merge(name, count, Long::sum));
            barrier.abandon();
        }

        @Override
        public boolean isBacklogged() {
            return false;
        }

        @Override
        public void failed(String task, String place, Throwable cause) {
            throw new AssertionError("task failed: task=" + task + ", " + place, cause);
        }

        @Override
        public boolean hasFailed() {
            return false;
        }
    }
}

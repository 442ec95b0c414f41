package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.runtime.JobBuilder;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.Recovery;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.engine.internal.runtime.Transport;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service over a real log; what tasks would say, the test says. */
final class EpochServiceTest {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    record Line(long number) {}

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private SlabAllocator memory;
    private DurableState state;
    private SinkFiles sinks;
    private EpochService service;
    private JobGraph graph;

    @BeforeEach
    void open() throws IOException {
        Path input = Files.writeString(directory.resolve("in.csv"), "number\n1\n");
        Pipeline pipeline = Pipeline.named("job");
        pipeline.source("in", Sources.csvFile(input, Line.class))
                .keyBy(Line::number)
                .aggregate("count", Aggregate.<Line>counting(), (number, window, count) -> new Line(count))
                .sink("out", Sinks.csvFile(directory.resolve("out.csv"), Line.class));
        LogicalPlan plan = LogicalPlan.of(pipeline);
        memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(32L << 20));
        state = DurableState.open(
                FileOps.real(), directory.resolve("state"), DurableStateConfig.of("job", "v1", StoreKind.MAPDB));
        sinks = SinkFiles.begin(FileOps.real(), state, plan.sinks());
        service = new EpochService(clock, INTERVAL.toNanos(), state, sinks, null, memory.shared());
        graph = JobBuilder.build(
                plan,
                2,
                new JobBuilder.Surroundings(
                        worker -> memory.shared(),
                        1,
                        FileOps.real(),
                        clock,
                        Transport.inProcess(),
                        service,
                        service,
                        1),
                Recovery.NONE);
        service.serve(graph);
        graph.tasks().forEach(task -> task.runOn(new Nobody()));
    }

    /** Never runs a task. */
    private static final class Nobody implements Scheduler {
        @Override
        public void schedule(Task task) {}

        @Override
        public void start() {}

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        service.close();
        graph.close();
        sinks.close();
        state.close();
        assertEquals(0, memory.liveBytes());
        memory.close();
    }

    private void write(long epoch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long block = memory.shared().allocate(MemoryPool.SPILL, bytes.length);
        Memory.copyFrom(bytes, 0, block, bytes.length);
        service.take(0, epoch, block, bytes.length);
    }

    private void acknowledge(Task task, long epoch) {
        Barrier barrier = new Barrier(epoch, service.isLastRequested());
        barrier.count("late.count", 1);
        barrier.notePosition(new byte[] {(byte) epoch});
        service.acknowledge(task, barrier);
    }

    private void acknowledgeAll(long epoch) {
        graph.tasks().forEach(task -> acknowledge(task, epoch));
    }

    private void requestNext() throws InterruptedException {
        clock.advance(INTERVAL);
        assertFalse(service.step());
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("out.csv"));
    }

    @Test
    void anEpochIsCommittedWhenAllTasksHaveAcknowledgedAndNotBefore() throws Exception {
        requestNext();
        assertEquals(1, service.requestedEpoch());
        List<Task> tasks = graph.tasks();
        assertEquals(3, tasks.size());
        write(1, "one\n");
        for (Task task : tasks.subList(0, 2)) {
            acknowledge(task, 1);
            assertFalse(service.step());
            assertEquals(0, service.committedEpoch());
            assertEquals("number\n", output());
        }
        clock.advance(INTERVAL.multipliedBy(5));
        write(2, "early\n");
        acknowledge(tasks.get(2), 1);
        assertFalse(service.step());
        assertEquals(1, service.committedEpoch());
        assertEquals("number\none\n", output(), "what tasks that are ahead wrote comes with the next epoch");
        assertEquals(2, service.requestedEpoch(), "it was due already");
        acknowledgeAll(2);
        assertFalse(service.step());
        assertEquals("number\none\nearly\n", output());
        CommitRecord commit = state.lastCommit().orElseThrow();
        assertEquals(2, commit.epoch());
        assertFalse(commit.isFinished());
        assertEquals(17L, commit.sinkLengths().get("out"));
        assertEquals(2, commit.sourcePositions().get("in")[0]);
        assertEquals(3L, commit.counters().get("late.count"), "of this life, not summed over its epochs");
        assertEquals(2, service.commitMicros().getTotalCount());
    }

    @Test
    void theLastEpochFollowsTheEndOfTheSources() throws Exception {
        service.sourceFinished(graph.sourceTasks().get("in"));
        assertFalse(service.step(), "asked for at once");
        assertTrue(service.isLastRequested());
        write(1, "all\n");
        acknowledgeAll(1);
        assertTrue(service.step());
        assertTrue(state.lastCommit().orElseThrow().isFinished());
        assertEquals("number\nall\n", output());
    }

    @Test
    void aFailureEndsTheJobWithoutACommit() throws Exception {
        requestNext();
        write(1, "never\n");
        service.failed("task", "line=3", new IllegalStateException("broken"));
        assertTrue(service.hasFailed());
        acknowledgeAll(1);
        JobFailedException problem = assertThrows(JobFailedException.class, service::step);
        assertEquals("task failed: task=task, line=3: broken", problem.getMessage());
        assertEquals(0, state.lastCommitted());
        assertEquals("number\n", output());
    }

    @Test
    void stoppingEndsTheJobWithoutACommit() throws Exception {
        requestNext();
        write(1, "never\n");
        service.stop();
        assertThrows(JobFailedException.class, service::step);
        assertEquals(0, state.lastCommitted());
    }

    @Test
    void refusesABarrierOfAnotherEpoch() throws Exception {
        requestNext();
        acknowledge(graph.tasks().get(0), 7);
        assertThrows(IllegalStateException.class, service::step);
    }

    @Test
    void tasksWaitWhileOutputIsWrittenSlowerThanItComes() throws Exception {
        byte[] chunk = new byte[1 << 20];
        for (int i = 0; i < 17; i++) {
            long block = memory.shared().allocate(MemoryPool.SPILL, chunk.length);
            Memory.copyFrom(chunk, 0, block, chunk.length);
            assertFalse(service.isBacklogged());
            service.take(0, 1, block, chunk.length);
        }
        assertTrue(service.isBacklogged());
        requestNext();
        assertFalse(service.isBacklogged());
    }
}

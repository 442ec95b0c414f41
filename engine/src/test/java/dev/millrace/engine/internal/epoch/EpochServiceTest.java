package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.runtime.HandMadeGraph;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service on real state and real memory; what tasks would say, the test says. */
final class EpochServiceTest {
    private static final long INTERVAL_NANOS = 1000;

    @TempDir
    Path directory;

    private final TestTask memory = new TestTask();
    private final ManualClock clock = new ManualClock();
    private final StateFormat format =
            new RecordFormat(4, "counts", RecordLayout.of(long.class), RecordLayout.of(long.class));

    private DurableState state;
    private EpochService service;
    private HandMadeGraph tasks;
    private SinkFiles sinks;
    private Task reader;
    private Task counter;
    private Path out;

    @BeforeEach
    void open() {
        out = directory.resolve("out");
        openState();
    }

    private void openState() {
        state = DurableState.open(
                FileOps.real(), directory.resolve("state"), DurableStateConfig.of("job", "1", StoreKind.MAPDB));
        CommitRecord commit = state.lastCommit().orElse(null);
        List<SinkNode> nodes = List.of(TestSink.node("s", out));
        sinks = commit == null
                ? SinkFiles.begin(FileOps.real(), state, nodes)
                : SinkFiles.resume(FileOps.real(), state, nodes, commit);
        service = new EpochService(clock, INTERVAL_NANOS, state, commit, 1, memory.allocator());
        tasks = new HandMadeGraph(service, memory.allocator());
        reader = tasks.sourceTask("in");
        counter = tasks.task("counter");
        service.serve(tasks.graph(), sinks);
    }

    @AfterEach
    void close() {
        closeState();
        memory.close();
    }

    private void closeState() {
        service.close();
        tasks.graph().close();
        sinks.close();
        state.close();
    }

    private void write(long epoch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long block = memory.allocator().allocate(MemoryPool.SPILL, bytes.length);
        Memory.copyFrom(bytes, 0, block, bytes.length);
        service.take(0, epoch, block, bytes.length);
    }

    /** Makes the next epoch due and has it requested. */
    private void request() throws InterruptedException {
        clock.advance(INTERVAL_NANOS);
        assertFalse(service.step());
    }

    private void acknowledge(Task task, long epoch) {
        service.acknowledge(task, new Barrier(epoch, service.isLastRequested()));
    }

    /** A whole epoch in which nothing happened. */
    private boolean emptyEpoch(long epoch) throws InterruptedException {
        request();
        acknowledge(reader, epoch);
        acknowledge(counter, epoch);
        return service.step();
    }

    @Test
    void asksForAnEpochOnceItIsDue() throws InterruptedException {
        assertFalse(service.step());
        assertEquals(0, service.requestedEpoch());
        clock.advance(INTERVAL_NANOS - 1);
        assertFalse(service.step());
        assertEquals(0, service.requestedEpoch());
        clock.advance(1);
        assertFalse(service.step());
        assertEquals(1, service.requestedEpoch());
        assertEquals(1, tasks.wakeCount());
        assertFalse(service.isLastRequested());
    }

    @Test
    void commitsOnlyWhenAllTasksHaveAcknowledged() throws InterruptedException {
        request();
        write(1, "a\n");
        acknowledge(reader, 1);
        assertFalse(service.step());
        assertEquals(0, service.committedEpoch());
        assertEquals(0, state.lastCommitted());
        assertEquals(TestSink.HEAD, TestSink.text(out));
        clock.advance(10 * INTERVAL_NANOS);
        write(1, "b\n");
        assertFalse(service.step());
        assertEquals(1, service.requestedEpoch(), "one epoch is under way at a time");
        acknowledge(counter, 1);
        assertFalse(service.step());
        assertEquals(1, service.committedEpoch());
        assertEquals(1, state.lastCommitted());
        assertEquals(TestSink.HEAD + "a\nb\n", TestSink.text(out));
        assertEquals(2, service.requestedEpoch(), "the next was due already");
        assertEquals(1, service.commitMicros().getTotalCount());
    }

    @Test
    void keepsBytesOfTheNextEpochBack() throws InterruptedException {
        request();
        write(1, "a\n");
        acknowledge(counter, 1);
        write(2, "ahead\n"); // the counter has passed its barrier
        acknowledge(reader, 1);
        assertFalse(service.step());
        assertEquals(1, service.committedEpoch());
        assertEquals(TestSink.HEAD + "a\n", TestSink.text(out));
        assertEquals(Map.of("s", 7L), state.lastCommit().orElseThrow().sinkLengths());
        write(2, "b\n");
        emptyEpoch(2);
        assertEquals(TestSink.HEAD + "a\nahead\nb\n", TestSink.text(out));
        assertEquals(Map.of("s", 15L), state.lastCommit().orElseThrow().sinkLengths());
    }

    @Test
    void forgetsBytesOfAnEpochThatWasNotCommitted() throws InterruptedException {
        emptyEpoch(1);
        request();
        write(2, "lost\n");
        acknowledge(reader, 2);
        service.step();
        closeState();
        openState();
        assertEquals(1, service.committedEpoch());
        assertEquals(1, service.requestedEpoch());
        write(2, "again\n");
        emptyEpoch(2);
        assertEquals(2, service.committedEpoch());
        assertEquals(TestSink.HEAD + "again\n", TestSink.text(out));
    }

    @Test
    void commitsPositionsAndCounters() throws InterruptedException {
        request();
        Barrier read = new Barrier(1, false);
        read.notePosition(new byte[] {7, 8});
        read.count("source.in.events", 10);
        read.count("rows", 3);
        Barrier counted = new Barrier(1, false);
        counted.notePosition(new byte[] {9}); // of a task that reads no source
        counted.count("rows", 4);
        service.acknowledge(counter, counted);
        service.acknowledge(reader, read);
        service.step();
        CommitRecord commit = state.lastCommit().orElseThrow();
        assertEquals(java.util.Set.of("in"), commit.sourcePositions().keySet());
        assertArrayEquals(new byte[] {7, 8}, commit.sourcePositions().get("in"));
        assertEquals(10, commit.counters().get("source.in.events"));
        assertEquals(7, commit.counters().get("rows"));
        assertEquals(7, service.counters().get("rows"));
        assertFalse(commit.isFinished());
    }

    @Test
    void countsOnFromWhatEarlierLivesCounted() throws InterruptedException {
        request();
        Barrier read = new Barrier(1, false);
        read.count("source.in.events", 10);
        read.count("rows", 3);
        service.acknowledge(reader, read);
        acknowledge(counter, 1);
        service.step();
        closeState();
        openState();
        for (long epoch = 2; epoch <= 3; epoch++) {
            request();
            Barrier again = new Barrier(epoch, false);
            again.count("source.in.events", 10 * epoch); // from the beginning of the input
            again.count("rows", epoch); // since this life began
            service.acknowledge(reader, again);
            acknowledge(counter, epoch);
            service.step();
            assertEquals(10 * epoch, service.counters().get("source.in.events"));
            assertEquals(3 + epoch, service.counters().get("rows"));
        }
    }

    @Test
    void commitsWhatTasksSealedAndReleasesIt() throws InterruptedException {
        ActiveIndex index = new ActiveIndex(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        for (long key = 1; key <= 100; key++) {
            put(index, key, key * key);
        }
        StatePart first = new StatePart(format, 0, index.seal(), false);
        put(index, 1, -1); // after the seal: of the next epoch
        commitSealed(1, first);
        assertTrue(first.isReleased());
        remove(index, 2);
        StatePart second = new StatePart(format, 0, index.seal(), false);
        commitSealed(2, second);
        assertTrue(second.isReleased());
        Map<Long, Long> expected = new TreeMap<>();
        index.forEach(
                (key, keyBytes, hash, value, valueBytes) -> expected.put(Memory.getLong(key), Memory.getLong(value)));
        assertEquals(99, expected.size());
        assertEquals(expected, recovered());
        index.close();
    }

    @Test
    void forgetsADroppedIndexWithAllItHeld() throws InterruptedException {
        ActiveIndex index = new ActiveIndex(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 10);
        put(index, 2, 20);
        commitSealed(1, new StatePart(format, 0, index.seal(), false));
        put(index, 3, 30);
        remove(index, 2);
        StatePart dropped = new StatePart(format, 0, index.seal(), true);
        commitSealed(2, dropped);
        assertTrue(dropped.isReleased());
        assertEquals(Map.of(), recovered());
        index.close();
    }

    private void commitSealed(long epoch, StatePart part) throws InterruptedException {
        request();
        Barrier barrier = new Barrier(epoch, false);
        barrier.seal(part);
        service.acknowledge(counter, barrier);
        acknowledge(reader, epoch);
        service.step();
        assertEquals(epoch, service.committedEpoch());
    }

    private void put(ActiveIndex index, long key, long value) {
        withKey(key, block -> Memory.putLong(index.put(block, Long.BYTES, key, Long.BYTES), value));
    }

    private void remove(ActiveIndex index, long key) {
        withKey(key, block -> assertTrue(index.remove(block, Long.BYTES, key)));
    }

    private void withKey(long key, java.util.function.LongConsumer action) {
        long block = memory.allocator().allocate(MemoryPool.INDEX, Long.BYTES);
        Memory.putLong(block, key);
        action.accept(block);
        memory.allocator().free(block);
    }

    private Map<Long, Long> recovered() {
        Map<Long, Long> entries = new TreeMap<>();
        state.scanRecovered((stateId, keyGroup, namespace, key, value) -> {
            assertEquals(4, stateId);
            assertEquals(0, namespace);
            entries.put(number(format.decodeKey(key)), number(format.decodeValue(value)));
        });
        return entries;
    }

    private static long number(byte[] blob) {
        return java.nio.ByteBuffer.wrap(blob)
                .order(java.nio.ByteOrder.nativeOrder())
                .getLong();
    }

    @Test
    void endsWithTheEpochAfterTheLastSourceFinished() throws InterruptedException {
        emptyEpoch(1);
        request();
        service.sourceFinished(reader);
        acknowledge(reader, 2);
        acknowledge(counter, 2);
        assertFalse(service.step(), "events may lie behind the barrier that was under way");
        assertEquals(2, service.committedEpoch());
        assertEquals(3, service.requestedEpoch(), "nobody waits for the interval at the end");
        assertTrue(service.isLastRequested());
        write(3, "last\n");
        acknowledge(reader, 3);
        acknowledge(counter, 3);
        assertTrue(service.step());
        assertTrue(state.lastCommit().orElseThrow().isFinished());
        assertEquals(3, service.committedEpoch());
        assertEquals(3, sinks.durableEpoch(), "the end forces the outputs");
        assertEquals(TestSink.HEAD + "last\n", TestSink.text(out));
    }

    @Test
    void cutsTheLogOnlyWhereOutputsAreDurable() throws InterruptedException {
        for (long epoch = 1; epoch <= 70; epoch++) {
            write(epoch, epoch + "\n");
            emptyEpoch(epoch);
            assertEquals(epoch / 32 * 32, sinks.durableEpoch());
            assertEquals((epoch - 1) / 32 * 32, noted("sinks.durableEpoch"), "epoch=" + epoch);
        }
        assertEquals(TestSink.text(out).indexOf("65\n"), noted("sink.s.durableBytes"));
    }

    private long noted(String counter) {
        return state.lastCommit().orElseThrow().counters().get(counter);
    }

    @Test
    void aFailureEndsTheJobWithoutACommit() throws InterruptedException {
        request();
        acknowledge(reader, 1);
        acknowledge(counter, 1);
        RuntimeException cause = new IllegalStateException("broken");
        assertFalse(service.hasFailed());
        service.failed("counter", "source=in, event=5", cause);
        assertTrue(service.hasFailed());
        JobFailedException e = assertThrows(JobFailedException.class, service::step);
        assertSame(cause, e.getCause());
        assertEquals("task failed: task=counter, source=in, event=5: broken", e.getMessage());
        assertEquals(0, state.lastCommitted());
    }

    @Test
    void stopEndsTheJobWithoutACommit() throws InterruptedException {
        emptyEpoch(1);
        write(2, "not committed\n");
        service.stop();
        JobFailedException e = assertThrows(JobFailedException.class, service::step);
        assertEquals("job was stopped: lastEpoch=1", e.getMessage());
        assertInstanceOf(InterruptedException.class, e.getCause());
        assertEquals(1, state.lastCommitted());
        assertEquals(TestSink.HEAD, TestSink.text(out));
    }

    @Test
    void givesBackWhatWasHandedOverAndNotUsed() {
        ActiveIndex index = new ActiveIndex(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 1);
        StatePart part = new StatePart(format, 0, index.seal(), false);
        Barrier barrier = new Barrier(1, false);
        barrier.seal(part);
        service.stop();
        write(1, "never read\n");
        service.acknowledge(counter, barrier);
        service.close();
        assertTrue(part.isReleased());
        index.close(); // what is still live after this, the leak guard finds
    }

    @Test
    void releasesWhatTheLogCouldNotTake() throws InterruptedException {
        request();
        ActiveIndex index = new ActiveIndex(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 1);
        StatePart part = new StatePart(format, 0, index.seal(), false);
        Barrier barrier = new Barrier(1, false);
        barrier.seal(part);
        state.close();
        service.acknowledge(counter, barrier);
        assertThrows(RuntimeException.class, service::step);
        assertTrue(part.isReleased());
        index.close();
    }

    @Test
    void refusesABarrierOfAnotherEpoch() throws InterruptedException {
        request();
        acknowledge(reader, 2);
        IllegalStateException e = assertThrows(IllegalStateException.class, service::step);
        assertEquals("barrier of another epoch: task=read in, epoch=2, expected=1", e.getMessage());
    }

    @Test
    void isBackloggedWhileMoreThanSixteenMebibytesWait() throws InterruptedException {
        String chunk = "x".repeat(1 << 20);
        for (int i = 0; i < 16; i++) {
            write(1, chunk);
            assertFalse(service.isBacklogged());
        }
        write(1, "x");
        assertTrue(service.isBacklogged());
        service.step();
        assertFalse(service.isBacklogged());
    }

    @Test
    void notesWhenTheFirstResultWasVisible() throws InterruptedException {
        emptyEpoch(1);
        assertEquals(-1, service.firstResultNanos());
        write(2, "a\n");
        emptyEpoch(2);
        long first = service.firstResultNanos();
        assertEquals(clock.nanoTime(), first);
        write(3, "b\n");
        emptyEpoch(3);
        assertEquals(first, service.firstResultNanos());
    }
}

package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
import dev.millrace.state.index.IndexSnapshot;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task whose old state has a bound that is smaller than one segment. */
final class SnapshotWaitTest {
    private final SlabAllocator memory = SlabAllocator.open(
            AllocatorConfig.ofMemoryBytes(64 << 20).withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(1 << 10)));
    private final HandJob job = new HandJob();
    private final Task task = task("waiting");
    private final Task other = task("other");
    private final ActiveIndex index = task.own(ActiveIndex.open(task.allocator(), IndexConfig.DEFAULT.withOverdraft()));
    private long key;
    private int writes;

    private Task task(String name) {
        BlockAllocator allocator = memory.worker(0);
        Task made = new Task(name, 0, allocator, job);
        made.runOn(new SteppedScheduler(1));
        return made;
    }

    private record Input(Runnable work) implements TaskInput {
        @Override
        public Progress step(Task task) {
            work.run();
            return Progress.IDLE;
        }

        @Override
        public boolean isAligning() {
            return false;
        }

        @Override
        public String place() {
            return "here";
        }
    }

    @BeforeEach
    void writeOnce() {
        task.waitFor(index::overdrawnBytes);
        task.readFrom(new Input(this::write));
        key = memory.worker(0).allocate(MemoryPool.EVENTS, Long.BYTES);
        Memory.putLong(key, 7);
        write();
    }

    private void write() {
        Memory.putLong(index.put(key, Long.BYTES, 7, Long.BYTES), ++writes);
    }

    @AfterEach
    void close() {
        task.close();
        other.close();
        memory.worker(0).free(key);
        assertEquals(0, memory.liveBytes());
        memory.close();
    }

    @Test
    void goesPastTheBoundByOneStepAndReadsOnWhenTheSnapshotIsReleased() {
        IndexSnapshot snapshot = index.seal();
        assertEquals(Progress.IDLE, task.turn(), "the write that needs the room goes through");
        assertEquals(2, writes);
        job.nowNanos = 5_000;
        assertEquals(Progress.WAITING, task.turn());
        assertEquals(Progress.WAITING, task.turn());
        assertEquals(2, writes, "and the next step waits");
        snapshot.forEach((k, keyBytes, hash, value, valueBytes) -> assertEquals(1, Memory.getLong(value)));
        snapshot.release();
        job.nowNanos = 12_000;
        assertEquals(Progress.IDLE, task.turn());
        assertEquals(3, writes);
        Barrier barrier = new Barrier(1, false);
        task.passed(barrier);
        assertEquals(Map.of(SnapshotWait.WAITS, 1L, SnapshotWait.WAITED_MICROS, 7L), barrier.counters());
    }

    @Test
    void letsOtherTasksOfTheWorkerGoOn() {
        int[] steps = new int[1];
        other.readFrom(new Input(() -> steps[0]++));
        IndexSnapshot snapshot = index.seal();
        task.turn();
        for (int i = 0; i < 3; i++) {
            assertEquals(Progress.WAITING, task.turn());
            assertEquals(Progress.IDLE, other.turn());
        }
        assertEquals(3, steps[0]);
        snapshot.release();
    }

    @Test
    void doesNotWaitForASnapshotThatKeepsNothingOfItsOwn() {
        IndexSnapshot first = index.seal();
        task.turn();
        IndexSnapshot second = index.seal();
        first.release();
        assertEquals(Progress.IDLE, task.turn(), "what the first kept is free, and the second keeps the next copy");
        assertEquals(Progress.WAITING, task.turn());
        second.release();
        assertEquals(Progress.IDLE, task.turn());
    }

    @Test
    void saysNothingWhileThereIsRoom() {
        task.turn();
        Barrier barrier = new Barrier(1, false);
        task.passed(barrier);
        assertTrue(barrier.counters().isEmpty());
    }
}

package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.BudgetLevel;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What snapshots see and the index has no use for any more, in the budget of a real allocator. */
final class SnapshotPoolTest {
    private static final int ENTRIES = 40_000;
    private static final List<EntryShape> SHAPES =
            List.of(EntryShape.VARIABLE, EntryShape.fixed(8, 8, (key, bytes) -> Memory.getLong(key) * 31));

    @Test
    void oldVersionsCountAgainstTheSnapshotPoolUntilTheyAreReleased() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(64 << 20);
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(config)) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                ActiveIndex index = ActiveIndex.open(worker, IndexConfig.DEFAULT, shape);
                putAll(index, key, 1);
                long own = live(allocator, MemoryPool.INDEX);
                IndexSnapshot snapshot = index.seal();
                assertEquals(0, live(allocator, MemoryPool.SNAPSHOT), "nothing was written yet");
                putAll(index, key, 2);
                assertEquals(index.retiredBytes(), live(allocator, MemoryPool.SNAPSHOT));
                assertEquals(own, live(allocator, MemoryPool.SNAPSHOT), "every segment was copied");
                assertEquals(own, live(allocator, MemoryPool.INDEX), "and the index itself is no larger");
                long[] sum = new long[1];
                snapshot.forEach((k, keyBytes, hash, value, valueBytes) -> sum[0] += Memory.getLong(value));
                assertEquals(ENTRIES, sum[0]);
                snapshot.release();
                index.reclaim();
                assertEquals(0, live(allocator, MemoryPool.SNAPSHOT));
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    @Test
    void aWriteThatWouldPassThePoolIsRefusedAndGoesThroughOnceASnapshotIsReleased() {
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(64 << 20).withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(256 << 10));
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(config)) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                ActiveIndex index = ActiveIndex.open(worker, IndexConfig.DEFAULT, shape);
                putAll(index, key, 1);
                IndexSnapshot snapshot = index.seal();
                long liveBefore = allocator.liveBytes();
                MemoryLimitException refusal = assertThrows(MemoryLimitException.class, () -> putAll(index, key, 2));
                assertEquals(MemoryPool.SNAPSHOT, refusal.pool());
                assertEquals(BudgetLevel.POOL, refusal.level());
                assertTrue(live(allocator, MemoryPool.SNAPSHOT) <= 256 << 10);
                assertTrue(allocator.liveBytes() <= liveBefore + (256 << 10), "the copy that was not used is gone");
                assertEquals(ENTRIES, index.length());
                snapshot.release();
                putAll(index, key, 3);
                long[] sum = new long[1];
                index.forEach((k, keyBytes, hash, value, valueBytes) -> sum[0] += Memory.getLong(value));
                assertEquals(3L * ENTRIES, sum[0]);
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    @Test
    void aWriteThatMayOverdrawGoesThroughAndTellsWhatIsBeyondThePool() {
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(64 << 20).withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(256 << 10));
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(config)) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                ActiveIndex index = ActiveIndex.open(worker, IndexConfig.DEFAULT.withOverdraft(), shape);
                putAll(index, key, 1);
                IndexSnapshot first = index.seal();
                putAll(index, key, 2);
                assertTrue(live(allocator, MemoryPool.SNAPSHOT) <= 256 << 10);
                assertEquals(index.retiredBytes() - live(allocator, MemoryPool.SNAPSHOT), index.overdrawnBytes());
                assertTrue(index.overdrawnBytes() > 0);
                IndexSnapshot second = index.seal();
                Memory.putLong(key, 0);
                Memory.putLong(index.put(key, 8, 0, 8), 3);
                first.release();
                assertEquals(0, index.overdrawnBytes(), "what the second sees fits the pool now");
                assertEquals(index.retiredBytes(), live(allocator, MemoryPool.SNAPSHOT));
                assertTrue(index.retiredBytes() > 0);
                second.release();
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    @Test
    void aWriteThatMayOverdrawGoesPastTheBoundOfTheIndexToo() {
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64 << 20))) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                IndexConfig config =
                        IndexConfig.DEFAULT.withMaxRetiredBytes(100_000).withOverdraft();
                ActiveIndex index = ActiveIndex.open(worker, config, shape);
                putAll(index, key, 1);
                IndexSnapshot snapshot = index.seal();
                putAll(index, key, 2);
                assertEquals(index.retiredBytes() - 100_000, index.overdrawnBytes());
                snapshot.release();
                assertEquals(0, index.overdrawnBytes());
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    @Test
    void aSealAndEachCopyFreeABoundedPartOfWhatWasReleased() {
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64 << 20))) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                ActiveIndex index = ActiveIndex.open(worker, new IndexConfig(4 << 10, 4 << 10, 1 << 20, 64), shape);
                putAll(index, key, 1);
                IndexSnapshot first = index.seal();
                putAll(index, key, 2);
                int segments = index.segmentCount();
                first.release();
                IndexSnapshot second = index.seal();
                assertTrue(index.retiredBytes() > live(allocator, MemoryPool.INDEX) / 2, "a seal is short");
                putAll(index, key, 3);
                assertTrue(index.segmentCount() >= segments);
                assertTrue(
                        index.retiredBytes() <= live(allocator, MemoryPool.INDEX),
                        "what the first saw went while the second's was copied: retiredBytes=" + index.retiredBytes());
                second.release();
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    @Test
    void anIndexThatIsClearedKeepsWhatASnapshotSeesEvenIfThePoolIsFull() {
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(64 << 20).withPool(MemoryPool.SNAPSHOT, MemoryLimits.atMost(64 << 10));
        for (EntryShape shape : SHAPES) {
            try (SlabAllocator allocator = SlabAllocator.open(config)) {
                BlockAllocator worker = allocator.worker(0);
                long key = worker.allocate(MemoryPool.EVENTS, 8);
                ActiveIndex index = ActiveIndex.open(worker, IndexConfig.DEFAULT, shape);
                putAll(index, key, 1);
                IndexSnapshot snapshot = index.seal();
                index.clear();
                assertTrue(live(allocator, MemoryPool.SNAPSHOT) <= 64 << 10);
                assertEquals(ENTRIES, snapshot.length());
                snapshot.release();
                index.reclaim();
                index.close();
                worker.free(key);
                assertEquals(0, allocator.liveBytes());
            }
        }
    }

    private static void putAll(ActiveIndex index, long key, long value) {
        for (long i = 0; i < ENTRIES; i++) {
            Memory.putLong(key, i);
            Memory.putLong(index.put(key, 8, i * 31, 8), value);
        }
    }

    private static long live(SlabAllocator allocator, MemoryPool pool) {
        return allocator.statistics().liveBytesByPool().get(pool);
    }
}

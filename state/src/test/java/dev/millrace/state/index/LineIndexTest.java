package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.NativeTestMemory;
import dev.millrace.serde.KeyHash;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LineIndexTest {
    private static final EntryShape.HashFunction HASH = (address, bytes) -> KeyHash.hash(address, bytes, 5);
    private static final EntryShape SHAPE = EntryShape.fixed(8, 8, HASH);
    private static final long[] STRANGE_KEYS = {0, -1, LineLayout.EMPTY, Long.MIN_VALUE, Long.MAX_VALUE, 1};

    private final CheckedAllocator allocator = new CheckedAllocator();
    private final long scratch = NativeTestMemory.allocate(64);
    private ActiveIndex index = open(SHAPE, IndexConfig.DEFAULT);

    @AfterEach
    void close() {
        index.close();
        NativeTestMemory.free(scratch);
        allocator.close();
    }

    private ActiveIndex open(EntryShape shape, IndexConfig config) {
        return ActiveIndex.open(allocator, config, shape);
    }

    private long hash(long key) {
        Memory.putLong(scratch, key);
        return HASH.hash(scratch, 8);
    }

    private void put(long key, long value) {
        final long hash = hash(key);
        Memory.putLong(index.put(scratch, 8, hash, 8), value);
    }

    private long find(long key) {
        final long hash = hash(key);
        final long value = index.find(scratch, 8, hash);
        return value == ActiveIndex.NONE ? -1 : Memory.getLong(value);
    }

    private boolean remove(long key) {
        final long hash = hash(key);
        return index.remove(scratch, 8, hash);
    }

    @Test
    void whoAdoptsItMayUseEveryKeyAndCloseIt() throws InterruptedException {
        put(LineLayout.EMPTY, 7);
        List<Throwable> problems = new ArrayList<>();
        Thread other = new Thread(() -> {
            try {
                index.adopt();
                for (long key : STRANGE_KEYS) {
                    put(key, key);
                }
                index.close();
            } catch (Throwable e) {
                problems.add(e);
            }
        });
        other.start();
        other.join();
        assertEquals(List.of(), problems);
        index = open(SHAPE, IndexConfig.DEFAULT);
    }

    @Test
    void isChosenForSmallEntriesOfFixedSizeOnly() {
        assertEquals(LineIndex.class, index.getClass());
        for (int[] sizes : new int[][] {{1, 0}, {4, 8}, {8, 12}, {8, 16}, {8, 32}}) {
            try (ActiveIndex line = open(EntryShape.fixed(sizes[0], sizes[1], HASH), IndexConfig.DEFAULT)) {
                assertEquals(LineIndex.class, line.getClass());
            }
        }
        for (int[] sizes : new int[][] {{0, 8}, {9, 8}, {8, 33}}) {
            try (ActiveIndex tagged = open(EntryShape.fixed(sizes[0], sizes[1], HASH), IndexConfig.DEFAULT)) {
                assertEquals(TaggedIndex.class, tagged.getClass());
            }
        }
    }

    @Test
    void everyKeyIsAnOrdinaryKey() {
        for (long key : STRANGE_KEYS) {
            assertEquals(-1, find(key), "key=" + key);
            put(key, key ^ 7);
        }
        for (long key : STRANGE_KEYS) {
            assertEquals(key ^ 7, find(key), "key=" + key);
        }
        assertEquals(STRANGE_KEYS.length, index.length());
        index.seal().release();
        for (long key : STRANGE_KEYS) {
            assertTrue(remove(key), "key=" + key);
            assertEquals(-1, find(key), "key=" + key);
        }
        final IndexSnapshot snapshot = index.seal();
        assertEquals(STRANGE_KEYS.length, snapshot.dirtyCount());
        assertEquals(0, snapshot.length());
        snapshot.release();
    }

    /** The load of a segment is the same at n and at 8 n entries: so this is what 10 million take, too. */
    @Test
    void takesAtMost28BytesForAnEntryOfSixteenAtTenMillion() {
        for (long key = 0; key < 1_250_000; key++) {
            put(key, key);
            if (key == 10_000_000 / 64) {
                requireBytesPerEntry(28);
            }
        }
        requireBytesPerEntry(28);
        assertEquals(0, index.copyCount());
        assertEquals(index.splitCount() + 1, index.segmentCount());
    }

    @Test
    void takesAtMost34BytesForAnEntryOfSixteenAtAnySize() {
        for (long key = 0; key < 400_000; key++) {
            put(key, key);
            if (key > 50_000 && key % 1000 == 0) {
                requireBytesPerEntry(34);
            }
        }
    }

    private void requireBytesPerEntry(long limit) {
        final long perMille = index.segmentBytes() * 1000 / index.length();
        assertTrue(perMille <= limit * 1000, "bytesPerThousandEntries=" + perMille + ", entries=" + index.length());
        assertEquals(allocator.liveBytes(), index.segmentBytes());
    }

    @Test
    void givesMemoryBackWhenMostEntriesAreGone() {
        for (long key = 0; key < 100_000; key++) {
            put(key, key);
        }
        for (long key = 0; key < 99_990; key++) {
            assertTrue(remove(key));
        }
        assertEquals(10, index.length());
        assertTrue(index.segmentBytes() <= 32 << 10, "segmentBytes=" + index.segmentBytes());
        assertEquals(allocator.liveBytes(), index.segmentBytes());
        for (long key = 99_990; key < 100_000; key++) {
            assertEquals(key, find(key));
        }
        assertNotEquals(0, index.compactionCount());
    }

    @Test
    void keysThatComeAndGoLeaveNothingBehind() {
        for (long key = 0; key < 200_000; key++) {
            put(key, key);
            if (key >= 50) {
                assertTrue(remove(key - 50));
            }
        }
        assertEquals(50, index.length());
        assertEquals(4096, index.segmentBytes());
        assertEquals(0, index.growCount());
    }

    @Test
    void keepsWhatSnapshotsSeeWithinItsBoundAndRefusesTheWriteThatWouldPassIt() {
        index.close();
        index = open(SHAPE, IndexConfig.DEFAULT.withMaxRetiredBytes(10_000));
        requireBoundOfSnapshots();
    }

    @Test
    void theTaggedFormatKeepsTheSameBound() {
        index.close();
        index = open(EntryShape.VARIABLE, IndexConfig.DEFAULT.withMaxRetiredBytes(10_000));
        requireBoundOfSnapshots();
    }

    private void requireBoundOfSnapshots() {
        final IndexSnapshot[] snapshots = new IndexSnapshot[3];
        put(1, 0);
        for (int i = 0; i < 2; i++) {
            snapshots[i] = index.seal();
            put(1, i);
        }
        assertEquals(8192, index.retiredBytes());
        snapshots[2] = index.seal();
        final MemoryLimitException refusal = assertThrows(MemoryLimitException.class, () -> put(1, 7));
        assertEquals(MemoryPool.SNAPSHOT, refusal.pool());
        assertEquals(1, find(1));
        assertEquals(0, index.dirtyCount());
        snapshots[0].release();
        put(1, 7);
        assertEquals(8192, index.retiredBytes());
        snapshots[1].release();
        snapshots[2].release();
    }

    @Test
    void aSealReadsNoSegment() {
        for (long key = 0; key < 10_000; key++) {
            put(key, key);
        }
        final IndexSnapshot first = index.seal();
        final IndexSnapshot second = index.seal();
        assertEquals(0, index.copyCount(), "and copies none");
        put(1, 1);
        assertEquals(1, index.copyCount());
        assertEquals(10_000, first.dirtyCount());
        assertEquals(0, second.dirtyCount());
        first.release();
        second.release();
    }

    @Test
    void refusesEntriesOfAnotherSize() {
        final long hash = hash(1);
        assertThrows(IllegalArgumentException.class, () -> index.put(scratch, 8, hash, 16));
        assertThrows(IllegalArgumentException.class, () -> index.put(scratch, 4, hash, 8));
        assertThrows(AssertionError.class, () -> index.find(scratch, 8, hash + 1));
    }

    @Test
    void refusesMoreEntriesOfOneHashThanTheLargestSegmentHolds() {
        final EntryShape alike = EntryShape.fixed(8, 8, (address, bytes) -> 42);
        try (ActiveIndex small = open(alike, new IndexConfig(512, 1024, 4096, 4))) {
            EntryTooLargeException refusal = null;
            long held = 0;
            while (refusal == null) {
                Memory.putLong(scratch, held);
                try {
                    Memory.putLong(small.put(scratch, 8, 42, 8), held);
                    held++;
                } catch (EntryTooLargeException e) {
                    refusal = e;
                }
            }
            assertEquals(held, refusal.alikeEntries());
            assertEquals(4096, refusal.limitBytes());
            assertTrue(refusal.neededBytes() > 4096);
            assertTrue(held > 4096 / 32, "held=" + held);
            for (long key = 0; key < held; key++) {
                Memory.putLong(scratch, key);
                assertEquals(key, Memory.getLong(small.find(scratch, 8, 42)));
            }
        }
    }

    @Test
    void countsWhatWasFoundAndWhatWasNot() {
        put(1, 1);
        put(1, 2);
        find(1);
        find(2);
        remove(3);
        assertEquals(2, index.hitCount());
        assertEquals(3, index.missCount());
    }
}

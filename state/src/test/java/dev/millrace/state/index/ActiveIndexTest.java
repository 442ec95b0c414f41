package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.MemoryLimitException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActiveIndexTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final byte[] NO_BYTES = {};

    @Test
    void takesNoMemoryUntilTheFirstEntryAndOneSmallSegmentThen() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            assertNull(index.find(KEY));
            assertFalse(index.update(KEY, (byte) 1));
            assertFalse(index.remove(KEY));
            assertEquals(0, index.index.touch(7));
            assertEquals(0, index.allocator.liveBlocks());
            index.put(KEY, new byte[] {4});
            assertEquals(4096, index.allocator.liveBytes());
            assertEquals(4096, index.index.segmentBytes());
        }
    }

    @Test
    void keepsKeysAndValuesOfNoBytes() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(NO_BYTES, NO_BYTES);
            assertArrayEquals(NO_BYTES, index.find(NO_BYTES));
            assertNull(index.find(new byte[1]));
            assertTrue(index.remove(NO_BYTES));
            assertEquals(0, index.index.length());
        }
    }

    @Test
    void keepsAValueOfTheSameSizeAndZeroesOneOfAnother() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            assertArrayEquals(new byte[3], index.putOnly(KEY, 3));
            index.put(KEY, new byte[] {7, 8, 9});
            assertArrayEquals(new byte[] {7, 8, 9}, index.putOnly(KEY, 3));
            assertArrayEquals(new byte[5], index.putOnly(KEY, 5));
            index.remove(KEY);
            assertArrayEquals(new byte[5], index.putOnly(KEY, 5));
        }
    }

    @Test
    void tellsKeysApartWhoseHashesAreEqual() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (int i = 0; i < 2000; i++) {
                index.put(TestIndex.key(i), 42, TestIndex.key(-i));
            }
            for (int i = 0; i < 2000; i += 2) {
                assertTrue(index.remove(TestIndex.key(i), 42));
            }
            for (int i = 0; i < 2000; i++) {
                assertArrayEquals(i % 2 == 0 ? null : TestIndex.key(-i), index.find(TestIndex.key(i), 42));
            }
            assertEquals(1, index.index.segmentCount());
            assertTrue(index.index.growCount() > 0);
        }
    }

    @Test
    void refusesMoreEntriesOfOneHashThanTheLargestSegmentHolds() {
        try (TestIndex index = new TestIndex(new IndexConfig(512, 1024, 4096, 4))) {
            int held = 0;
            EntryTooLargeException refusal = null;
            while (refusal == null) {
                try {
                    index.put(TestIndex.key(held), 42, TestIndex.key(held));
                    held++;
                } catch (EntryTooLargeException e) {
                    refusal = e;
                }
            }
            assertEquals(held, refusal.alikeEntries());
            assertEquals(4096, refusal.limitBytes());
            assertTrue(refusal.neededBytes() > 4096, "neededBytes=" + refusal.neededBytes());
            // 32 bytes an entry and at best a seventh of a bucket: what remains of the segment is less than one more
            // takes.
            assertTrue(held > 85, "held=" + held);
            assertEquals(held, index.index.length());
            assertTrue(index.remove(TestIndex.key(0), 42));
            index.put(TestIndex.key(held), 42, TestIndex.key(held));
            for (int i = 1; i <= held; i++) {
                assertArrayEquals(TestIndex.key(i), index.find(TestIndex.key(i), 42));
            }
        }
    }

    @Test
    void takesAnEntryUpToTheLargestSegmentAndRefusesALargerOne() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            final int largest = (1 << 20) - 64 - 64 - 16 - 8;
            index.put(KEY, new byte[largest]);
            // The largest possible one replaced by itself: there is no room for both.
            index.put(KEY, new byte[largest - 8]);
            index.put(KEY, new byte[largest]);
            final EntryTooLargeException refusal =
                    assertThrows(EntryTooLargeException.class, () -> index.putOnly(KEY, largest + 1));
            assertEquals(0, refusal.alikeEntries());
            assertEquals(3, refusal.keyBytes());
            assertEquals(largest + 1, refusal.valueBytes());
            assertEquals(largest, index.find(KEY).length);
            assertThrows(EntryTooLargeException.class, () -> index.putOnly(KEY, Integer.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> index.putOnly(KEY, -1));
        }
    }

    @Test
    void partsLargeEntriesByAsManySplitsAsItTakes() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (int i = 0; i < 40; i++) {
                index.put(TestIndex.key(i), new byte[400_000 + i]);
            }
            for (int i = 0; i < 40; i++) {
                assertEquals(400_000 + i, index.find(TestIndex.key(i)).length);
            }
        }
    }

    @Test
    void spreadsHashesThatShareTheirHighOrTheirLowBits() {
        for (int shift : new int[] {0, 20, 40}) {
            try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
                for (long i = 0; i < 20_000; i++) {
                    index.put(TestIndex.key(i), i << shift, TestIndex.key(i));
                }
                // 32 bytes an entry and 8 a slot: half full at worst, on average.
                final long bytesPerEntry = index.index.segmentBytes() / index.index.length();
                assertTrue(bytesPerEntry <= 80, "shift=" + shift + ", bytesPerEntry=" + bytesPerEntry);
            }
        }
    }

    @Test
    void growsBySplittingOneSegmentAtATime() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (long i = 0; i < 50_000; i++) {
                index.put(TestIndex.key(i), TestIndex.key(i));
            }
            assertEquals(index.index.splitCount() + 1, index.index.segmentCount());
            assertEquals(3, index.index.growCount(), "4 to 32 KiB");
            assertEquals(0, index.index.copyCount());
            assertEquals(index.allocator.liveBytes(), index.index.segmentBytes());
            assertEquals(index.allocator.liveBlocks(), index.index.segmentCount());
        }
    }

    @Test
    void staysAsSmallAsItsEntriesWhileKeysComeAndGo() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (long i = 0; i < 200_000; i++) {
                index.put(TestIndex.key(i), TestIndex.key(i));
                if (i >= 50) {
                    assertTrue(index.remove(TestIndex.key(i - 50)));
                }
            }
            assertEquals(50, index.index.length());
            assertEquals(4096, index.index.segmentBytes());
            assertTrue(index.index.compactionCount() > 0);
        }
    }

    @Test
    void compactsInPlaceWhenThereIsNoMoreMemory() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                index.put(TestIndex.key(i), new byte[40]);
            }
            index.allocator.limitBytes(index.allocator.liveBytes());
            for (int i = 0; i < 10_000; i++) {
                index.put(TestIndex.key(i % 20), new byte[30 + (i + i / 20) % 20]);
            }
            assertTrue(index.index.compactionCount() > 0);
            assertEquals(20, index.entries().size());
        }
    }

    @Test
    void isAsItWasWhenAnyOneAllocationIsRefused() {
        long refusals = 0;
        long refusedAllocation = 0;
        for (boolean refused = true; refused; refusedAllocation++) {
            refused = runRefusing(refusedAllocation);
            refusals += refused ? 1 : 0;
        }
        assertTrue(refusals > 50, "allocations of the script: " + refusals);
    }

    /** Plays one script with one allocation refused, and the refused step done again. Says whether it came to that. */
    private static boolean runRefusing(long allocation) {
        boolean refused = false;
        try (TestIndex index = new TestIndex(new IndexConfig(512, 1024, 8192, 4))) {
            index.allocator.refuseAfter(allocation);
            final Map<ByteBuffer, ByteBuffer> expected = new HashMap<>();
            IndexSnapshot snapshot = index.index.seal();
            for (int step = 0; step < 400; step++) {
                final byte[] key = TestIndex.key(step % 150);
                final byte[] value = new byte[step % 7 * 8];
                final long dirtyBefore = index.index.dirtyCount();
                try {
                    index.put(key, value);
                } catch (MemoryLimitException e) {
                    refused = true;
                    assertEquals(expected, index.entries());
                    assertEquals(expected.size(), index.index.length());
                    assertEquals(dirtyBefore, index.index.dirtyCount());
                    index.allocator.refuseNothing();
                    index.put(key, value);
                }
                expected.put(ByteBuffer.wrap(key), ByteBuffer.wrap(value));
                if (step % 100 == 99) {
                    snapshot.release();
                    snapshot = index.index.seal();
                    assertEquals(expected, TestIndex.entries(snapshot));
                }
            }
            snapshot.release();
        }
        return refused;
    }

    @Test
    void clearsWithoutTombstonesAndCanBeFilledAgain() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[9]);
            index.index.seal().release();
            index.index.clear();
            assertEquals(0, index.allocator.liveBlocks());
            assertNull(index.find(KEY));
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(Map.of(), TestIndex.dirty(snapshot));
            index.put(KEY, new byte[2]);
            assertEquals(1, index.index.length());
            snapshot.release();
        }
    }

    @Test
    void canBeClosedTwiceAndNotUsedAfterwards() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[9]);
            index.index.close();
            index.index.close();
            assertNull(index.find(KEY));
            assertThrows(IllegalStateException.class, () -> index.putOnly(KEY, 1));
            assertThrows(IllegalStateException.class, index.index::seal);
        }
    }

    @Test
    void refusesAThreadThatHasNotAdoptedIt() throws InterruptedException {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {5});
            final Throwable[] thrown = new Throwable[1];
            final Thread thread = new Thread(() -> {
                thrown[0] = assertThrows(AssertionError.class, () -> index.find(KEY));
                index.index.adopt();
                assertTrue(index.update(KEY, (byte) 6));
            });
            thread.start();
            thread.join();
            assertTrue(thrown[0].getMessage().contains("owner="), () -> thrown[0].getMessage());
            index.index.adopt();
            assertArrayEquals(new byte[] {6}, index.find(KEY));
        }
    }

    @Test
    void refusesToBeChangedByAVisitor() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[1]);
            assertThrows(
                    AssertionError.class,
                    () -> index.index.forEach((key, keyBytes, hash, value, valueBytes) -> index.remove(KEY)));
            assertTrue(index.remove(KEY));
        }
    }

    @Test
    void touchReadsTheBucketOfTheHash() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[1]);
            assertNotEquals(0, index.index.touch(TestIndex.hash(KEY)));
        }
    }

    @Test
    void refusesSizesThatAreNoPowersOfTwoOrOutOfOrder() {
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(1000, 4096, 4096, 1));
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(256, 4096, 4096, 1));
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(4096, 4096, 2 << 20, 1));
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(8192, 4096, 1 << 20, 1));
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(4096, 8192, 4096, 1));
        assertThrows(IllegalArgumentException.class, () -> new IndexConfig(4096, 4096, 4096, 0));
    }

    @Test
    void givesMemoryBackWhenMostEntriesAreGoneWhateverASnapshotStillSees() {
        for (int seals = 0; seals < 3; seals++) {
            try (TestIndex index = new TestIndex(new IndexConfig(512, 4096, 16_384, 4))) {
                final List<byte[]> keys = new ArrayList<>();
                for (int i = 0; i < 20_000; i++) {
                    keys.add(("key-" + i).getBytes(StandardCharsets.UTF_8));
                    index.put(keys.get(i), keys.get(i));
                }
                final long fullBytes = index.index.segmentBytes();
                final int fullSegments = index.index.segmentCount();
                for (int i = 0; i < seals; i++) {
                    index.index.seal().release();
                }
                for (int i = 0; i < keys.size(); i++) {
                    if (i % 20 != 0) {
                        assertTrue(index.remove(keys.get(i)));
                    }
                    if (seals == 2 && i == keys.size() / 2) {
                        index.index.seal().release(); // nobody needs the tombstones so far
                    }
                }
                if (seals > 0) {
                    index.index.seal().release();
                    for (int i = 0; i < keys.size(); i += 40) {
                        assertTrue(index.remove(keys.get(i)));
                    }
                }
                final String text =
                        "seals=" + seals + ", segmentBytes=" + index.index.segmentBytes() + " of " + fullBytes;
                assertTrue(index.index.segmentBytes() < fullBytes / (seals == 0 ? 6 : 2), text);
                assertTrue(index.index.segmentCount() < fullSegments, text);
                index.index.reclaim();
                assertEquals(index.index.segmentBytes(), index.allocator.liveBytes(), text);
                for (int i = 20; i < keys.size(); i += 40) {
                    assertArrayEquals(keys.get(i), index.find(keys.get(i)), text);
                }
            }
        }
    }
}

package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class IndexSnapshotTest {
    private static final byte[] KEY = {1, 2, 3};
    private static final byte[] OTHER = {4};

    private static Map<ByteBuffer, ByteBuffer> entry(byte[] key, byte... value) {
        return Map.of(ByteBuffer.wrap(key), ByteBuffer.wrap(value));
    }

    @Test
    void keepsShowingWhatWasSealedWhileTheIndexGoesOn() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            final IndexSnapshot first = index.index.seal();
            index.update(KEY, (byte) 2);
            final IndexSnapshot second = index.index.seal();
            index.remove(KEY);
            index.put(OTHER, new byte[] {9});
            final IndexSnapshot third = index.index.seal();
            index.index.clear();

            assertEquals(entry(KEY, (byte) 1), TestIndex.entries(first));
            assertEquals(entry(KEY, (byte) 2), TestIndex.entries(second));
            assertEquals(entry(OTHER, (byte) 9), TestIndex.entries(third));
            assertEquals(1, first.version());
            assertEquals(3, third.version());
            first.release();
            second.release();
            third.release();
        }
    }

    @Test
    void showsAsDirtyOnlyWhatChangedSinceTheSealBefore() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            index.put(OTHER, new byte[] {2});
            index.index.seal().release();
            index.update(OTHER, (byte) 3);
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(entry(OTHER, (byte) 3), TestIndex.dirty(snapshot));
            assertEquals(1, snapshot.dirtyCount());
            assertEquals(2, snapshot.length());
            snapshot.release();
            final IndexSnapshot unchanged = index.index.seal();
            assertEquals(Map.of(), TestIndex.dirty(unchanged));
            assertEquals(0, unchanged.dirtyCount());
            unchanged.release();
        }
    }

    @Test
    void showsADeletionOnceAndThenForgetsIt() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            index.index.seal().release();
            assertTrue(index.remove(KEY));
            assertNull(index.find(KEY));
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(Map.of(ByteBuffer.wrap(KEY), TestIndex.DELETED), TestIndex.dirty(snapshot));
            assertEquals(Map.of(), TestIndex.entries(snapshot));
            index.put(OTHER, new byte[] {1});
            final IndexSnapshot next = index.index.seal();
            assertEquals(entry(OTHER, (byte) 1), TestIndex.dirty(next));
            snapshot.release();
            next.release();
        }
    }

    @Test
    void showsNothingOfAnEntryThatCameAndWentBetweenTwoSeals() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            index.remove(KEY);
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(Map.of(), TestIndex.dirty(snapshot));
            assertEquals(0, snapshot.dirtyCount());
            snapshot.release();
        }
    }

    @Test
    void showsADeletionAndARebirthBetweenTwoSealsAsAChange() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            index.index.seal().release();
            index.remove(KEY);
            index.put(KEY, new byte[] {2, 2});
            index.remove(KEY);
            index.put(KEY, new byte[] {3});
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(entry(KEY, (byte) 3), TestIndex.dirty(snapshot));
            assertEquals(1, snapshot.dirtyCount());
            snapshot.release();
        }
    }

    @Test
    void restoredEntriesAreCleanAndTheirDeletionIsShown() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.restore(KEY, new byte[] {1});
            index.restore(KEY, new byte[] {2, 2});
            index.restore(OTHER, new byte[] {3});
            assertArrayEquals(new byte[] {2, 2}, index.find(KEY));
            assertEquals(0, index.index.dirtyCount());
            index.remove(OTHER);
            assertThrows(IllegalStateException.class, () -> index.restore(OTHER, new byte[1]));
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(Map.of(ByteBuffer.wrap(OTHER), TestIndex.DELETED), TestIndex.dirty(snapshot));
            assertEquals(entry(KEY, (byte) 2, (byte) 2), TestIndex.entries(snapshot));
            snapshot.release();
        }
    }

    @Test
    void copiesASegmentOnceASealAndNotAtAllWhenNobodySeesIt() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            for (int i = 0; i < 10; i++) {
                index.put(TestIndex.key(i), new byte[8]);
            }
            final IndexSnapshot snapshot = index.index.seal();
            for (int i = 0; i < 10; i++) {
                index.update(TestIndex.key(i), (byte) 1);
            }
            assertEquals(1, index.index.copyCount());
            assertEquals(2, index.allocator.liveBlocks());
            assertEquals(4096, index.index.retiredBytes());
            snapshot.release();
            assertEquals(4096, index.index.reclaim());
            assertEquals(1, index.allocator.liveBlocks());
            index.index.seal().release();
            index.update(TestIndex.key(0), (byte) 2);
            assertEquals(1, index.index.copyCount());
        }
    }

    @Test
    void givesMemoryBackWhenItIsRefusedOtherwise() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[1]);
            final IndexSnapshot first = index.index.seal();
            index.update(KEY, (byte) 1);
            final IndexSnapshot second = index.index.seal();
            index.allocator.limitBytes(8192);
            first.release();
            assertTrue(index.update(KEY, (byte) 2));
            assertEquals(entry(KEY, (byte) 1), TestIndex.entries(second));
            second.release();
        }
    }

    @Test
    void isFreedWithTheLastOfItsReaders() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            final IndexSnapshot snapshot = index.index.seal();
            snapshot.retain();
            snapshot.release();
            index.update(KEY, (byte) 2);
            assertEquals(0, index.index.reclaim());
            assertEquals(entry(KEY, (byte) 1), TestIndex.entries(snapshot));
            snapshot.release();
            assertEquals(4096, index.index.reclaim());
            assertThrows(IllegalStateException.class, snapshot::release);
            assertThrows(IllegalStateException.class, snapshot::retain);
            assertThrows(IllegalStateException.class, () -> TestIndex.entries(snapshot));
            assertThrows(IllegalStateException.class, () -> TestIndex.dirty(snapshot));
        }
    }

    @Test
    void keepsTheIndexFromClosing() {
        try (TestIndex index = new TestIndex(IndexConfig.DEFAULT)) {
            index.put(KEY, new byte[] {1});
            final IndexSnapshot snapshot = index.index.seal();
            assertThrows(IllegalStateException.class, index.index::close);
            assertEquals(entry(KEY, (byte) 1), TestIndex.entries(snapshot));
            assertTrue(index.update(KEY, (byte) 2));
            snapshot.release();
        }
    }

    @Test
    void isRefusedWhenTooManyAreLive() {
        try (TestIndex index = new TestIndex(new IndexConfig(512, 512, 512, 2))) {
            index.put(KEY, new byte[] {1});
            final IndexSnapshot first = index.index.seal();
            final IndexSnapshot second = index.index.seal();
            index.put(OTHER, new byte[] {2});
            assertThrows(IllegalStateException.class, index.index::seal);
            assertEquals(1, index.index.dirtyCount());
            first.release();
            final IndexSnapshot third = index.index.seal();
            assertEquals(entry(OTHER, (byte) 2), TestIndex.dirty(third));
            second.release();
            third.release();
        }
    }

    @Test
    void isReadByAnotherThreadWhileTheWriterGoesOn() throws InterruptedException {
        final int keys = 3000;
        final int seals = 150;
        final BlockingQueue<IndexSnapshot> queue = new ArrayBlockingQueue<>(3);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread reader = new Thread(() -> {
            for (int i = 0; i < seals; i++) {
                IndexSnapshot snapshot = null;
                try {
                    snapshot = queue.take();
                    checkEveryValueIsTheVersion(snapshot, keys);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
                if (snapshot != null) {
                    snapshot.release();
                }
            }
        });
        try (TestIndex index = new TestIndex(new IndexConfig(512, 2048, 8192, 16))) {
            reader.setDaemon(true);
            reader.start();
            for (int i = 1; i <= seals; i++) {
                for (int key = 0; key < keys; key++) {
                    // Sizes change, so that segments are compacted, grown and split while older ones are read.
                    index.put(TestIndex.key(key), new byte[] {(byte) i, (byte) i});
                    index.put(TestIndex.key(key), filled(1 + (key + i) % 20, (byte) i));
                }
                queue.put(index.index.seal());
            }
            reader.join();
        }
        assertNull(failure.get());
    }

    private static byte[] filled(int sizeBytes, byte fill) {
        final byte[] bytes = new byte[sizeBytes];
        Arrays.fill(bytes, fill);
        return bytes;
    }

    private static void checkEveryValueIsTheVersion(IndexSnapshot snapshot, int keys) {
        final int version = (int) snapshot.version();
        final Map<ByteBuffer, ByteBuffer> entries = TestIndex.entries(snapshot);
        assertEquals(keys, entries.size());
        for (int key = 0; key < keys; key++) {
            final byte[] expected = filled(1 + (key + version) % 20, (byte) version);
            assertEquals(ByteBuffer.wrap(expected), entries.get(ByteBuffer.wrap(TestIndex.key(key))));
        }
        assertEquals(entries, TestIndex.dirty(snapshot));
    }
}

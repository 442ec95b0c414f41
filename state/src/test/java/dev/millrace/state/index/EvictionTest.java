package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EvictionTest {
    private static final IndexConfig CONFIG = new IndexConfig(512, 4096, 16384, 16);
    private static final long BUDGET_BYTES = 96 << 10;
    private static final byte[] VALUE = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] OTHER = {8, 7, 6, 5, 4, 3, 2, 1};

    private static void fill(TestIndex index, int from, int to) {
        for (int i = from; i < to; i++) {
            index.put(TestIndex.key(i), VALUE);
        }
    }

    /** Seals and says at once that the seal can be read elsewhere. */
    private static void sealAndSettle(TestIndex index) {
        final IndexSnapshot snapshot = index.index.seal();
        snapshot.release();
        index.index.settle(snapshot.version());
    }

    @Test
    void returnsToItsBudgetOnceWhatItHoldsIsSettled() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 5000);
            assertFalse(index.index.evict(Integer.MAX_VALUE), "all of it is dirty");
            assertEquals(5000, index.index.length());
            sealAndSettle(index);
            assertTrue(index.index.evict(Integer.MAX_VALUE));
            assertEquals(0, index.index.excessBytes());
            assertTrue(index.allocator.liveBytes() <= BUDGET_BYTES, "liveBytes=" + index.allocator.liveBytes());
            assertEquals(5000, index.index.length() + index.index.elsewhereCount());
            assertEquals(index.index.elsewhereCount(), index.index.evictionCount());
            assertTrue(index.index.length() > 200, "length=" + index.index.length());
        }
    }

    @Test
    void keepsWhatOnlyASnapshotKnowsThatIsNotCommitted() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 3000);
            final IndexSnapshot first = index.index.seal();
            fill(index, 3000, 5000);
            final IndexSnapshot second = index.index.seal();
            index.put(TestIndex.key(1), OTHER);
            assertFalse(index.index.evict(Integer.MAX_VALUE), "no seal is settled");
            assertEquals(5000, index.index.length());
            index.index.settle(first.version());
            index.index.evict(Integer.MAX_VALUE);
            for (int i = 3000; i < 5000; i++) {
                assertArrayEquals(VALUE, index.find(TestIndex.key(i)), "key=" + i);
            }
            assertArrayEquals(OTHER, index.find(TestIndex.key(1)));
            assertTrue(index.index.evictionCount() > 2000, "evictions=" + index.index.evictionCount());
            assertEquals(3000, TestIndex.entries(first).size(), "a snapshot shows what has left since");
            index.index.settle(second.version());
            assertTrue(index.index.evict(Integer.MAX_VALUE));
            assertArrayEquals(OTHER, index.find(TestIndex.key(1)), "dirty entries stay");
            first.release();
            second.release();
        }
    }

    @Test
    void aDeleteIsRememberedUntilItIsSettled() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 5000);
            sealAndSettle(index);
            final byte[] gone = TestIndex.key(77);
            assertTrue(index.remove(gone));
            final IndexSnapshot snapshot = index.index.seal();
            snapshot.release();
            for (int round = 0; round < 3; round++) {
                index.index.evict(Integer.MAX_VALUE);
                assertFalse(index.isElsewhere(gone), "the value that was deleted is still what is elsewhere");
                assertNull(index.find(gone));
                fill(index, 10_000 + round * 100, 10_100 + round * 100);
                index.index.seal().release();
            }
            index.index.settle(snapshot.version());
            index.index.evict(Integer.MAX_VALUE);
            assertNull(index.find(gone));
        }
    }

    @Test
    void anEntryThatCameBackIsNotDirtyAndMayLeaveAgain() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 5000);
            sealAndSettle(index);
            index.index.evict(Integer.MAX_VALUE);
            int back = 0;
            for (int i = 0; i < 5000; i++) {
                if (index.isElsewhere(TestIndex.key(i))) {
                    index.reload(TestIndex.key(i), VALUE);
                    back++;
                }
            }
            assertTrue(back > 2000);
            assertEquals(5000, index.index.length());
            assertEquals(0, index.index.elsewhereCount());
            assertEquals(0, index.index.dirtyCount());
            assertTrue(index.index.evict(Integer.MAX_VALUE));
            assertEquals(0, index.index.excessBytes());
            assertThrows(IllegalStateException.class, () -> reloadPresent(index));
        }
    }

    private static void reloadPresent(TestIndex index) {
        index.put(TestIndex.key(1_000_000), VALUE);
        sealAndSettle(index);
        index.reload(TestIndex.key(1_000_000), OTHER);
    }

    @Test
    void keepsWhatWasTouchedSinceTheHandCameByLast() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 5000);
            sealAndSettle(index);
            index.index.evict(Integer.MAX_VALUE);
            int hot = 0;
            int kept = 0;
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 50; i++) {
                    final byte[] key = TestIndex.key(i);
                    if (index.isElsewhere(key)) {
                        index.reload(key, VALUE);
                    } else {
                        kept++;
                    }
                    index.index.touch(TestIndex.hash(key));
                    hot++;
                }
                for (int i = 0; i < 50; i++) {
                    final byte[] key = TestIndex.key(100 + round * 50 + i);
                    if (index.isElsewhere(key)) {
                        index.reload(key, VALUE);
                    }
                }
                index.index.evict(Integer.MAX_VALUE);
            }
            assertTrue(kept > hot * 8 / 10, "kept=" + kept + ", of=" + hot);
        }
    }

    @Test
    void asksElsewhereForFewKeysThatNeverWereThere() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            assertFalse(index.index.hasElsewhere());
            fill(index, 0, 10_000);
            assertFalse(index.isElsewhere(TestIndex.key(123_456)), "nothing has left yet");
            sealAndSettle(index);
            index.index.evict(Integer.MAX_VALUE);
            assertTrue(index.index.hasElsewhere());
            int asked = 0;
            for (int i = 0; i < 100_000; i++) {
                asked += index.isElsewhere(TestIndex.key(1_000_000 + i)) ? 1 : 0;
            }
            assertTrue(asked < 5_000, "asked=" + asked + " of 100000");
            for (int i = 0; i < 10_000; i++) {
                assertTrue(index.find(TestIndex.key(i)) != null || index.isElsewhere(TestIndex.key(i)), "key=" + i);
            }
        }
    }

    @Test
    void aPutWithoutAskingStillLeavesATombstone() {
        try (TestIndex index = new TestIndex(CONFIG, BUDGET_BYTES)) {
            fill(index, 0, 5000);
            sealAndSettle(index);
            index.index.evict(Integer.MAX_VALUE);
            int key = 0;
            while (!index.isElsewhere(TestIndex.key(key))) {
                key++;
            }
            index.put(TestIndex.key(key), OTHER);
            assertTrue(index.remove(TestIndex.key(key)));
            assertFalse(index.isElsewhere(TestIndex.key(key)));
            final IndexSnapshot snapshot = index.index.seal();
            assertEquals(1, snapshot.dirtyCount());
            assertEquals(1, TestIndex.dirty(snapshot).size());
            snapshot.release();
        }
    }

    @Test
    void anIndexThatDoesNotEvictLetsNothingGo() {
        try (TestIndex index = new TestIndex(CONFIG)) {
            fill(index, 0, 5000);
            sealAndSettle(index);
            assertTrue(index.index.evict(Integer.MAX_VALUE));
            assertEquals(5000, index.index.length());
            assertFalse(index.index.hasElsewhere());
        }
    }

    @Test
    void refusesABudgetOfLessThanASegment() {
        final IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new TestIndex(CONFIG, CONFIG.segmentBytes() - 1).close());
        assertTrue(refused.getMessage().contains("budgetBytes=4095"), refused.getMessage());
    }
}

package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An index that lets entries go, over a plain map that gets each seal some time later, against a map that forgets nothing. */
class EvictionModelTest {
    private static final int OPERATIONS = 60_000;
    private static final int OPERATIONS_PER_PAGE = 100;

    private record Sealed(IndexSnapshot snapshot, Map<ByteBuffer, ByteBuffer> dirty) {}

    private static final class Pair implements AutoCloseable {
        final TestIndex index;
        final Random random;
        final int keyCount;
        final Map<ByteBuffer, ByteBuffer> truth = new HashMap<>();
        final Map<ByteBuffer, ByteBuffer> store = new HashMap<>();
        final ArrayDeque<Sealed> sealed = new ArrayDeque<>();
        long reloads;

        Pair(long seed, int keyCount, IndexConfig config, long budgetBytes) {
            random = new Random(seed);
            this.keyCount = keyCount;
            index = new TestIndex(config, budgetBytes);
        }

        void step(int step) {
            if (step % OPERATIONS_PER_PAGE == 0) {
                index.index.evict(1 + random.nextInt(20));
                if (random.nextInt(4) == 0 && sealed.size() < 4) {
                    seal();
                }
                if (random.nextInt(3) == 0 && !sealed.isEmpty()) {
                    settleOldest();
                }
            }
            operate(TestIndex.key(random.nextInt(keyCount)));
            assertEquals(truth.size(), index.index.length() + index.index.elsewhereCount());
        }

        void operate(byte[] key) {
            resolve(key);
            final ByteBuffer wrapped = ByteBuffer.wrap(key);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    final byte[] value = new byte[random.nextInt(40)];
                    random.nextBytes(value);
                    index.put(key, value);
                    truth.put(wrapped, ByteBuffer.wrap(value));
                }
                case 2 -> assertEquals(truth.remove(wrapped) != null, index.remove(key));
                default -> check(key);
            }
        }

        /** What the engine does for each key of a page. */
        void resolve(byte[] key) {
            index.index.touch(TestIndex.hash(key));
            if (index.isElsewhere(key)) {
                final ByteBuffer value = store.get(ByteBuffer.wrap(key));
                if (value != null) {
                    index.reload(key, value.array());
                    reloads++;
                }
            }
        }

        void check(byte[] key) {
            final ByteBuffer expected = truth.get(ByteBuffer.wrap(key));
            assertArrayEquals(expected == null ? null : expected.array(), index.find(key));
        }

        void seal() {
            final IndexSnapshot snapshot = index.index.seal();
            sealed.add(new Sealed(snapshot, TestIndex.dirty(snapshot)));
        }

        @SuppressWarnings("ReferenceEquality") // One object means a removal; a value of the same bytes does not.
        void settleOldest() {
            final Sealed oldest = sealed.remove();
            oldest.dirty.forEach((key, value) -> {
                if (value == TestIndex.DELETED) {
                    store.remove(key);
                } else {
                    store.put(key, value);
                }
            });
            oldest.snapshot.release();
            index.index.settle(oldest.snapshot.version());
        }

        void checkAll() {
            for (int i = 0; i < keyCount; i++) {
                resolve(TestIndex.key(i));
                check(TestIndex.key(i));
            }
            assertEquals(0, index.index.elsewhereCount());
            while (!sealed.isEmpty()) {
                settleOldest();
            }
            seal();
            settleOldest();
            assertEquals(truth, store);
        }

        @Override
        public void close() {
            sealed.forEach(s -> s.snapshot.release());
            index.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3000, 512, 2048, 8192, 16000",
        "2, 8000, 512, 4096, 65536, 40000",
        "3, 2000, 512, 2048, 4096, 20000",
        "4, 20000, 4096, 32768, 1048576, 65536",
    })
    void behavesLikeAMapThatForgetsNothing(
            long seed, int keyCount, int firstSegmentBytes, int segmentBytes, int maxSegmentBytes, long budgetBytes) {
        final IndexConfig config = new IndexConfig(firstSegmentBytes, segmentBytes, maxSegmentBytes, 5);
        int step = 0;
        try (Pair pair = new Pair(seed, keyCount, config, budgetBytes)) {
            for (; step < OPERATIONS; step++) {
                pair.step(step);
            }
            pair.checkAll();
            assertTrue(pair.reloads > 1000, "reloads=" + pair.reloads);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed=" + seed + ", step=" + step + ", config=" + config, e);
        }
    }
}

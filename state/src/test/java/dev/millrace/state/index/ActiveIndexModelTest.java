package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.MemoryLimitException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index against a plain map that is copied at every seal. */
class ActiveIndexModelTest {
    private static final int OPERATIONS = 55_000;

    private record Sealed(
            IndexSnapshot snapshot, Map<ByteBuffer, ByteBuffer> entries, Map<ByteBuffer, ByteBuffer> dirty) {}

    /** The state under test and its model. */
    private static final class Pair implements AutoCloseable {
        final TestIndex index;
        final Random random;
        final int keyCount;
        final Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        final Map<ByteBuffer, ByteBuffer> dirty = new HashMap<>();
        final Set<ByteBuffer> seen = new HashSet<>();
        final List<Sealed> sealed = new ArrayList<>();
        int refusals;

        Pair(long seed, int keyCount, IndexConfig config) {
            index = new TestIndex(config);
            random = new Random(seed);
            this.keyCount = keyCount;
        }

        /** One operation; now and then memory is refused in the middle of it, and then nothing may have happened. */
        void step() {
            final boolean refusing = random.nextInt(20) == 0;
            if (refusing) {
                index.allocator.refuseAfter(random.nextInt(2));
            }
            try {
                operate();
            } catch (MemoryLimitException e) {
                if (!refusing) {
                    throw e;
                }
                refusals++;
            } finally {
                index.allocator.refuseNothing();
            }
            assertEquals(entries.size(), index.index.length());
            assertEquals(dirty.size(), index.index.dirtyCount());
        }

        private void operate() {
            final int choice = random.nextInt(1000);
            final byte[] key = someKey();
            if (choice < 350) {
                put(key);
            } else if (choice < 550) {
                update(key);
            } else if (choice < 750) {
                remove(key);
            } else if (choice < 780) {
                restore(key);
            } else if (choice < 985) {
                assertArrayEquals(arrayOf(entries.get(ByteBuffer.wrap(key))), index.find(key));
            } else if (choice < 990) {
                seal();
            } else if (choice < 995) {
                release();
            } else if (choice < 997) {
                checkAll();
            } else if (choice < 999) {
                index.index.reclaim();
            } else if (random.nextInt(10) == 0) {
                clear();
            }
        }

        void put(byte[] key) {
            final ByteBuffer wrapped = ByteBuffer.wrap(key);
            final ByteBuffer before = entries.get(wrapped);
            final int valueBytes = before != null && random.nextBoolean() ? before.capacity() : someValueBytes();
            final byte[] expected =
                    before != null && before.capacity() == valueBytes ? arrayOf(before) : new byte[valueBytes];
            assertArrayEquals(expected, index.putOnly(key, valueBytes));
            final byte[] value = someValue(valueBytes);
            index.put(key, value);
            changed(wrapped, ByteBuffer.wrap(value));
        }

        void update(byte[] key) {
            final ByteBuffer wrapped = ByteBuffer.wrap(key);
            final ByteBuffer before = entries.get(wrapped);
            final byte fill = (byte) random.nextInt();
            assertEquals(before != null, index.update(key, fill));
            if (before != null) {
                final byte[] value = new byte[before.capacity()];
                Arrays.fill(value, fill);
                changed(wrapped, ByteBuffer.wrap(value));
            }
        }

        void changed(ByteBuffer key, ByteBuffer value) {
            entries.put(key, value);
            dirty.put(key, value);
        }

        void remove(byte[] key) {
            final ByteBuffer wrapped = ByteBuffer.wrap(key);
            assertEquals(entries.containsKey(wrapped), index.remove(key));
            entries.remove(wrapped);
            if (seen.contains(wrapped)) {
                dirty.computeIfPresent(wrapped, (k, v) -> TestIndex.DELETED);
                dirty.putIfAbsent(wrapped, TestIndex.DELETED);
            } else {
                dirty.remove(wrapped);
            }
        }

        void restore(byte[] key) {
            final ByteBuffer wrapped = ByteBuffer.wrap(key);
            if (!dirty.containsKey(wrapped)) {
                final byte[] value = someValue(someValueBytes());
                index.restore(key, value);
                entries.put(wrapped, ByteBuffer.wrap(value));
                seen.add(wrapped);
            }
        }

        void seal() {
            if (sealed.size() < 5) {
                assertEquals(dirty.size(), index.index.dirtyCount());
                sealed.add(new Sealed(index.index.seal(), new HashMap<>(entries), new HashMap<>(dirty)));
                dirty.clear();
                seen.clear();
                seen.addAll(entries.keySet());
            }
        }

        void release() {
            if (!sealed.isEmpty()) {
                final Sealed gone = sealed.remove(random.nextInt(sealed.size()));
                check(gone);
                gone.snapshot.release();
            }
        }

        void clear() {
            index.index.clear();
            entries.clear();
            dirty.clear();
            seen.clear();
        }

        void checkAll() {
            assertEquals(entries, index.entries());
            sealed.forEach(Pair::check);
        }

        static void check(Sealed sealed) {
            assertEquals(sealed.entries, TestIndex.entries(sealed.snapshot));
            assertEquals(sealed.dirty, TestIndex.dirty(sealed.snapshot));
            assertEquals(sealed.entries.size(), sealed.snapshot.length());
            assertEquals(sealed.dirty.size(), sealed.snapshot.dirtyCount());
        }

        byte[] someKey() {
            final int number = random.nextInt(keyCount);
            final byte[] key = new byte[number % 7 == 0 ? number % 41 : 8];
            for (int i = 0; i < Math.min(key.length, Integer.BYTES); i++) {
                key[i] = (byte) (number >>> (8 * i));
            }
            return key;
        }

        int someValueBytes() {
            return switch (random.nextInt(20)) {
                case 0 -> random.nextInt(1500);
                case 1, 2, 3 -> random.nextInt(200);
                default -> random.nextInt(24);
            };
        }

        byte[] someValue(int sizeBytes) {
            final byte[] value = new byte[sizeBytes];
            random.nextBytes(value);
            return value;
        }

        static byte[] arrayOf(ByteBuffer buffer) {
            if (buffer == null) {
                return null;
            }
            final byte[] array = new byte[buffer.capacity()];
            buffer.get(0, array);
            return array;
        }

        @Override
        public void close() {
            sealed.forEach(s -> s.snapshot.release());
            index.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 50, 512, 512, 4096",
        "2, 1000, 512, 2048, 8192",
        "3, 3000, 1024, 4096, 65536",
        "4, 3000, 4096, 32768, 1048576",
        "5, 300, 512, 16384, 16384",
        "6, 6000, 512, 1024, 16384",
    })
    void behavesLikeAMapThatIsCopiedAtEverySeal(
            long seed, int keyCount, int firstSegmentBytes, int segmentBytes, int maxSegmentBytes) {
        final IndexConfig config = new IndexConfig(firstSegmentBytes, segmentBytes, maxSegmentBytes, 5);
        int step = 0;
        try (Pair pair = new Pair(seed, keyCount, config)) {
            for (; step < OPERATIONS; step++) {
                pair.step();
            }
            pair.checkAll();
            assertTrue(pair.refusals > 0, "no refusal was met");
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed=" + seed + ", step=" + step + ", config=" + config, e);
        }
    }
}

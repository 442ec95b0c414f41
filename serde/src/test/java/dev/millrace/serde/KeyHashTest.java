package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyHashTest {
    private static final long SEED = 8086L;
    private static final int SAMPLES = 4000;

    /** Each flipped input bit flips each output bit half of the time: top, middle and low bits are equally good. */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 12, 16, 24, 40})
    void everyInputBitTurnsEveryOutputBitHalfOfTheTime(int lengthBytes) {
        SplittableRandom random = new SplittableRandom(SEED);
        try (TestMemory memory = new TestMemory(64)) {
            int[][] flips = new int[lengthBytes * 8][64];
            for (int sample = 0; sample < SAMPLES; sample++) {
                for (int at = 0; at < lengthBytes; at += 8) {
                    Memory.putLong(memory.address() + at, random.nextLong());
                }
                long hash = KeyHash.hash(memory.address(), lengthBytes, SEED);
                for (int bit = 0; bit < lengthBytes * 8; bit++) {
                    flip(memory, bit);
                    long changed = hash ^ KeyHash.hash(memory.address(), lengthBytes, SEED);
                    flip(memory, bit);
                    for (int out = 0; out < 64; out++) {
                        flips[bit][out] += (int) ((changed >>> out) & 1);
                    }
                }
            }
            // Six standard deviations of a fair coin.
            double slack = 6 * Math.sqrt(SAMPLES) / 2;
            for (int bit = 0; bit < flips.length; bit++) {
                for (int out = 0; out < 64; out++) {
                    double excess = Math.abs(flips[bit][out] - SAMPLES / 2.0);
                    assertTrue(excess < slack, "in=" + bit + ", out=" + out + ", flips=" + flips[bit][out]);
                }
            }
        }
    }

    /** Sequential and strided keys spread over buckets as random ones would, whichever 16 bits pick the bucket. */
    @ParameterizedTest
    @ValueSource(longs = {1, 8, 64, 1000, 4096, 65536, 1L << 32, 1L << 46, 0x9E3779B97F4A7C15L})
    void regularKeysSpreadEvenly(long stride) {
        int buckets = 1 << 16;
        int keys = 1 << 18;
        for (int shift : new int[] {0, 24, 48}) {
            int[] counts = new int[buckets];
            for (int i = 0; i < keys; i++) {
                counts[(int) (KeyHash.hashLong(i * stride, SEED) >>> shift) & (buckets - 1)]++;
            }
            double expected = (double) keys / buckets;
            double chiSquare = 0;
            for (int count : counts) {
                chiSquare += (count - expected) * (count - expected) / expected;
            }
            // Chi-square with 65,535 degrees of freedom: standard deviation 362. Even keys on purpose pass too (lower
            // is fine).
            assertTrue(chiSquare < buckets + 6 * 362, "stride=" + stride + ", shift=" + shift + ", chi=" + chiSquare);
        }
    }

    /** Text keys that differ in a few digits spread over buckets as random ones would, whichever 12 bits pick the bucket. */
    @Test
    void similarTextsSpreadEvenly() {
        int buckets = 1 << 12;
        int keys = 1 << 16;
        FlatCodec<String> codec = FlatCodec.of(String.class);
        try (TestMemory memory = new TestMemory(64)) {
            for (int shift : new int[] {0, 20, 32, 52}) {
                int[] counts = new int[buckets];
                for (int i = 0; i < keys; i++) {
                    String text = "customer-" + i;
                    codec.writeBlob(text, memory.address());
                    long hash = KeyHash.hash(memory.address(), codec.blobBytes(text), SEED);
                    counts[(int) (hash >>> shift) & (buckets - 1)]++;
                }
                double expected = (double) keys / buckets;
                double chiSquare = 0;
                for (int count : counts) {
                    chiSquare += (count - expected) * (count - expected) / expected;
                }
                // Chi-square with 4095 degrees of freedom: standard deviation 90.5.
                assertTrue(chiSquare < buckets + 6 * 90.5, "shift=" + shift + ", chi=" + chiSquare);
            }
        }
    }

    /** Key groups on disk rest on these, which an independent implementation gave: one in Python, with whole numbers of any size. */
    @Test
    void theSameBytesHaveTheSameHashOnEveryMachine() {
        int[] lengths = {0, 1, 7, 8, 9, 16, 17, 40};
        long[] unseeded = {
            0x0984721513E54E27L,
            0xFFEC3B87E71CE2A1L,
            0x62C64FC393FAD05DL,
            0x066F8099C47F1DEAL,
            0x68753FB71984273AL,
            0x28CB68076AE4FEC3L,
            0x72502C98B9C2BD07L,
            0xD823B69692C059E9L
        };
        long[] seeded = {
            0xF187934F0ADA9971L,
            0xA181AA226457D1C2L,
            0x26AB0AE26504E19BL,
            0x5A5B1FE4132B36B9L,
            0x97B28255A39ACF5FL,
            0x613068B18621B989L,
            0x0147A01D20526180L,
            0xDE1EF7945890C682L
        };
        try (TestMemory memory = new TestMemory(64)) {
            for (int i = 0; i < 64; i++) {
                Memory.putByte(memory.address() + i, (byte) (i + 1));
            }
            for (int i = 0; i < lengths.length; i++) {
                assertEquals(unseeded[i], KeyHash.hash(memory.address(), lengths[i], 0), "length=" + lengths[i]);
                assertEquals(seeded[i], KeyHash.hash(memory.address(), lengths[i], 42), "length=" + lengths[i]);
            }
        }
    }

    @Test
    void aHasherKnowsTheSizeOfItsKeysAndGivesTheSameHashes() {
        assertEquals(8, KeyHasher.of(RecordLayout.of(int.class), 1).estimatedBytes());
        assertTrue(KeyHasher.of(RecordLayout.of(int.class), 1).isOneWord());
        assertEquals(40, KeyHasher.of(RecordLayout.of(RichShapes.Code.class), 1).estimatedBytes());
        KeyHasher texts = KeyHasher.of(RecordLayout.of(String.class), SEED);
        assertEquals(32, texts.estimatedBytes());
        KeyHasher words = KeyHasher.of(RecordLayout.of(long.class), SEED);
        try (TestMemory memory = new TestMemory(64)) {
            long expected = KeyHash.hash(memory.address(), 8, SEED);
            assertEquals(expected, words.hash(memory.address(), 8));
            assertEquals(expected, words.hashLong(Memory.getLong(memory.address())));
            assertEquals(KeyHash.hash(memory.address(), 24, SEED), texts.hash(memory.address(), 24));
        }
    }

    @Test
    void aWordIsHashedAsItsEightBytes() {
        SplittableRandom random = new SplittableRandom(SEED);
        try (TestMemory memory = new TestMemory(8)) {
            for (int i = 0; i < 1000; i++) {
                long value = random.nextLong();
                long seed = random.nextLong();
                Memory.putLong(memory.address(), value);
                assertEquals(KeyHash.hash(memory.address(), 8, seed), KeyHash.hashLong(value, seed), "seed=" + SEED);
            }
        }
    }

    @Test
    void everyByteAndTheLengthCount() {
        try (TestMemory memory = new TestMemory(256)) {
            memory.fill(0);
            Set<Long> seen = new HashSet<>();
            for (int length = 0; length <= 200; length++) {
                assertTrue(seen.add(KeyHash.hash(memory.address(), length, 0)), "length=" + length);
                for (int at = 0; at < length; at++) {
                    Memory.putByte(memory.address() + at, (byte) 1);
                    assertTrue(seen.add(KeyHash.hash(memory.address(), length, 0)), "length=" + length + ", at=" + at);
                    Memory.putByte(memory.address() + at, (byte) 0);
                }
            }
        }
    }

    @Test
    void bytesOutsideTheRangeDoNotCount() {
        try (TestMemory memory = new TestMemory(256)) {
            for (int length = 0; length <= 64; length++) {
                memory.fill(1);
                Memory.fill(memory.address() + 64, length, (byte) 7);
                long hash = KeyHash.hash(memory.address() + 64, length, 5);
                memory.fill(2);
                Memory.fill(memory.address() + 64, length, (byte) 7);
                assertEquals(hash, KeyHash.hash(memory.address() + 64, length, 5), "length=" + length);
            }
        }
    }

    @Test
    void seedsMakeDifferentHashes() {
        Set<Long> seen = new HashSet<>();
        for (int seed = 0; seed < 10_000; seed++) {
            seen.add(KeyHash.hashLong(42, seed));
        }
        assertEquals(10_000, seen.size());
        assertNotEquals(KeyHash.hashLong(1, 0), KeyHash.hashLong(2, 0));
    }

    private static void flip(TestMemory memory, int bit) {
        long at = memory.address() + bit / 8;
        Memory.putByte(at, (byte) (Memory.getByte(at) ^ (1 << (bit % 8))));
    }
}

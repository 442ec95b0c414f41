package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import dev.millrace.serde.internal.FlatAssembly;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for every type and every value: over types and values that are made from a seed. */
final class FlatLawsTest {
    private static final long SEED = 31_415_926L;
    private static final int TYPES = 100;
    private static final int VALUES = 10_000;
    private static final int MEMORY_BYTES = 1 << 20;

    /** One million values. */
    @Test
    void readUndoesWriteAndTheValidatorAgrees() {
        SplittableRandom random = new SplittableRandom(SEED);
        try (TestMemory memory = new TestMemory(MEMORY_BYTES)) {
            for (int i = 0; i < TYPES; i++) {
                long seed = random.nextLong();
                RecordLayout layout = new RandomTypes(new SplittableRandom(seed)).next();
                roundTrips(layout, VALUES, seed, memory);
            }
        }
    }

    @Test
    void everyKindRoundTrips() {
        try (TestMemory memory = new TestMemory(MEMORY_BYTES)) {
            for (RecordLayout layout : RichShapes.layouts()) {
                roundTrips(layout, 500, SEED, memory);
            }
        }
    }

    private static void roundTrips(RecordLayout layout, int count, long seed, TestMemory memory) {
        FlatCodec<Object> codec = codec(layout);
        TypedValues values = new TypedValues(new SplittableRandom(seed));
        for (int i = 0; i < count; i++) {
            TypedValues.check(layout, values.next(layout), seed, value -> {
                int length = codec.blobBytes(value);
                assertTrue(length < MEMORY_BYTES, "the blob is large");
                Memory.putLong(memory.address() + length, 0x7777777777777777L);
                codec.writeBlob(value, memory.address());
                assertEquals(0x7777777777777777L, Memory.getLong(memory.address() + length), "written past the end");
                codec.validate(memory.address(), length);
                Object read = codec.readBlob(memory.address());
                if (!read.equals(value)) {
                    assertTrue(TypedValues.equal(value, read), () -> "read=" + read);
                }
            });
        }
    }

    @Test
    void equalValuesHaveEqualBytesAndOthersHaveNot() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 40; i++) {
            long seed = random.nextLong();
            RecordLayout layout = new RandomTypes(new SplittableRandom(seed)).next();
            FlatCodec<Object> codec = codec(layout);
            TypedValues values = new TypedValues(new SplittableRandom(seed));
            TypedValues again = new TypedValues(new SplittableRandom(seed));
            Object before = values.next(layout);
            again.next(layout);
            for (int j = 0; j < 100; j++) {
                Object value = values.next(layout);
                byte[] bytes = blob(codec, value, 0xA5);
                assertArrayEquals(bytes, blob(codec, again.next(layout), 0x5A), "seed=" + seed);
                boolean isSame = Arrays.equals(bytes, blob(codec, before, 0));
                assertEquals(TypedValues.equal(value, before), isSame, () -> "seed=" + seed + ", value=" + value);
                for (Object smaller : TypedValues.smaller(value)) {
                    boolean isEqual = TypedValues.equal(value, smaller);
                    assertEquals(isEqual, Arrays.equals(bytes, blob(codec, smaller, 0)), "seed=" + seed);
                }
                before = value;
            }
        }
    }

    /** What passes is the one form of the value that it reads as; what does not gives the typed error. Nothing else happens. */
    @Test
    void damagedBlobsAreRefusedOrAreAnotherValue() {
        SplittableRandom random = new SplittableRandom(SEED);
        try (TestMemory memory = new TestMemory(MEMORY_BYTES);
                TestMemory again = new TestMemory(MEMORY_BYTES)) {
            for (int i = 0; i < 40; i++) {
                long seed = random.nextLong();
                RecordLayout layout = new RandomTypes(new SplittableRandom(seed)).next();
                FlatCodec<Object> codec = codec(layout);
                TypedValues values = new TypedValues(new SplittableRandom(seed));
                for (int j = 0; j < 300; j++) {
                    Object value = values.next(layout);
                    int length = codec.blobBytes(value);
                    codec.writeBlob(value, memory.address());
                    damage(random, memory.address(), length);
                    try {
                        codec.validate(memory.address(), length);
                    } catch (MalformedRecordException e) {
                        assertTrue(e.getMessage().startsWith("malformed record: record="), e.getMessage());
                        continue;
                    }
                    Object read = codec.readBlob(memory.address());
                    assertEquals(length, codec.blobBytes(read), () -> "seed=" + seed + ", read=" + read);
                    codec.writeBlob(read, again.address());
                    assertArrayEquals(memory.bytes(length), again.bytes(length), "seed=" + seed);
                }
            }
        }
    }

    /** Single bytes, and whole ints that are small, large or negative: lengths, counts and offsets that lie. */
    private static void damage(SplittableRandom random, long address, int length) {
        int damages = 1 + random.nextInt(2);
        for (int i = 0; i < damages; i++) {
            if (random.nextBoolean()) {
                Memory.putByte(address + random.nextInt(length), (byte) random.nextInt(256));
            } else {
                long at = address + random.nextInt(length / Integer.BYTES) * (long) Integer.BYTES;
                int[] lies = {0, 1, 7, 8, -1, -8, length, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 28};
                int lie = lies[random.nextInt(lies.length)];
                Memory.putInt(at, random.nextBoolean() ? lie : Memory.getInt(at) + lie);
            }
        }
    }

    @Test
    void aFailingValueIsShrunkAndNamed() {
        RecordLayout layout = RecordLayout.of(RichShapes.Lists.class);
        TypedValues values = new TypedValues(new SplittableRandom(SEED));
        AssertionError error = assertThrows(AssertionError.class, () -> {
            for (int i = 0; i < 1000; i++) {
                TypedValues.check(layout, values.next(layout), SEED, value -> {
                    assertTrue(((RichShapes.Lists) value).texts().size() < 2);
                });
            }
        });
        assertTrue(
                error.getMessage().startsWith("seed=" + SEED + ", smallest=Lists[numbers=[], texts=[, ], codes=[]"),
                error.getMessage());
    }

    private static byte[] blob(FlatCodec<Object> codec, Object value, int pattern) {
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            memory.fill(pattern);
            codec.writeBlob(value, memory.address());
            return memory.bytes(length);
        }
    }

    @SuppressWarnings("unchecked") // The values given are of the type.
    private static FlatCodec<Object> codec(RecordLayout layout) {
        return (FlatCodec<Object>) FlatAssembly.newCodec(layout);
    }
}

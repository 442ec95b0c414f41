package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FlatCodecValidateTest {
    private static final long SEED = 4711L;

    static Class<?>[] shapes() {
        return Shapes.all();
    }

    /** What passes is the one form of the value that it reads as; what does not gives the typed error. Nothing else happens. */
    @ParameterizedTest
    @MethodSource("shapes")
    @SuppressWarnings("unchecked") // The values given are of the type.
    void damagedBlobsAreRefusedOrAreAnotherValue(Class<?> type) {
        FlatCodec<Object> codec = (FlatCodec<Object>) FlatCodec.of(type);
        RandomValues values = new RandomValues(SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        try (TestMemory memory = new TestMemory(1 << 16);
                TestMemory again = new TestMemory(1 << 16)) {
            for (int i = 0; i < 1500; i++) {
                Object value = values.next(type);
                int length = codec.blobBytes(value);
                codec.writeBlob(value, memory.address());
                int damages = 1 + random.nextInt(3);
                for (int d = 0; d < damages; d++) {
                    long at = memory.address() + random.nextInt(Math.min(length, 64));
                    Memory.putByte(at, (byte) random.nextInt(256));
                }
                try {
                    codec.validate(memory.address(), length);
                } catch (MalformedRecordException e) {
                    assertTrue(e.getMessage().startsWith("malformed record: record="), e.getMessage());
                    continue;
                }
                Object read = codec.readBlob(memory.address());
                assertEquals(length, codec.blobBytes(read), "seed=" + SEED);
                codec.writeBlob(read, again.address());
                assertArrayEquals(memory.bytes(length), again.bytes(length), "seed=" + SEED);
            }
        }
    }

    @Test
    void aWrongLengthIsRefused() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        try (TestMemory memory = new TestMemory(64)) {
            codec.writeBlob("twelve bytes", memory.address());
            codec.validate(memory.address(), 24);
            for (int length : new int[] {-8, 0, 7, 8, 16, 23, 25, 32, Integer.MIN_VALUE}) {
                assertThrows(
                        MalformedRecordException.class, () -> codec.validate(memory.address(), length), "" + length);
            }
        }
    }

    @Test
    void eachFaultNamesItsComponent() {
        assertFault(Shapes.Side.class, Shapes.Side.HOLD, at -> Memory.putInt(at, 3), "enum ordinal out of range");
        assertFault(Shapes.Side.class, Shapes.Side.HOLD, at -> Memory.putInt(at, -1), "enum ordinal out of range");
        assertFault(boolean.class, true, at -> Memory.putByte(at, (byte) 2), "boolean is neither 0 nor 1");
        assertFault(int.class, 5, at -> Memory.putByte(at + 7, (byte) 1), "padding is not zero: offset=7");
        assertFault(Instant.class, Instant.EPOCH, at -> Memory.putLong(at, Long.MAX_VALUE), "epochSeconds=");
        assertFault(Instant.class, Instant.EPOCH, at -> Memory.putInt(at + 8, 1_000_000_000), "nanos=");
        assertFault(Instant.class, Instant.EPOCH, at -> Memory.putInt(at + 8, -1), "nanos=");
        assertFault(double.class, 1.0, at -> Memory.putLong(at, 0x7FF8000000000001L), "NaN");
        assertFault(float.class, 1f, at -> Memory.putInt(at, 0x7FC00001), "NaN");
        assertFault(String.class, "abc", at -> Memory.putInt(at, 16), "text is not where it belongs: offset=16");
        assertFault(String.class, "abc", at -> Memory.putInt(at, -8), "text is not where it belongs: offset=-8");
        assertFault(String.class, "abc", at -> Memory.putInt(at + 4, 9), "text is out of bounds: length=9");
        assertFault(String.class, "abc", at -> Memory.putInt(at + 4, -1), "text is out of bounds: length=-1");
        assertFault(String.class, "abc", at -> Memory.putInt(at + 4, 0), "bytes behind the last text");
        assertFault(String.class, "abc", at -> Memory.putInt(at + 4, 2), "padding is not zero: offset=10");
        assertFault(String.class, "abc", at -> Memory.putByte(at + 8, (byte) 0xFF), "text is not UTF-8");
        assertFault(String.class, "abc", at -> Memory.putInt(at + 8, 0x80E0), "text is not UTF-8");
    }

    @Test
    void readingAnUnknownOrdinalIsATypedError() {
        FlatCodec<Shapes.Side> codec = FlatCodec.of(Shapes.Side.class);
        try (TestMemory memory = new TestMemory(8)) {
            Memory.putLong(memory.address(), 77);
            assertThrows(MalformedRecordException.class, () -> codec.readBlob(memory.address()));
        }
    }

    @SuppressWarnings("unchecked") // The value given is of the type.
    private static void assertFault(Class<?> type, Object value, LongConsumer damage, String fault) {
        FlatCodec<Object> codec = (FlatCodec<Object>) FlatCodec.of(type);
        try (TestMemory memory = new TestMemory(64)) {
            codec.writeBlob(value, memory.address());
            int length = codec.blobBytes(value);
            damage.accept(memory.address());
            String message = assertThrows(
                            MalformedRecordException.class, () -> codec.validate(memory.address(), length), fault)
                    .getMessage();
            assertTrue(message.contains(fault), message);
        }
    }
}

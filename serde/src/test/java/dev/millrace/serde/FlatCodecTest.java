package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FlatCodecTest {
    private static final long SEED = 20260101L;
    private static final int VALUES = 1500;

    static Class<?>[] shapes() {
        return Shapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void readUndoesWrite(Class<?> type) {
        FlatCodec<Object> codec = codecOf(type);
        RandomValues values = new RandomValues(SEED);
        try (TestMemory memory = new TestMemory(1 << 18)) {
            for (int i = 0; i < VALUES; i++) {
                Object value = values.next(type);
                codec.writeBlob(value, memory.address());
                codec.validate(memory.address(), codec.blobBytes(value));
                assertEquals(value, codec.readBlob(memory.address()), "seed=" + SEED);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void equalValuesHaveEqualBytesAndOthersHaveNot(Class<?> type) {
        FlatCodec<Object> codec = codecOf(type);
        RandomValues values = new RandomValues(SEED);
        RandomValues again = new RandomValues(SEED);
        Object before = new RandomValues(1).next(type);
        byte[] bytesBefore = blob(codec, before, 0x00);
        for (int i = 0; i < VALUES; i++) {
            Object value = values.next(type);
            byte[] bytes = blob(codec, value, 0xA5);
            assertArrayEquals(bytes, blob(codec, again.next(type), 0x5A), "seed=" + SEED);
            assertEquals(value.equals(before), Arrays.equals(bytes, bytesBefore), "seed=" + SEED);
            before = value;
            bytesBefore = bytes;
        }
    }

    @Test
    void everyNaNHasTheSameBytes() {
        record Floats(float single, double twice) {}
        FlatCodec<Floats> codec = FlatCodec.of(Floats.class);
        Floats strange = new Floats(Float.intBitsToFloat(0x7FC00123), Double.longBitsToDouble(0xFFF8000000000042L));
        assertArrayEquals(
                blob(codec, new Floats(Float.NaN, Double.NaN), 0),
                blob(codec, strange, 0),
                "NaNs are equal in a record");
    }

    @Test
    void partsMayLieApartAsInAPage() {
        FlatCodec<Shapes.Outer> codec = FlatCodec.of(Shapes.Outer.class);
        RandomValues values = new RandomValues(SEED);
        try (TestMemory memory = new TestMemory(1 << 18)) {
            long base = memory.address();
            for (int i = 0; i < 200; i++) {
                Shapes.Outer value = (Shapes.Outer) values.next(Shapes.Outer.class);
                int variableBytes = codec.variableBytes(value);
                long fixed = base + 64;
                long variable = base + (1 << 18) - 8 - variableBytes;
                memory.fill(0x77);
                codec.write(value, fixed, base, variable);
                assertEquals(value, codec.read(fixed, base), "seed=" + SEED);
                assertEquals(0x7777777777777777L, Memory.getLong(fixed + codec.fixedBytes()));
                assertEquals(0x7777777777777777L, Memory.getLong(variable - 8));
                assertEquals(0x7777777777777777L, Memory.getLong(variable + variableBytes));
                assertEquals(0x7777777777777777L, Memory.getLong(fixed - 8));
            }
        }
    }

    @Test
    void extremesOfTimeSurvive() {
        FlatCodec<Instant> codec = FlatCodec.of(Instant.class);
        try (TestMemory memory = new TestMemory(64)) {
            for (Instant time : new Instant[] {Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.EPOCH.minusNanos(1)}) {
                codec.writeBlob(time, memory.address());
                assertEquals(time, codec.readBlob(memory.address()));
            }
        }
    }

    @Test
    void textIsUtf8AndHalfAPairBecomesAQuestionMark() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        String[] texts = {"", "a", "é", "€", "😀", "a\uD83D", "\uDE00b", "\uD83D\uD83D\uDE00", "x".repeat(100_000) + "ü"
        };
        try (TestMemory memory = new TestMemory(1 << 18)) {
            for (String text : texts) {
                byte[] expected = text.getBytes(StandardCharsets.UTF_8);
                codec.writeBlob(text, memory.address());
                assertEquals(8 + RecordLayout.align(expected.length), codec.blobBytes(text));
                assertEquals(expected.length, Memory.getInt(memory.address() + 4));
                assertEquals(new String(expected, StandardCharsets.UTF_8), codec.readBlob(memory.address()));
            }
        }
    }

    @Test
    void aTextThatDiffersOnlyInATrailingZeroIsNotTakenFromTheCache() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        try (TestMemory memory = new TestMemory(64)) {
            for (String text : new String[] {"a", "a\0", "a\0\0", "12345678", "12345678\0", "a"}) {
                codec.writeBlob(text, memory.address());
                assertEquals(text, codec.readBlob(memory.address()));
            }
        }
    }

    @Test
    void repeatedShortTextIsTheSameString() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        try (TestMemory memory = new TestMemory(64)) {
            codec.writeBlob("ATL", memory.address());
            String first = codec.readBlob(memory.address());
            assertSame(first, codec.readBlob(memory.address()));
            codec.writeBlob("seventeen chars..", memory.address());
            assertNotSame(codec.readBlob(memory.address()), codec.readBlob(memory.address()));
        }
    }

    @Test
    void eachCodecIsAClassOfItsOwn() {
        assertNotEquals(
                FlatCodec.of(Shapes.Fixed.class).getClass(),
                FlatCodec.of(Shapes.Fixed.class).getClass());
    }

    @Test
    void aMissingComponentIsNamed() {
        FlatCodec<Shapes.Note> codec = FlatCodec.of(Shapes.Note.class);
        try (TestMemory memory = new TestMemory(256)) {
            Shapes.Note noAuthor = new Shapes.Note(null, Shapes.Side.BUY, Instant.EPOCH, "");
            Shapes.Note noSide = new Shapes.Note("", null, Instant.EPOCH, "");
            Shapes.Note noTime = new Shapes.Note("", Shapes.Side.BUY, null, "");
            assertMissing("author", () -> codec.variableBytes(noAuthor));
            assertMissing("author", () -> codec.writeBlob(noAuthor, memory.address()));
            assertMissing("side", () -> codec.writeBlob(noSide, memory.address()));
            assertMissing("at", () -> codec.writeBlob(noTime, memory.address()));
            FlatCodec<Shapes.Middle> middle = FlatCodec.of(Shapes.Middle.class);
            assertMissing(
                    "note",
                    () -> middle.variableBytes(new Shapes.Middle(null, (byte) 0, "", new Shapes.Point(1, (byte) 1))));
            FlatCodec<Long> single = FlatCodec.of(Long.class);
            assertMissing("value", () -> single.writeBlob(null, memory.address()));
        }
    }

    private static void assertMissing(String component, Runnable action) {
        NullComponentException missing = assertThrows(NullComponentException.class, action::run);
        assertEquals(component, missing.component());
        assertTrue(missing.getMessage().contains("component=" + component), missing.getMessage());
    }

    record Checked(int percent) {
        Checked {
            if (percent > 100) {
                throw new IllegalArgumentException("percent=" + percent);
            }
        }
    }

    @Test
    void whatTheRecordThrowsComesThrough() {
        FlatCodec<Checked> codec = FlatCodec.of(Checked.class);
        try (TestMemory memory = new TestMemory(64)) {
            codec.writeBlob(new Checked(7), memory.address());
            Memory.putInt(memory.address(), 101);
            assertThrows(IllegalArgumentException.class, () -> codec.readBlob(memory.address()));
        }
    }

    @Test
    void localAndPrivateRecordsNeedNoHelp() {
        record Local(long id, String name) {}
        FlatCodec<Local> codec = FlatCodec.of(Local.class);
        try (TestMemory memory = new TestMemory(64)) {
            codec.writeBlob(new Local(7, "seven"), memory.address());
            assertEquals(new Local(7, "seven"), codec.readBlob(memory.address()));
        }
        assertFalse(codec.isFixedSize());
    }

    record Wide(
            long a0,
            long a1,
            long a2,
            long a3,
            long a4,
            long a5,
            long a6,
            long a7,
            long a8,
            long a9,
            long b0,
            long b1,
            long b2,
            long b3,
            long b4,
            long b5,
            long b6,
            long b7,
            long b8,
            long b9,
            long c0,
            long c1,
            long c2,
            long c3,
            long c4,
            long c5,
            long c6,
            long c7,
            long c8,
            long c9,
            long d0,
            long d1,
            long d2,
            long d3,
            long d4,
            long d5,
            long d6,
            long d7,
            long d8,
            long d9,
            long e0,
            long e1,
            long e2,
            long e3,
            long e4,
            long e5,
            long e6,
            long e7,
            long e8,
            long e9,
            String f0,
            String f1,
            String f2,
            String f3,
            String f4,
            String f5,
            String f6,
            String f7,
            String f8,
            String f9,
            long g0,
            long g1,
            long g2,
            long g3,
            long g4,
            long g5,
            long g6,
            long g7,
            long g8,
            long g9,
            long h0,
            long h1,
            long h2,
            long h3,
            long h4,
            long h5,
            long h6,
            long h7,
            long h8,
            long h9,
            double i0,
            double i1,
            double i2,
            double i3,
            double i4,
            double i5,
            double i6,
            double i7,
            double i8,
            double i9,
            int j0,
            int j1,
            int j2,
            int j3,
            int j4,
            int j5,
            int j6,
            int j7,
            int j8,
            int j9) {}

    @Test
    void aRecordWithTheMostComponentsWorks() {
        assertEquals(RecordLayout.MAX_COMPONENTS, Wide.class.getRecordComponents().length);
        readUndoesWrite(Wide.class);
    }

    private static <T> byte[] blob(FlatCodec<T> codec, T value, int pattern) {
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            memory.fill(pattern);
            codec.writeBlob(value, memory.address());
            return memory.bytes(length);
        }
    }

    @SuppressWarnings("unchecked") // The values given are of the type.
    private static FlatCodec<Object> codecOf(Class<?> type) {
        return (FlatCodec<Object>) FlatCodec.of(type);
    }
}

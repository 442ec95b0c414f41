package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import java.lang.invoke.MethodHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** What collections, unions, optional and fixed values come to as bytes, one thing at a time. */
final class RichCodecTest {
    /** Beside the drawings: a change here is a change of the format. */
    @Test
    void layoutsStayAsTheyAre() {
        assertEquals(
                0xE86B6315A18BB03EL, RecordLayout.of(RichShapes.Times.class).layoutHash());
        assertEquals(
                0xCF8A03831FFE30BBL, RecordLayout.of(RichShapes.Lists.class).layoutHash());
        assertEquals(0xA9336C0B9BA36247L, RecordLayout.of(RichShapes.Maps.class).layoutHash());
        assertEquals(
                0xA54D1FF8BE65C369L, RecordLayout.of(RichShapes.Drawing.class).layoutHash());
        assertEquals(
                0x29FB6E30A4C81DAEL, RecordLayout.of(RichShapes.Generic.class).layoutHash());
        assertEquals(0xE82AE27BE166EC7EL, RecordLayout.of(Shapes.AllTypes.class).layoutHash());
    }

    @Test
    void theOrderInWhichAMapWasFilledDoesNotCount() {
        FlatCodec<Map<String, Integer>> codec = FlatCodec.of(new TypeToken<Map<String, Integer>>() {});
        Map<String, Integer> upward = new LinkedHashMap<>();
        Map<String, Integer> downward = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            upward.put("key " + i, i);
            downward.put("key " + (99 - i), 99 - i);
        }
        assertArrayEquals(blob(codec, upward), blob(codec, downward));
        assertArrayEquals(blob(codec, upward), blob(codec, new HashMap<>(upward)));
    }

    @Test
    void aMapIsReadInTheOrderOfItsKeys() {
        FlatCodec<Map<Integer, String>> codec = FlatCodec.of(new TypeToken<Map<Integer, String>>() {});
        Map<Integer, String> map = new HashMap<>(Map.of(3, "c", -7, "a", 1 << 20, "d", 0, "b"));
        try (TestMemory memory = new TestMemory(256)) {
            codec.writeBlob(map, memory.address());
            Map<Integer, String> read = codec.readBlob(memory.address());
            assertEquals(new TreeMap<>(map).toString(), read.toString());
            assertThrows(UnsupportedOperationException.class, () -> read.put(1, ""));
        }
    }

    record Basket(String owner, List<String> items, Map<String, String> notes) {}

    /** Growth in every place; behind the space there is a mark that must stay. */
    @Test
    void refusesAListOrMapThatGrewAfterItWasMeasured() {
        FlatCodec<Basket> codec = FlatCodec.of(Basket.class);
        List<String> items = new ArrayList<>(List.of("apple", "pear"));
        Map<String, String> notes = new LinkedHashMap<>(Map.of("apple", "red"));
        Basket basket = new Basket("Ann", items, notes);
        List<Runnable> changes = List.of(
                () -> items.add("plum"),
                () -> items.set(1, "a pear that is longer than what was measured"),
                () -> notes.put("pear", "green"),
                () -> notes.put("apple", "of a colour that takes longer to say"));
        try (TestMemory memory = new TestMemory(512)) {
            for (Runnable change : changes) {
                int measured = codec.blobBytes(basket);
                memory.fill(0x5A);
                change.run();
                assertThrows(ConcurrentModificationException.class, () -> codec.writeBlob(basket, memory.address()));
                for (int i = measured; i < 512; i++) {
                    assertEquals(0x5A, Memory.getByte(memory.address() + i), "written behind the space, offset=" + i);
                }
                assertEquals(codec.blobBytes(basket), blob(codec, basket).length);
                codec.writeBlob(basket, memory.address());
                assertEquals(basket, codec.readBlob(memory.address()));
            }
        }
    }

    @Test
    @SuppressWarnings({"IdentityHashMapUsage", "UnnecessaryStringBuilder"}) // One key twice is what is tested.
    void aMapWithOneKeyTwiceIsRefused() {
        FlatCodec<Map<String, Integer>> codec = FlatCodec.of(new TypeToken<Map<String, Integer>>() {});
        Map<String, Integer> map = new IdentityHashMap<>();
        map.put("key", 1);
        map.put(new StringBuilder("key").toString(), 2);
        try (TestMemory memory = new TestMemory(256)) {
            assertTrue(codec.blobBytes(map) <= 256);
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> codec.writeBlob(map, memory.address()));
            assertTrue(refusal.getMessage().contains("key=key"), refusal.getMessage());
        }
    }

    @Test
    @SuppressWarnings("NullOptional") // What is refused.
    void missingElementsAreNamed() {
        FlatCodec<RichShapes.Lists> lists = FlatCodec.of(RichShapes.Lists.class);
        RichShapes.Lists noText =
                new RichShapes.Lists(List.of(), Arrays.asList("a", null), List.of(), List.of(), List.of(), List.of());
        assertMissing("texts[]", () -> lists.blobBytes(noText));
        RichShapes.Lists noList = new RichShapes.Lists(List.of(), null, List.of(), List.of(), List.of(), List.of());
        assertMissing("texts", () -> lists.blobBytes(noList));
        FlatCodec<Map<String, Integer>> maps = FlatCodec.of(new TypeToken<Map<String, Integer>>() {});
        Map<String, Integer> map = new HashMap<>();
        map.put("a", null);
        assertMissing("value[].value", () -> maps.blobBytes(map));
        FlatCodec<RichShapes.Maybe> maybe = FlatCodec.of(RichShapes.Maybe.class);
        RichShapes.Maybe noOptional =
                new RichShapes.Maybe(null, Optional.empty(), Optional.empty(), (byte) 0, Optional.empty());
        try (TestMemory memory = new TestMemory(256)) {
            assertMissing("number", () -> maybe.writeBlob(noOptional, memory.address()));
        }
    }

    private static void assertMissing(String component, Runnable action) {
        assertEquals(
                component,
                assertThrows(NullComponentException.class, action::run).component());
    }

    @Test
    void aTextLongerThanItsPlaceIsRefused() {
        FlatCodec<RichShapes.Code> codec = FlatCodec.of(RichShapes.Code.class);
        try (TestMemory memory = new TestMemory(64)) {
            for (String fits : new String[] {"", "abcde", "äö", "a\0"}) {
                RichShapes.Code code = new RichShapes.Code(fits, 1, "", (byte) 2);
                codec.writeBlob(code, memory.address());
                codec.validate(memory.address(), codec.fixedBytes());
                assertEquals(code, codec.readBlob(memory.address()));
            }
            IllegalArgumentException refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> codec.writeBlob(new RichShapes.Code("äöü", 1, "", (byte) 2), memory.address()));
            assertTrue(
                    refusal.getMessage().contains("component=country, lengthBytes=6, limitBytes=5"),
                    refusal.getMessage());
        }
    }

    @Test
    void decimalsKeepTheirScaleAndHaveALimit() {
        FlatCodec<BigDecimal> codec = FlatCodec.of(BigDecimal.class);
        assertFalse(Arrays.equals(blob(codec, new BigDecimal("1.0")), blob(codec, new BigDecimal("1.00"))));
        BigDecimal largest =
                new BigDecimal(BigInteger.ONE.shiftLeft(8 * 4096 - 1).subtract(BigInteger.ONE), 5);
        assertEquals(16 + 4096, codec.blobBytes(largest));
        BigDecimal tooLarge = new BigDecimal(BigInteger.ONE.shiftLeft(8 * 4096 - 1), 5);
        assertThrows(IllegalArgumentException.class, () -> codec.blobBytes(tooLarge));
    }

    @Test
    void zerosOfEitherSignDifferAsInRecords() {
        FlatCodec<double[]> codec = FlatCodec.of(double[].class);
        assertFalse(Arrays.equals(blob(codec, new double[] {0.0}), blob(codec, new double[] {-0.0})));
        double strange = Double.longBitsToDouble(0xFFF8000000000042L);
        assertArrayEquals(blob(codec, new double[] {Double.NaN}), blob(codec, new double[] {strange}));
    }

    @Test
    void handlesDoWhatTheMethodsDo() throws Throwable {
        FlatCodec<Shapes.Note> codec = FlatCodec.of(Shapes.Note.class);
        MethodHandle size = codec.sizeHandle();
        MethodHandle write = codec.writeHandle();
        MethodHandle read = codec.readHandle();
        Object note = new Shapes.Note("me", Shapes.Side.BUY, Instant.EPOCH, "and some words");
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            assertEquals(codec.variableBytes((Shapes.Note) note), (int) size.invokeExact(note));
            write.invokeExact(note, address, address, address + codec.fixedBytes());
            assertEquals(note, (Object) read.invokeExact(address, address));
        }
    }

    @Test
    void eachFaultNamesItsComponent() {
        List<String> two = new ArrayList<>(List.of("abc", "d"));
        RichShapes.Lists lists =
                new RichShapes.Lists(List.of(1), two, List.of(), List.of(), List.of(Optional.empty()), List.of("x"));
        FlatCodec<RichShapes.Lists> codec = FlatCodec.of(RichShapes.Lists.class);
        long texts = codec.layout().field("texts").offsetBytes();
        assertFault(codec, lists, at -> Memory.putInt(at + texts + 4, 3), "component=texts");
        assertFault(codec, lists, at -> Memory.putInt(at + texts + 4, Integer.MAX_VALUE), "list is out of bounds");
        assertFault(codec, lists, at -> Memory.putInt(at + texts + 4, -1), "list is out of bounds: length=-1");
        assertFault(codec, lists, at -> Memory.putInt(at + texts, 0), "list is not where it belongs: offset=0");
        FlatCodec<Map<Byte, Byte>> maps = FlatCodec.of(new TypeToken<Map<Byte, Byte>>() {});
        Map<Byte, Byte> map = Map.of((byte) 1, (byte) 5, (byte) 2, (byte) 6);
        assertFault(maps, map, at -> Memory.putByte(at + 8, (byte) 3), "keys are not in order: entry=1");
        assertFault(maps, map, at -> Memory.putByte(at + 8, (byte) 2), "keys are not in order: entry=1");
        FlatCodec<RichShapes.Shape> shapes = FlatCodec.of(RichShapes.Shape.class);
        RichShapes.Shape nothing = new RichShapes.Nothing(true);
        assertFault(shapes, nothing, at -> Memory.putInt(at + 24, 3), "alternative out of range: ordinal=3");
        assertFault(shapes, nothing, at -> Memory.putInt(at + 24, -1), "alternative out of range: ordinal=-1");
        assertFault(shapes, nothing, at -> Memory.putByte(at + 20, (byte) 1), "padding is not zero: offset=20");
        assertFault(shapes, nothing, at -> Memory.putByte(at + 3, (byte) 1), "padding is not zero");
        FlatCodec<Optional<Integer>> maybe = FlatCodec.of(new TypeToken<Optional<Integer>>() {});
        assertFault(maybe, Optional.empty(), at -> Memory.putByte(at, (byte) 1), "padding is not zero: offset=0");
        assertFault(maybe, Optional.of(1), at -> Memory.putByte(at + 4, (byte) 2), "presence is neither 0 nor 1");
        FlatCodec<BigDecimal> decimal = FlatCodec.of(BigDecimal.class);
        BigDecimal ten = BigDecimal.TEN;
        assertFault(decimal, ten, at -> Memory.putInt(at + 4, 0), "decimal of a wrong length: length=0");
        assertFault(decimal, ten, at -> Memory.putLong(at + 16, 0x0A00), "padding is not zero: offset=17");
        FlatCodec<RichShapes.Code> code = FlatCodec.of(RichShapes.Code.class);
        long country = code.layout().field("country").offsetBytes();
        RichShapes.Code at1 = new RichShapes.Code("DE", 1, "", (byte) 2);
        assertFault(code, at1, at -> Memory.putShort(at + country + 8, (short) 6), "longer than its place: length=6");
        assertFault(code, at1, at -> Memory.putByte(at + country + 2, (byte) 6), "padding is not zero");
        assertFault(code, at1, at -> Memory.putByte(at + country, (byte) 0xFF), "text is not UTF-8");
        FlatCodec<LocalDate> date = FlatCodec.of(LocalDate.class);
        assertFault(date, LocalDate.MAX, at -> Memory.putLong(at, Long.MAX_VALUE), "date out of range");
        FlatCodec<Duration> duration = FlatCodec.of(Duration.class);
        assertFault(duration, Duration.ZERO, at -> Memory.putInt(at + 8, -1), "duration out of range: nanos=-1");
        FlatCodec<boolean[]> flags = FlatCodec.of(boolean[].class);
        assertFault(flags, new boolean[3], at -> Memory.putByte(at + 9, (byte) 2), "boolean is neither 0 nor 1");
    }

    private static <T> void assertFault(FlatCodec<T> codec, T value, LongConsumer damage, String fault) {
        try (TestMemory memory = new TestMemory(512)) {
            codec.writeBlob(value, memory.address());
            int length = codec.blobBytes(value);
            codec.validate(memory.address(), length);
            damage.accept(memory.address());
            String message = assertThrows(
                            MalformedRecordException.class, () -> codec.validate(memory.address(), length), fault)
                    .getMessage();
            assertTrue(message.contains(fault), message);
        }
    }

    private static <T> byte[] blob(FlatCodec<T> codec, T value) {
        int length = codec.blobBytes(value);
        try (TestMemory memory = new TestMemory(length)) {
            codec.writeBlob(value, memory.address());
            codec.validate(memory.address(), length);
            return memory.bytes(length);
        }
    }
}

package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.TestMemory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RecordViewTest {
    record Trade(
            long id,
            double price,
            boolean open,
            byte tiny,
            short small,
            char letter,
            int count,
            float weight,
            Shapes.Side side,
            Shapes.Point at,
            String note,
            Instant time,
            Optional<Integer> venue,
            @FixedUtf8(4) String code,
            List<Long> fills) {}

    private static final Trade TRADE = new Trade(
            7,
            2.5,
            true,
            (byte) 1,
            (short) 2,
            'x',
            3,
            4.5f,
            Shapes.Side.SELL,
            new Shapes.Point(8, (byte) 9),
            "note",
            Instant.ofEpochSecond(5),
            Optional.of(11),
            "ATL",
            List.of(1L, 2L));

    private final FlatCodec<Trade> codec = FlatCodec.of(Trade.class);
    private final RecordView view = RecordView.of(codec.layout());

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Series(int[] ints, long[] longs, double[] doubles) {}

    @Test
    void readsElementsOfArraysInPlaceAndRefusesThoseThatAreNotThere() {
        FlatCodec<Series> arrays = FlatCodec.of(Series.class);
        RecordView series = RecordView.of(arrays.layout());
        try (TestMemory memory = new TestMemory(128)) {
            arrays.writeBlob(
                    new Series(new int[] {1, 2, 3}, new long[] {1L << 40}, new double[] {0.5, 1.5}), memory.address());
            series.at(memory.address());
            int longs = series.index("longs");
            assertEquals(3, series.countAt(series.index("ints")));
            assertEquals(3, series.intAt(series.index("ints"), 2));
            assertEquals(1L << 40, series.longAt(longs, 0));
            assertEquals(1.5, series.doubleAt(series.index("doubles"), 1));
            assertThrows(IndexOutOfBoundsException.class, () -> series.longAt(longs, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> series.longAt(longs, -1));
            assertThrows(IllegalArgumentException.class, () -> series.doubleAt(longs, 0));
        }
        assertThrows(IllegalArgumentException.class, () -> view.countAt(view.index("id")));
        assertThrows(IllegalArgumentException.class, () -> view.longAt(view.index("fills"), 0));
    }

    @Test
    void readsSingleComponentsInPlace() {
        try (TestMemory memory = new TestMemory(512)) {
            codec.writeBlob(TRADE, memory.address());
            view.at(memory.address());
            assertEquals(7, view.longAt(view.index("id")));
            assertEquals(2.5, view.doubleAt(view.index("price")));
            assertTrue(view.booleanAt(view.index("open")));
            assertEquals(1, view.byteAt(view.index("tiny")));
            assertEquals(2, view.shortAt(view.index("small")));
            assertEquals('x', view.charAt(view.index("letter")));
            assertEquals(3, view.intAt(view.index("count")));
            assertEquals(4.5f, view.floatAt(view.index("weight")));
            assertEquals(1, view.ordinalAt(view.index("side")));
            assertEquals(8, view.intAt(view.index("at.x")));
            for (int i = 0; i < Trade.class.getRecordComponents().length; i++) {
                LayoutField field = codec.layout().fields().get(i);
                Object expected =
                        TRADE.toString().contains(field.name() + "=") ? view.valueAt(view.index(field.name())) : "";
                assertTrue(TRADE.toString().contains(field.name() + "=" + expected), field.name());
            }
        }
    }

    @Test
    void changesSingleComponentsInPlace() {
        try (TestMemory memory = new TestMemory(512)) {
            codec.writeBlob(TRADE, memory.address());
            view.at(memory.address());
            view.setLong(view.index("id"), 70);
            view.setDouble(view.index("price"), Double.longBitsToDouble(0xFFF8000000000042L));
            view.setBoolean(view.index("open"), false);
            view.setByte(view.index("tiny"), (byte) 10);
            view.setShort(view.index("small"), (short) 20);
            view.setChar(view.index("letter"), 'y');
            view.setInt(view.index("count"), 30);
            view.setFloat(view.index("weight"), 45f);
            view.setValue(view.index("side"), Shapes.Side.HOLD);
            view.setInt(view.index("at.x"), 80);
            view.setValue(view.index("time"), Instant.ofEpochSecond(50, 6));
            view.setValue(view.index("venue"), Optional.empty());
            view.setValue(view.index("code"), "LAX");
            codec.validate(memory.address(), codec.blobBytes(TRADE));
            Trade expected = new Trade(
                    70,
                    Double.NaN,
                    false,
                    (byte) 10,
                    (short) 20,
                    'y',
                    30,
                    45f,
                    Shapes.Side.HOLD,
                    new Shapes.Point(80, (byte) 9),
                    "note",
                    Instant.ofEpochSecond(50, 6),
                    Optional.empty(),
                    "LAX",
                    List.of(1L, 2L));
            assertEquals(expected, codec.readBlob(memory.address()));
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        try (TestMemory memory = new TestMemory(512)) {
            codec.writeBlob(TRADE, memory.address());
            view.at(memory.address());
            assertRefused("components=[id, price", () -> view.index("prize"));
            assertRefused("kind=LONG, askedKind=INT", () -> view.intAt(view.index("id")));
            assertRefused("kind=TEXT", () -> view.setValue(view.index("note"), "other"));
            assertRefused("lengthBytes=5, limitBytes=4", () -> view.setValue(view.index("code"), "ATLAS"));
            assertThrows(ClassCastException.class, () -> view.setValue(view.index("time"), UUID.randomUUID()));
            assertEquals(TRADE, codec.readBlob(memory.address()));
        }
    }

    private static void assertRefused(String part, Runnable action) {
        String message =
                assertThrows(IllegalArgumentException.class, action::run, part).getMessage();
        assertTrue(message.contains(part), message);
    }
}

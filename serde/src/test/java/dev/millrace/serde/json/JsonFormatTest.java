package dev.millrace.serde.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.millrace.serde.NullComponentException;
import dev.millrace.serde.UnsupportedTypeException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What lines of JSON look like, and what is refused. */
final class JsonFormatTest {
    enum Side {
        BUY,
        SELL
    }

    record Trade(long orderId, Side side, double price, Instant time, String note) {}

    sealed interface Shape {}

    record Circle(int radius) implements Shape {}

    record Box(int width, int height) implements Shape {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Everything(
            Optional<String> name, List<Shape> shapes, Map<LocalDate, BigDecimal> prices, byte[] raw, int[] numbers) {}

    record Keyed(Map<Circle, String> places) {}

    private final JsonFormat<Trade> trades = JsonFormat.of(Trade.class);

    private static <T> String text(JsonFormat<T> format, T value) {
        int length = format.write(value);
        return new String(format.bytes(), 0, length, StandardCharsets.UTF_8);
    }

    private static <T> T parse(JsonFormat<T> format, String line) {
        byte[] bytes = ("before" + line + "behind").getBytes(StandardCharsets.UTF_8);
        return format.parse(bytes, 6, bytes.length - 6);
    }

    @Test
    void aRecordIsAnObjectOfItsComponents() {
        Trade trade = new Trade(7, Side.SELL, 1.5, Instant.parse("2001-01-31T23:59:58Z"), "say \"é\"\n");
        String line = "{\"orderId\":7,\"side\":\"SELL\",\"price\":1.5,\"time\":\"2001-01-31T23:59:58Z\","
                + "\"note\":\"say \\\"é\\\"\\n\"}";
        assertEquals(line, text(trades, trade));
        assertEquals(line, text(trades, trade), "the second line is as the first");
        assertEquals(trade, parse(trades, line));
    }

    @Test
    void readsOtherSpellingsAndPassesOverWhatItDoesNotKnow() {
        Trade trade = parse(
                trades,
                " { \"more\": [{\"a\": 1}, null], \"note\":\"\", \"order_id\": 7, \"price\": 2, \"time\": 1000,"
                        + " \"side\": \"BUY\" } ");
        assertEquals(new Trade(7, Side.BUY, 2.0, Instant.ofEpochSecond(1), ""), trade);
    }

    @Test
    void whatHasPartsIsObjectsAndArrays() {
        JsonFormat<Everything> format = JsonFormat.of(Everything.class);
        Everything value = new Everything(
                Optional.empty(),
                List.of(new Circle(1), new Box(2, 3)),
                Map.of(LocalDate.of(2001, 1, 31), new BigDecimal("1.50")),
                new byte[] {1, 2, 3},
                new int[] {4, 5});
        assertEquals(
                "{\"shapes\":[{\"Circle\":{\"radius\":1}},{\"Box\":{\"width\":2,\"height\":3}}],"
                        + "\"prices\":{\"2001-01-31\":1.50},\"raw\":\"AQID\",\"numbers\":[4,5]}",
                text(format, value));
        assertEquals(Optional.empty(), parse(format, text(format, value)).name());
        assertEquals(
                Optional.empty(),
                parse(format, "{\"name\":null,\"shapes\":[],\"prices\":{},\"raw\":\"\",\"numbers\":[]}")
                        .name());
    }

    @Test
    void aSingleValueIsALineOfItsOwn() {
        assertEquals("-7", text(JsonFormat.of(Long.class), -7L));
        assertEquals(-7L, parse(JsonFormat.of(Long.class), "-7"));
        assertEquals("\"a\"", text(JsonFormat.of(String.class), "a"));
        assertEquals(Double.NaN, parse(JsonFormat.of(Double.class), "\"NaN\""));
        assertEquals("\"-Infinity\"", text(JsonFormat.of(Double.class), Double.NEGATIVE_INFINITY));
    }

    @Test
    void saysWhereWhichValueIsNotWhatItShouldBe() {
        refuses("{\"orderId\":7,\"side\":\"HOLD\"}", 21, "/side", "HOLD", "one of BUY, SELL");
        refuses("{\"orderId\":\"7\"}", 12, "/orderId", "7", "a whole number of 64 bits");
        refuses("{\"orderId\":9223372036854775808}", 12, "/orderId", "9223372036854775808", "64 bits");
        refuses("{\"orderId\":1.5}", 12, "/orderId", "1.5", "a whole number");
        refuses("{\"orderId\":null}", 12, "/orderId", "null", "a whole number");
        refuses("{\"price\":1e999}", 10, "/price", "1e999", "a number");
        refuses("{\"time\":\"yesterday\"}", 9, "/time", "yesterday", "a time");
        refuses("{\"price\":1,\"price\":2}", 20, "/price", "2", "a property that was not there yet");
        refuses("[1]", 1, "", "[", "an object");
        JsonException missing = assertThrows(JsonException.class, () -> parse(trades, "{\"orderId\":7}"));
        assertEquals("/side", missing.path());
        assertTrue(missing.getMessage().contains("the property is missing"), missing.getMessage());
    }

    private void refuses(String line, int column, String path, String value, String expected) {
        JsonException e = assertThrows(JsonException.class, () -> parse(trades, line));
        assertEquals(column, e.column(), e.getMessage());
        assertEquals(path, e.path());
        assertEquals(value, e.value());
        assertTrue(e.expected().contains(expected), e.expected());
        assertTrue(e.getMessage().contains("column " + column) && e.getMessage().contains(value), e.getMessage());
    }

    @Test
    void refusesWhatIsNoJson() {
        for (String line :
                new String[] {"", " ", "{", "{\"orderId\":7", "nothing", "{\"orderId\":07}", "\"\u0001\"", "{'a':1}"}) {
            JsonException e = assertThrows(JsonException.class, () -> parse(trades, line), line);
            assertTrue(e.getMessage().contains("not JSON"), e.getMessage());
        }
        JsonFormat<Long> numbers = JsonFormat.of(Long.class);
        assertThrows(JsonException.class, () -> parse(numbers, "1 2"));
        byte[] brokenText = {'"', (byte) 0xC3, '"'};
        assertThrows(JsonException.class, () -> JsonFormat.of(String.class).parse(brokenText, 0, 3));
        String deep = "{\"x\":" + "[".repeat(JsonFormat.MAX_DEPTH + 1);
        assertThrows(JsonException.class, () -> parse(trades, deep));
    }

    @Test
    void refusesTypesThatHaveNoFormInJson() {
        UnsupportedTypeException e = assertThrows(UnsupportedTypeException.class, () -> JsonFormat.of(Keyed.class));
        assertTrue(e.getMessage().contains("a key of a JSON object is one text"), e.getMessage());
    }

    @Test
    void writesTheNextLineAsIfTheOneItRefusedHadNotBeen() {
        Trade broken = new Trade(1, null, 1, Instant.EPOCH, "");
        Trade trade = new Trade(1, Side.BUY, 1, Instant.EPOCH, "");
        assertThrows(NullComponentException.class, () -> trades.write(broken));
        assertEquals(trade, parse(trades, text(trades, trade)));
    }

    /** A line makes garbage, and no more than this. */
    @Test
    void aLineLeavesNoMoreThanFourKilobytesOnTheHeap() {
        Trade trade = new Trade(7, Side.SELL, 1.5, Instant.parse("2001-01-31T23:59:58Z"), "a note");
        byte[] line = text(trades, trade).getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long readBytes = 0;
        long writtenBytes = 0;
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                trades.parse(line, 0, line.length);
            }
            long between = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                trades.write(trade);
            }
            readBytes = (between - before) / 2000;
            writtenBytes = (threads.getCurrentThreadAllocatedBytes() - between) / 2000;
        }
        String figures = "readBytes=" + readBytes + ", writtenBytes=" + writtenBytes;
        System.out.println("heap bytes per line of JSON: " + figures);
        assertTrue(readBytes < 4096 && writtenBytes < 1024, figures);
    }
}

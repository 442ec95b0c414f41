package dev.millrace.serde.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.serde.NullComponentException;
import dev.millrace.serde.RandomValues;
import dev.millrace.serde.UnsupportedTypeException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvFormatTest {
    private static final long SEED = 90210L;

    enum Side {
        BUY,
        SELL
    }

    record Flight(Instant scheduled, int delay, int distance, String origin, String destination) {}

    record All(
            boolean flag,
            byte tiny,
            short small,
            char letter,
            int medium,
            long large,
            float single,
            double twice,
            String text,
            Instant time,
            Side side) {}

    record OneText(String text) {}

    record Inner(int x) {}

    record Outer(int id, Inner inner) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                All.class,
                Flight.class,
                OneText.class,
                String.class,
                Instant.class,
                float.class,
                Double.class,
                Side.class,
                Character.class,
                long.class
            })
    @SuppressWarnings("unchecked") // The values given are of the type.
    void parseUndoesWrite(Class<?> type) {
        CsvFormat<Object> format = (CsvFormat<Object>) CsvFormat.of(type);
        RandomValues values = new RandomValues(SEED);
        CsvBuffer buffer = new CsvBuffer(1);
        for (int i = 0; i < 3000; i++) {
            Object value = values.next(type);
            int start = buffer.length();
            format.write(value, buffer);
            assertEquals(value, format.parse(buffer.bytes(), start, buffer.length()), "seed=" + SEED);
            if (buffer.length() > 100_000) {
                buffer.clear();
            }
        }
    }

    private record Row(String origin, Instant windowStart, int maxDelayMinutes, int xURL) {}

    @Test
    void namesColumnsInSnakeCase() {
        assertEquals(
                "origin,window_start,max_delay_minutes,x_url",
                CsvFormat.of(Row.class).header());
    }

    @Test
    void readsAndWritesALineOfFlights() {
        CsvFormat<Flight> format = CsvFormat.of(Flight.class);
        String line = "2001-01-31 23:05,-4,1846,ATL,LAX";
        Flight flight = new Flight(Instant.parse("2001-01-31T23:05:00Z"), -4, 1846, "ATL", "LAX");
        assertEquals("scheduled,delay,distance,origin,destination", format.header());
        assertEquals(5, format.columns());
        assertEquals(flight, parse(format, line));
        assertEquals(flight, parse(format, line + "\r"));
        assertEquals(line, write(format, flight));
    }

    @Test
    void quotesComeOffAndGoOnWhereTheyAreNeeded() {
        record Pair(String left, String right) {}
        CsvFormat<Pair> format = CsvFormat.of(Pair.class);
        assertEquals(new Pair("a,\"b\"", "c"), parse(format, "\"a,\"\"b\"\"\",c"));
        assertEquals(new Pair("", "plain"), parse(format, "\"\",\"plain\""));
        assertEquals(new Pair("two\nlines", ""), parse(format, "\"two\nlines\","));
        assertEquals("\"a,\"\"b\"\"\",c", write(format, new Pair("a,\"b\"", "c")));
        assertEquals("\"two\nlines\",\"x\r\"", write(format, new Pair("two\nlines", "x\r")));
        assertEquals(" spaces ,ümlaut", write(format, new Pair(" spaces ", "ümlaut")));
        assertEquals("\"\"", write(CsvFormat.of(OneText.class), new OneText("")));
    }

    @ParameterizedTest
    @CsvSource({
        "2001-01-01 00:00, 2001-01-01T00:00:00Z, 2001-01-01 00:00",
        "2000-02-29 23:59:59, 2000-02-29T23:59:59Z, 2000-02-29 23:59:59",
        "1969-12-31 23:59:59.5, 1969-12-31T23:59:59.500Z, 1969-12-31 23:59:59.500",
        "2001-01-01T00:00:00Z, 2001-01-01T00:00:00Z, 2001-01-01 00:00",
        "2001-01-01T00:00:00.000001Z, 2001-01-01T00:00:00.000001Z, 2001-01-01 00:00:00.000001",
        "2001-01-01 00:00:00.123456789, 2001-01-01T00:00:00.123456789Z, 2001-01-01 00:00:00.123456789",
        "0000-01-01 00:00, 0000-01-01T00:00:00Z, 0000-01-01 00:00",
        "9999-12-31 23:59, 9999-12-31T23:59:00Z, 9999-12-31 23:59",
        "+12345-01-01T00:00:00Z, +12345-01-01T00:00:00Z, +12345-01-01T00:00:00Z"
    })
    void readsTheFormsOfATimeAndWritesTheShortest(String text, String iso, String written) {
        CsvFormat<Instant> format = CsvFormat.of(Instant.class);
        assertEquals(Instant.parse(iso), parse(format, text));
        assertEquals(written, write(format, Instant.parse(iso)));
    }

    @Test
    void datesAgreeWithTheJdkOverAllYears() {
        CsvFormat<Instant> format = CsvFormat.of(Instant.class);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            Instant time = Instant.ofEpochSecond(random.nextLong(-62_167_219_200L, 253_402_300_800L) / 60 * 60);
            String expected = time.toString().substring(0, 16).replace('T', ' ');
            assertEquals(expected, write(format, time), "seed=" + SEED);
            assertEquals(time, parse(format, expected), "seed=" + SEED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "-0.0, -0.0",
        "0, 0.0",
        "1e3, 1000.0",
        "12.50, 12.5",
        ".5, 0.5",
        "5., 5.0",
        "+2.25, 2.25",
        "NaN, NaN",
        "-Infinity, -Infinity",
        "123456789012345678, 1.23456789012345677E17",
        "0.001, 0.001",
        "1e-7, 0.0000001",
        "4.9E-324, 4.9E-324",
        "0.30000000000000004, 0.30000000000000004"
    })
    void doublesAreReadExactlyAndWrittenShort(String text, String written) {
        CsvFormat<Double> format = CsvFormat.of(double.class);
        assertEquals(Double.parseDouble(text), parse(format, text));
        assertEquals(Double.parseDouble(written), Double.parseDouble(write(format, Double.parseDouble(text))));
        if (!written.contains("E")) {
            assertEquals(written, write(format, Double.parseDouble(text)));
        }
    }

    @Test
    void decimalsAgreeWithTheJdk() {
        CsvFormat<Double> doubles = CsvFormat.of(double.class);
        CsvFormat<Float> floats = CsvFormat.of(float.class);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            text.append(random.nextLong(1L << random.nextInt(1, 60)));
            text.append('.').append(random.nextLong(1L << random.nextInt(1, 40)));
            assertEquals(Double.parseDouble(text.toString()), parse(doubles, text.toString()), "seed=" + SEED);
            assertEquals(Float.parseFloat(text.toString()), parse(floats, text.toString()), "seed=" + SEED);
        }
    }

    @Test
    void refusesRecordsInsideRecords() {
        UnsupportedTypeException refusal =
                assertThrows(UnsupportedTypeException.class, () -> CsvFormat.of(Outer.class));
        assertTrue(refusal.getMessage().contains("component=inner"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("a column holds one value"), refusal.getMessage());
    }

    @Test
    void aMissingComponentLeavesTheBufferAsItWas() {
        CsvFormat<Flight> format = CsvFormat.of(Flight.class);
        CsvBuffer buffer = new CsvBuffer();
        buffer.append((byte) 'x');
        Flight flight = new Flight(Instant.EPOCH, 1, 2, "ATL", null);
        NullComponentException missing = assertThrows(NullComponentException.class, () -> format.write(flight, buffer));
        assertEquals("destination", missing.component());
        assertEquals(1, buffer.length());
    }

    @Test
    void eachFormatIsAClassOfItsOwn() {
        assertNotEquals(
                CsvFormat.of(Flight.class).getClass(),
                CsvFormat.of(Flight.class).getClass());
    }

    @Test
    void aBufferHasABoundAndAnswersForMisuse() {
        assertThrows(IllegalArgumentException.class, () -> new CsvBuffer(0));
        CsvBuffer buffer = new CsvBuffer(2);
        buffer.append(new byte[] {1, 2, 3});
        assertThrows(IllegalArgumentException.class, () -> buffer.truncate(4));
        buffer.clear();
        assertEquals(0, buffer.length());
        assertFalse(buffer.bytes().length < 3);
    }

    static <T> T parse(CsvFormat<T> format, String line) {
        byte[] bytes = ("<" + line + ">").getBytes(StandardCharsets.UTF_8);
        return format.parse(bytes, 1, bytes.length - 1);
    }

    private static <T> String write(CsvFormat<T> format, T value) {
        CsvBuffer buffer = new CsvBuffer(8);
        format.write(value, buffer);
        return new String(buffer.bytes(), 0, buffer.length(), StandardCharsets.UTF_8);
    }
}

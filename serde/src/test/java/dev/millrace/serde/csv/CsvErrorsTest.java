package dev.millrace.serde.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CsvErrorsTest {
    private static final long SEED = 31337L;

    enum Side {
        BUY,
        SELL
    }

    record Row(Instant scheduled, int delay, Side side, boolean flag, double rate, String name) {}

    private final CsvFormat<Row> format = CsvFormat.of(Row.class);

    @Test
    void namesColumnValueAndExpectation() {
        assertFault(
                2, "delay", "abc", "2001-01-01 00:00,abc,BUY,true,1.5,x", "column 2 \"delay\": not an int: \"abc\"");
        assertFault(2, "delay", "", "2001-01-01 00:00,,BUY,true,1.5,x", "not an int: \"\"");
        assertFault(2, "delay", "-", "2001-01-01 00:00,-,BUY,true,1.5,x", "not an int");
        assertFault(2, "delay", " 1", "2001-01-01 00:00, 1,BUY,true,1.5,x", "not an int");
        assertFault(3, "side", "buy", "2001-01-01 00:00,1,buy,true,1.5,x", "not one of BUY, SELL");
        assertFault(4, "flag", "yes", "2001-01-01 00:00,1,BUY,yes,1.5,x", "not a boolean (true or false)");
        assertFault(5, "rate", "1.5x", "2001-01-01 00:00,1,BUY,true,1.5x,x", "not a double");
        assertFault(1, "scheduled", "soon", "soon,1,BUY,true,1.5,x", "not a time (yyyy-MM-dd HH:mm");
        assertFault(1, "scheduled", "soon", "\"soon\",1,BUY,true,1.5,x", "not a time");
    }

    @Test
    void countsColumns() {
        assertEquals("expected 6 columns, found 1", fault("").getMessage());
        assertEquals("expected 6 columns, found 4", fault("a,b,c,d").getMessage());
        assertEquals("expected 6 columns, found 7", fault("a,b,c,d,e,f,g").getMessage());
        assertEquals("expected 6 columns, found 2", fault("\"a,b\",c").getMessage());
        assertEquals(0, fault("a,b").column());
        assertEquals("a,b", fault("a,b").value());
    }

    @Test
    void namesWrongQuotes() {
        assertTrue(fault("\"open,1,BUY,true,1.5,x").getMessage().contains("the closing quote is missing"));
        assertTrue(fault("\"a\"b,1").getMessage().contains("text behind the closing quote"));
        assertTrue(fault("a\"b,1").getMessage().contains("a quote inside a value that is not quoted"));
    }

    @Test
    void bytesThatAreNoUtf8AreNoText() {
        for (int padding : new int[] {0, 30}) {
            byte[] line =
                    ("2001-01-01 00:00,1,BUY,true,1.5," + "x".repeat(padding) + "?").getBytes(StandardCharsets.UTF_8);
            line[line.length - 1] = (byte) 0xE9;
            CsvException fault = assertThrows(CsvException.class, () -> format.parse(line, 0, line.length));
            assertTrue(fault.getMessage().startsWith("column 6 \"name\": not UTF-8 text"), fault.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001-02-29 00:00",
                "1900-02-29 00:00",
                "2001-13-01 00:00",
                "2001-00-01 00:00",
                "2001-04-31 00:00",
                "2001-01-00 00:00",
                "2001-01-01 24:00",
                "2001-01-01 00:60",
                "2001-01-01 00:00:60",
                "2001-01-01 00:00:",
                "2001-01-01 00:00:0",
                "2001-01-01 00:00:00.",
                "2001-01-01 00:00:00.1234567890",
                "2001/01/01 00:00",
                "2001-01-01 00-00",
                "2001-01-01",
                "2001-01-01T00:00",
                "2001-01-01 0x:00",
                "",
                "2001-01-01 00:00Z",
                "2001-01-01 00:00:00.12x"
            })
    void refusesWhatIsNoTime(String text) {
        CsvFormat<Instant> times = CsvFormat.of(Instant.class);
        assertThrows(CsvException.class, () -> CsvFormatTest.parse(times, text), text);
    }

    @Test
    void integersKeepToTheirRange() {
        assertRange(byte.class, "-128", "127", "-129", "128");
        assertRange(short.class, "-32768", "32767", "-32769", "32768");
        assertRange(int.class, "-2147483648", "2147483647", "-2147483649", "2147483648");
        assertRange(
                long.class,
                "-9223372036854775808",
                "9223372036854775807",
                "-9223372036854775809",
                "9223372036854775808",
                "99999999999999999999999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-", "1.5f", "0x1p3", " 1", "1..2", "1e", "inf", "--1", "nan"})
    void refusesWhatIsNoDecimal(String text) {
        CsvFormat<Double> doubles = CsvFormat.of(double.class);
        CsvFormat<Float> floats = CsvFormat.of(float.class);
        assertThrows(CsvException.class, () -> CsvFormatTest.parse(doubles, text), text);
        assertThrows(CsvException.class, () -> CsvFormatTest.parse(floats, text), text);
    }

    @Test
    void damagedLinesOnlyGiveTheTypedError() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] good = "2001-01-01 00:00:01.5,-12,SELL,false,12.25,\"a \"\"name\"\"\"".getBytes(StandardCharsets.UTF_8);
        byte[] likely = ",\"-+.eE:0 9T\r\nZ".getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] line = good.clone();
            for (int d = random.nextInt(4); d >= 0; d--) {
                byte damage = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt();
                line[random.nextInt(line.length)] = damage;
            }
            try {
                format.parse(line, random.nextInt(3) == 0 ? 1 : 0, line.length - random.nextInt(2));
            } catch (CsvException e) {
                refused++;
            }
        }
        assertTrue(refused > 5000, "seed=" + SEED + ", refused=" + refused);
    }

    @Test
    void aLongValueIsShortenedInTheMessage() {
        CsvException fault = fault("2001-01-01 00:00," + "9".repeat(5000) + ",BUY,true,1.5,x");
        assertTrue(fault.getMessage().length() < 200, fault.getMessage());
        assertEquals(5000, fault.value().length());
    }

    private static void assertRange(Class<?> type, String min, String max, String... outside) {
        CsvFormat<?> integers = CsvFormat.of(type);
        assertEquals(min, String.valueOf(CsvFormatTest.parse(integers, min)));
        assertEquals(max, String.valueOf(CsvFormatTest.parse(integers, max)));
        assertEquals(max, String.valueOf(CsvFormatTest.parse(integers, "+" + max)));
        for (String text : outside) {
            assertThrows(CsvException.class, () -> CsvFormatTest.parse(integers, text), text);
        }
    }

    private void assertFault(int column, String name, String value, String line, String message) {
        CsvException fault = fault(line);
        assertEquals(column, fault.column());
        assertEquals(name, fault.columnName());
        assertEquals(value, fault.value());
        assertTrue(fault.getMessage().contains(message), fault.getMessage());
        assertTrue(fault.getMessage().contains(fault.expected()), fault.getMessage());
    }

    private CsvException fault(String line) {
        return assertThrows(CsvException.class, () -> CsvFormatTest.parse(format, line), line);
    }
}

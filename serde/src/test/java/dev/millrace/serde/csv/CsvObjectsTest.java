package dev.millrace.serde.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.serde.FixedUtf8;
import dev.millrace.serde.UnsupportedTypeException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CsvObjectsTest {
    enum Side {
        BUY,
        SELL
    }

    record Order(
            UUID id,
            Duration lasts,
            LocalDate day,
            LocalDateTime local,
            BigDecimal price,
            @FixedUtf8(4) String code,
            Optional<Long> count,
            Optional<Side> side,
            Optional<Instant> at,
            Optional<Double> weight,
            Optional<String> note) {}

    @Test
    void parseUndoesWrite() {
        CsvFormat<Order> format = CsvFormat.of(Order.class);
        Order full = new Order(
                new UUID(1, 2),
                Duration.ofSeconds(5400, 5),
                LocalDate.of(2001, 1, 31),
                LocalDateTime.of(2001, 1, 31, 23, 59, 58),
                new BigDecimal("12.50"),
                "ATL",
                Optional.of(7L),
                Optional.of(Side.SELL),
                Optional.of(Instant.EPOCH),
                Optional.of(0.5),
                Optional.of("a, b"));
        assertEquals(
                "00000000-0000-0001-0000-000000000002,PT1H30M0.000000005S,2001-01-31,2001-01-31T23:59:58,12.50,ATL,7,SELL,"
                        + "1970-01-01 00:00,0.5,\"a, b\"",
                text(format, full));
        assertEquals(full, parse(format, text(format, full)));
        Order bare = new Order(
                new UUID(-1, -2),
                Duration.ZERO,
                LocalDate.MAX,
                LocalDateTime.MIN,
                BigDecimal.ZERO,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        assertEquals(bare, parse(format, text(format, bare)));
    }

    record Only(Optional<Integer> number) {}

    @Test
    void anOnlyColumnThatIsMissingIsNoEmptyLine() {
        CsvFormat<Only> format = CsvFormat.of(Only.class);
        assertEquals("\"\"", text(format, new Only(Optional.empty())));
        assertEquals(new Only(Optional.empty()), parse(format, "\"\""));
    }

    record Dated(LocalDate day, Optional<UUID> id) {}

    @Test
    void saysWhatAColumnShouldHaveHeld() {
        CsvFormat<Dated> format = CsvFormat.of(Dated.class);
        for (String line : List.of("31.1.2001,", "2001-01-31,1-1-1-1-1", "2001-02-31,")) {
            CsvException error = assertThrows(CsvException.class, () -> parse(format, line), line);
            assertTrue(error.getMessage().contains("a "), error.getMessage());
        }
    }

    record Listed(List<String> names) {}

    record Nested(Optional<Only> only) {}

    @Test
    void refusesWhatIsNoSingleValue() {
        assertEquals(
                "names",
                assertThrows(UnsupportedTypeException.class, () -> CsvFormat.of(Listed.class))
                        .componentPath());
        assertThrows(UnsupportedTypeException.class, () -> CsvFormat.of(Nested.class));
        assertThrows(UnsupportedTypeException.class, () -> CsvFormat.of(byte[].class));
    }

    private static <T> String text(CsvFormat<T> format, T value) {
        CsvBuffer buffer = new CsvBuffer();
        format.write(value, buffer);
        return new String(buffer.bytes(), 0, buffer.length(), StandardCharsets.UTF_8).replace("\n", "");
    }

    private static <T> T parse(CsvFormat<T> format, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return format.parse(bytes, 0, bytes.length);
    }
}

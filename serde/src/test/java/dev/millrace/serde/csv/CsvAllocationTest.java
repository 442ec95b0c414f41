package dev.millrace.serde.csv;

import dev.millrace.serde.Allocation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class CsvAllocationTest {
    record Flight(Instant scheduled, int delay, int distance, String origin, String destination) {}

    record Reading(long sensor, double value, boolean isValid) {}

    @Test
    void aLineOfNumbersTimesAndShortTextsIsParsedWithoutGarbage() {
        CsvFormat<Flight> format = CsvFormat.of(Flight.class);
        byte[] line = "2001-01-31 23:05,-4,1846,ATL,LAX".getBytes(StandardCharsets.UTF_8);
        Allocation.assertEndsWithoutGarbage(events -> {
            long sum = 0;
            for (int i = 0; i < events; i++) {
                Flight flight = format.parse(line, 0, line.length);
                sum += flight.delay() + flight.distance() + flight.origin().length();
                sum += flight.destination().length() + flight.scheduled().getEpochSecond();
            }
            return sum;
        });
    }

    @Test
    void aLineOfNumbersIsWrittenAndParsedWithoutGarbage() {
        CsvFormat<Reading> format = CsvFormat.of(Reading.class);
        CsvBuffer buffer = new CsvBuffer();
        Reading[] readings = {new Reading(1, 20.5, true), new Reading(-77, -0.125, false), new Reading(9, 1e6, true)};
        Allocation.assertEndsWithoutGarbage(events -> {
            long sum = 0;
            for (int i = 0; i < events; i++) {
                buffer.clear();
                format.write(readings[i % readings.length], buffer);
                Reading reading = format.parse(buffer.bytes(), 0, buffer.length());
                sum += reading.sensor() + (long) reading.value() + (reading.isValid() ? 1 : 0);
            }
            return sum;
        });
    }

    @Test
    void timesAndAsciiTextAreWrittenWithoutGarbage() {
        CsvFormat<Flight> format = CsvFormat.of(Flight.class);
        CsvBuffer buffer = new CsvBuffer();
        Flight flight =
                new Flight(Instant.parse("2001-01-31T23:05:07.125Z"), -4, 1846, "ATL", "A longer name than 16 bytes");
        Allocation.assertEndsWithoutGarbage(events -> {
            long sum = 0;
            for (int i = 0; i < events; i++) {
                buffer.clear();
                format.write(flight, buffer);
                sum += buffer.length();
            }
            return sum;
        });
    }
}

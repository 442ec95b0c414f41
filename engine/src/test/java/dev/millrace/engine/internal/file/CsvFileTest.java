package dev.millrace.engine.internal.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.CsvSource;
import dev.millrace.engine.stream.Sources;
import dev.millrace.serde.UnsupportedTypeException;
import dev.millrace.state.file.FileOps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Sources and sinks over CSV files, record by record. */
final class CsvFileTest {
    private record Stop(long number, String stationName) {}

    private record Arrival(Instant windowStart, String stationName, double delay) {}

    @TempDir
    Path directory;

    private CsvSource<Stop> source(String text) {
        return Sources.csvFile(TextFiles.write(directory.resolve("in.csv"), text), Stop.class);
    }

    private static void refuses(String message, Executable action) {
        String told = assertThrows(BadInputException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    private static List<Object> rest(SourceReader reader) {
        List<Object> records = new ArrayList<>();
        while (reader.advance()) {
            records.add(reader.event());
        }
        return records;
    }

    private static Object next(SourceReader reader) {
        assertTrue(reader.advance());
        return reader.event();
    }

    @Test
    void readsTheLinesBehindTheHeader() {
        try (SourceReader reader = source("number,station_name\r\n1,Foch\r\n2,\"Rue \"\"X\"\", 3\"\r\n3,")
                .open(FileOps.real())) {
            assertFalse(reader.isFinished());
            assertEquals(List.of(new Stop(1, "Foch"), new Stop(2, "Rue \"X\", 3"), new Stop(3, "")), rest(reader));
            assertTrue(reader.isFinished());
            assertFalse(reader.advance());
            assertEquals(0, reader.skippedCount());
            assertEquals(1.0, reader.progress());
            assertTrue(reader.place().contains("in.csv, line=4"), reader.place());
        }
    }

    @Test
    void saysWhichValueOfWhichLineIsMalformed() {
        try (SourceReader reader = source("number,station_name\n1,a\nx7,b\n").open(FileOps.real())) {
            next(reader);
            BadInputException e = assertThrows(BadInputException.class, () -> next(reader));
            for (String part : new String[] {
                "malformed line: file=" + directory.resolve("in.csv"), "line=3", "column 1", "\"number\"", "\"x7\""
            }) {
                assertTrue(e.getMessage().contains(part), () -> "says not " + part + ": " + e.getMessage());
            }
        }
        for (String line : new String[] {"", "1", "1,a,b", "1,\"a"}) {
            try (SourceReader reader =
                    source("number,station_name\n" + line + "\n").open(FileOps.real())) {
                refuses("line=2", () -> next(reader));
            }
        }
    }

    @Test
    void countsWhatItSkipsAlsoAcrossASeek() {
        CsvSource<Stop> source =
                source("number,station_name\nx\n1,a\n\n2,b\ny,c\n3,c\nz").skipMalformed();
        try (SourceReader reader = source.open(FileOps.real());
                SourceReader again = source.open(FileOps.real())) {
            assertEquals(new Stop(1, "a"), next(reader));
            assertEquals(new Stop(2, "b"), next(reader));
            assertEquals(2, reader.skippedCount());
            again.seek(reader.position());
            assertEquals(2, again.skippedCount());
            assertEquals(List.of(new Stop(3, "c")), rest(again));
            assertEquals(4, again.skippedCount());
            again.seek(reader.position());
            assertEquals(2, again.skippedCount());
            assertEquals(rest(reader), rest(again));
            assertEquals(4, reader.skippedCount());
        }
    }

    @Test
    void staysAtTheEndAfterASeekToIt() {
        CsvSource<Stop> source = source("number,station_name\n1,a\n");
        try (SourceReader reader = source.open(FileOps.real());
                SourceReader again = source.open(FileOps.real())) {
            rest(reader);
            again.seek(reader.position());
            assertFalse(again.advance());
            assertTrue(again.isFinished());
        }
    }

    @Test
    void checksTheHeaderBeforeAnythingRuns() {
        source("number,station_name").check(FileOps.real());
        source("number,station_name\nmalformed").check(FileOps.real()); // the job skips or fails, not the check
        for (String text : new String[] {"number,stationName\n", "station_name,number\n", "number\n", "\n", "1,a\n"}) {
            refuses("header is not the record's", () -> source(text).check(FileOps.real()));
            refuses("expected=\"number,station_name\"", () -> source(text).open(FileOps.real()));
        }
        refuses("input is empty: file=", () -> source("").check(FileOps.real()));
        Path absent = directory.resolve("absent.csv");
        refuses("input is missing: file=" + absent, () -> Sources.csvFile(absent, Stop.class)
                .check(FileOps.real()));
    }

    @Test
    void checksThatAGzipIsWhole() {
        byte[] gzip = TextFiles.gzip("number,station_name\n1,a\n".repeat(100_000));
        Path file = directory.resolve("in.csv.gz");
        CsvSource<Stop> source = Sources.csvFile(file, Stop.class);
        TextFiles.write(file, gzip);
        source.check(FileOps.real());
        TextFiles.write(file, java.util.Arrays.copyOf(gzip, gzip.length - 1));
        refuses("gzip is cut off: file=" + file, () -> source.check(FileOps.real()));
    }

    @Test
    void refusesANegativeRateAndKeepsWhatWasSaid() {
        CsvSource<Stop> source = source("number,station_name\nx\n");
        assertThrows(IllegalArgumentException.class, () -> source.atMostPerSecond(-1));
        CsvSource<Stop> slow = source.skipMalformed().atMostPerSecond(7);
        assertEquals(7, slow.eventsPerSecond());
        assertEquals(7, slow.skipMalformed().eventsPerSecond());
        assertSame(Stop.class, slow.type());
        assertEquals(List.of(directory.resolve("in.csv")), slow.files());
        try (SourceReader reader = slow.open(FileOps.real())) {
            assertFalse(reader.advance());
            assertEquals(1, reader.skippedCount());
        }
    }

    @Test
    void writesAHeadInSnakeCase() {
        CsvFileSink<Arrival> sink = new CsvFileSink<>(directory.resolve("out.csv"), Arrival.class);
        assertArrayEquals("window_start,station_name,delay\n".getBytes(StandardCharsets.UTF_8), sink.head());
        assertEquals(directory.resolve("out.csv"), sink.target());
        assertSame(Arrival.class, sink.type());
    }

    @Test
    void writesALineForEachRecordWithQuotesWhereTheyAreNeeded() {
        SinkEncoder encoder = new CsvFileSink<>(directory.resolve("out.csv"), Arrival.class).open();
        Instant time = Instant.parse("2014-09-01T10:00:00Z");
        assertEquals("2014-09-01 10:00,Foch,1.5\n", line(encoder, new Arrival(time, "Foch", 1.5)));
        assertEquals("2014-09-01 10:00,\"a,b\",2.5\n", line(encoder, new Arrival(time, "a,b", 2.5)));
        assertEquals("2014-09-01 10:00,\"say \"\"a\"\"\",2.5\n", line(encoder, new Arrival(time, "say \"a\"", 2.5)));
        assertEquals("2014-09-01 10:00,\"two\nlines\",2.5\n", line(encoder, new Arrival(time, "two\nlines", 2.5)));
        assertEquals("2014-09-01 10:00,,2.5\n", line(encoder, new Arrival(time, "", 2.5)));
    }

    private static String line(SinkEncoder encoder, Object event) {
        int count = encoder.encode(event);
        return new String(encoder.bytes(), 0, count, StandardCharsets.UTF_8);
    }

    @Test
    void opensEncodersOfClassesOfTheirOwn() {
        CsvFileSink<Arrival> sink = new CsvFileSink<>(directory.resolve("out.csv"), Arrival.class);
        assertNotSame(sink.open().getClass(), sink.open().getClass());
    }

    @Test
    void refusesTypesThatAreNoLine() {
        record Nested(long number, Stop stop) {}
        Path out = directory.resolve("out.csv");
        assertThrows(UnsupportedTypeException.class, () -> new CsvFileSink<>(out, Nested.class));
        assertThrows(UnsupportedTypeException.class, () -> new CsvFileSink<>(out, Object.class));
    }
}

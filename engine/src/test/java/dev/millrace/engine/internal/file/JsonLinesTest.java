package dev.millrace.engine.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.FileSource;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.serde.UnsupportedTypeException;
import dev.millrace.state.file.FileOps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources and sinks over files of lines of JSON, record by record. */
final class JsonLinesTest {
    private record Place(String town, List<Integer> tracks) {}

    private record Stop(long number, Place place) {}

    @TempDir
    Path directory;

    private FileSource<Stop> source(String text) {
        return Sources.jsonLines(TextFiles.write(directory.resolve("in.jsonl"), text), Stop.class);
    }

    private static Stop stop(long number) {
        return new Stop(number, new Place("Foch", List.of(1, 2)));
    }

    private static String line(long number) {
        return "{\"number\":" + number + ",\"place\":{\"town\":\"Foch\",\"tracks\":[1,2]}}";
    }

    private static List<Object> rest(SourceReader reader) {
        List<Object> records = new ArrayList<>();
        while (reader.advance()) {
            records.add(reader.event());
        }
        return records;
    }

    @Test
    void readsARecordFromEachLine() {
        try (SourceReader reader =
                source(line(1) + "\r\n" + line(2) + "\n" + line(3)).open(FileOps.real())) {
            assertEquals(List.of(stop(1), stop(2), stop(3)), rest(reader));
            assertTrue(reader.isFinished());
            assertEquals(1.0, reader.progress());
        }
    }

    @Test
    void readsAGzip() {
        Path file = TextFiles.write(directory.resolve("in.jsonl.gz"), TextFiles.gzip(line(1) + "\n", line(2) + "\n"));
        FileSource<Stop> source = Sources.jsonLines(file, Stop.class);
        source.check(FileOps.real());
        try (SourceReader reader = source.open(FileOps.real())) {
            assertEquals(List.of(stop(1), stop(2)), rest(reader));
        }
    }

    @Test
    void saysWhichValueOfWhichLineIsMalformed() {
        try (SourceReader reader =
                source(line(1) + "\n{\"number\":1,\"place\":{\"town\":7}}\n").open(FileOps.real())) {
            assertTrue(reader.advance());
            reader.event();
            assertTrue(reader.advance());
            String told = assertThrows(BadInputException.class, reader::event).getMessage();
            for (String part : new String[] {"in.jsonl, line=2", "column 29", "/place/town", "not a text", "\"7\""}) {
                assertTrue(told.contains(part), () -> "says not " + part + ": " + told);
            }
        }
    }

    @Test
    void countsWhatItSkipsAlsoAcrossASeek() {
        FileSource<Stop> source = source("x\n" + line(1) + "\n\n" + line(2) + "\n{}\n" + line(3) + "\n[")
                .skipMalformed();
        try (SourceReader reader = source.open(FileOps.real());
                SourceReader again = source.open(FileOps.real())) {
            assertTrue(reader.advance());
            assertTrue(reader.advance());
            assertEquals(stop(2), reader.event());
            assertEquals(2, reader.skippedCount());
            again.seek(reader.position());
            assertEquals(2, again.skippedCount());
            assertEquals(List.of(stop(3)), rest(again));
            assertEquals(4, again.skippedCount());
        }
    }

    @Test
    void refusesAnotherFileThanThatOfThePosition() {
        byte[] position;
        try (SourceReader reader = source(line(1) + "\n" + line(2) + "\n").open(FileOps.real())) {
            assertTrue(reader.advance());
            position = reader.position();
        }
        try (SourceReader reader = source(line(7) + "\n" + line(2) + "\n").open(FileOps.real())) {
            assertThrows(BadInputException.class, () -> reader.seek(position));
        }
    }

    @Test
    void writesALineForEachRecord() {
        Sink<Stop> sink = Sinks.jsonLines(directory.resolve("out.jsonl"), Stop.class);
        SinkEncoder encoder = sink.open();
        assertNotSame(encoder.getClass(), sink.open().getClass());
        for (long number = 0; number < 3; number++) {
            int count = encoder.encode(stop(number));
            assertEquals(line(number) + "\n", new String(encoder.bytes(), 0, count, StandardCharsets.UTF_8));
        }
        assertEquals(0, sink.head().length);
        assertFalse(sink.target().isAbsolute() && !sink.target().startsWith(directory));
    }

    @Test
    void refusesTypesThatHaveNoForm() {
        record Keyed(Map<Place, Long> counts) {}
        Path file = directory.resolve("file");
        assertThrows(UnsupportedTypeException.class, () -> Sinks.jsonLines(file, Keyed.class));
    }
}

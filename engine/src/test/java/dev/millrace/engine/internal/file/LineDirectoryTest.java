package dev.millrace.engine.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.embed.HostedSource;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.DirectorySource;
import dev.millrace.engine.stream.Sources;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The files of a directory: each is read once, in the order of names, and stays what it was. */
final class LineDirectoryTest {
    private record Item(String name, int number) {}

    @TempDir
    Path directory;

    private final TestTask task = new TestTask();
    private final ManualClock clock = new ManualClock();

    @AfterEach
    void closeTask() {
        task.close();
    }

    private DirectorySource<Item> source() {
        return Sources.csvDirectory(directory, Item.class);
    }

    private SourceReader open(DirectorySource<Item> source) {
        return ((HostedSource) source)
                .open(new HostedSource.Host("in", task.allocator(), FileOps.real(), clock::nanoTime, null, () -> {}));
    }

    private void write(String name, int... numbers) {
        StringBuilder text = new StringBuilder("name,number\n");
        for (int number : numbers) {
            text.append(name).append(',').append(number).append('\n');
        }
        if (name.endsWith(".gz")) {
            TextFiles.write(directory.resolve(name), TextFiles.gzip(text.toString()));
        } else {
            TextFiles.write(directory.resolve(name), text.toString());
        }
    }

    private static List<String> rest(SourceReader reader) {
        List<String> items = new ArrayList<>();
        while (reader.advance()) {
            Item item = (Item) reader.event();
            items.add(item.name() + item.number());
        }
        return items;
    }

    private static void refuses(String message, Executable action) {
        String told = assertThrows(BadInputException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void readsWholeFilesInTheOrderOfTheirNamesAndEnds() throws IOException {
        write("b.csv", 3);
        write("a.csv", 1, 2);
        write("c.csv.gz", 4);
        write("d.csv");
        write("x.csv.tmp", 9);
        write(".hidden.csv", 9);
        Files.createDirectory(directory.resolve("e.csv"));
        DirectorySource<Item> source = source().untilRead();
        source.check(FileOps.real());
        try (SourceReader reader = open(source)) {
            assertEquals(List.of("a.csv1", "a.csv2", "b.csv3", "c.csv.gz4"), rest(reader));
            assertTrue(reader.isFinished());
            assertEquals(1.0, reader.progress());
            assertTrue(reader.place().contains("d.csv"), reader.place());
        }
        try (SourceReader reader = open(source.endingIn(".gz"))) {
            assertEquals(List.of("c.csv.gz4"), rest(reader));
        }
    }

    @Test
    void picksUpFilesThatComeWhileItRunsOnceTheIntervalIsOver() {
        try (SourceReader reader = open(source().lookEvery(Duration.ofMillis(10)))) {
            assertEquals(List.of(), rest(reader));
            write("a", 1);
            assertEquals(List.of(), rest(reader), "not yet looked again");
            clock.advance(Duration.ofMillis(10));
            assertEquals(List.of("a1"), rest(reader));
            write("b", 2);
            write("c", 3);
            clock.advance(Duration.ofNanos(9_999_999));
            assertEquals(List.of(), rest(reader));
            clock.advance(Duration.ofNanos(1));
            assertEquals(List.of("b2", "c3"), rest(reader));
            assertFalse(reader.isFinished());
        }
    }

    @Test
    void goesOnFromAnyPositionInAnyFile() {
        Random random = new Random(1);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int[] numbers = random.ints(random.nextInt(4), 0, 100).toArray();
            String name = String.format("f%02d", i) + (i % 3 == 0 ? ".gz" : "");
            write(name, numbers);
            for (int number : numbers) {
                all.add(name + number);
            }
        }
        DirectorySource<Item> source = source().untilRead();
        try (SourceReader reader = open(source)) {
            for (int read = 0; read <= all.size(); read++) {
                byte[] position = reader.position();
                try (SourceReader again = open(source)) {
                    again.seek(position);
                    assertEquals(all.subList(read, all.size()), rest(again), "read=" + read);
                    assertTrue(again.isFinished());
                }
                assertEquals(read < all.size(), reader.advance());
            }
        }
    }

    @Test
    void keepsCountOfWhatItSkipsOverFilesAndLives() {
        write("a", 1);
        TextFiles.write(directory.resolve("b"), "name,number\nx\ny\nb,2\nz\n");
        write("c", 3);
        DirectorySource<Item> source = source().untilRead().skipMalformed();
        byte[] position;
        try (SourceReader reader = open(source)) {
            assertTrue(reader.advance());
            assertTrue(reader.advance());
            assertEquals(2, reader.skippedCount());
            position = reader.position();
            assertEquals(List.of("c3"), rest(reader));
            assertEquals(3, reader.skippedCount());
        }
        try (SourceReader reader = open(source)) {
            reader.seek(position);
            assertEquals(2, reader.skippedCount());
            rest(reader);
            assertEquals(3, reader.skippedCount());
        }
    }

    @Test
    void refusesWhileItRunsWhatWouldBeReadTwiceOrNever() throws IOException {
        write("b", 1);
        write("c", 2);
        try (SourceReader reader = open(source())) {
            rest(reader);
            write("a", 3);
            clock.advance(Duration.ofSeconds(2));
            refuses("input comes too late: file=" + directory.resolve("a"), reader::advance);
            Files.delete(directory.resolve("a"));
            Files.move(directory.resolve("b"), directory.resolve("z"));
            clock.advance(Duration.ofSeconds(2));
            refuses("input is gone: file=" + directory.resolve("b"), reader::advance);
            Files.move(directory.resolve("z"), directory.resolve("b"));
            write("c", 2, 4);
            clock.advance(Duration.ofSeconds(2));
            refuses("input has changed since it was read: file=" + directory.resolve("c"), reader::advance);
        }
    }

    @Test
    void refusesAPositionInFilesThatAreNotWhatTheyWere() throws IOException {
        write("a", 1, 2);
        write("b", 3);
        write("c", 4, 5);
        byte[] position;
        try (SourceReader reader = open(source())) {
            for (int i = 0; i < 4; i++) {
                assertTrue(reader.advance());
            }
            position = reader.position();
        }
        Files.move(directory.resolve("a"), directory.resolve("z"));
        refusesToSeek("files that were read are not what they were", position);
        Files.move(directory.resolve("z"), directory.resolve("a"));
        write("b", 3, 3);
        refusesToSeek("files that were read are not what they were", position);
        write("b", 3);
        write("0", 0);
        refusesToSeek("foundFiles=3, readFiles=2", position);
        Files.delete(directory.resolve("0"));
        write("c", 7, 5);
        refusesToSeek("input is not the one that the state was made from: file=" + directory.resolve("c"), position);
        write("c");
        refusesToSeek("input is shorter than the state knows it: file=" + directory.resolve("c"), position);
        Files.delete(directory.resolve("c"));
        refusesToSeek("input is gone: file=" + directory.resolve("c"), position);
        write("c", 4, 5);
        try (SourceReader reader = open(source())) {
            reader.seek(position);
            assertEquals(List.of("c5"), rest(reader));
            refuses("position is none of a directory", () -> reader.seek(new byte[29]));
        }
    }

    private void refusesToSeek(String message, byte[] position) {
        try (SourceReader reader = open(source())) {
            refuses(message, () -> reader.seek(position));
        }
    }

    @Test
    void checksTheDirectoryAndItsFirstFileBeforeAnythingRuns() throws IOException {
        source().check(FileOps.real()); // empty is fine
        TextFiles.write(directory.resolve("a"), "other\n");
        refuses("header is not the record's", () -> source().check(FileOps.real()));
        refuses("input is no directory", () -> Sources.csvDirectory(directory.resolve("a"), Item.class)
                .check(FileOps.real()));
        refuses("input directory is missing", () -> Sources.csvDirectory(directory.resolve("x"), Item.class)
                .check(FileOps.real()));
        assertThrows(IllegalArgumentException.class, () -> source().lookEvery(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> source().atMostPerSecond(-1));
    }
}

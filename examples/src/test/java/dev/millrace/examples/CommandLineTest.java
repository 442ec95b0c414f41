package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.JobProgress;
import dev.millrace.engine.operator.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
    @Test
    void helpNamesEveryOptionWithItsDefault() {
        Invocation help = Invocation.of("demo", "--help");
        assertEquals(0, help.exitCode());
        String text = String.join(" ", help.out()).replaceAll("\\s+", " ");
        for (String option : List.of(
                "--input",
                "--out",
                "--state",
                "--parallelism",
                "--store",
                "--epoch-interval",
                "--max-disorder",
                "--rate",
                "--memory",
                "--config",
                "--on-error")) {
            assertTrue(text.contains(option + "="), option);
        }
        for (String value : List.of("millrace-out", "mapdb", "100ms", "30h", "256MiB", "fail", "temporary")) {
            assertTrue(text.matches(".*Default: [^.]*" + value + ".*"), value);
        }
        assertTrue(text.contains("Examples:"));
    }

    @Test
    void optionsComeBeforeTheFileAndTheFileBeforeTheDefaults(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("my.properties"), "memory=64MiB\nparallelism=2\n");
        Invocation printed = Invocation.of("demo", "--config", file.toString(), "--parallelism", "3", "--print-config");
        assertEquals(0, printed.exitCode(), printed::toString);
        String text = String.join("\n", printed.out()).replaceAll(" +", " ");
        assertTrue(text.contains("parallelism 3 given"), text);
        assertTrue(text.contains("memory 64MiB given"), text);
        assertTrue(text.contains("epoch-interval 100ms default"), text);
        assertTrue(text.contains("memory.reserve 1MiB derived"), text);
    }

    @Test
    void aWrongFileOfSettingsIsRefusedInOneLine(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("my.properties"), "memroy=64MiB\n");
        Invocation refused = Invocation.of("demo", "--config", file.toString());
        assertEquals(2, refused.exitCode(), refused::toString);
        assertEquals(1, refused.err().size(), refused::toString);
        assertTrue(refused.err().get(0).contains("line=1, key=memroy, nearest=memory"), refused::toString);
    }

    @Test
    void theVersionIsTheOneThatWasBuilt() {
        Invocation version = Invocation.of("--version");
        assertEquals(0, version.exitCode());
        assertTrue(version.out().get(0).matches("millrace \\d+\\.\\d+\\.\\d+"), version::toString);
    }

    @Test
    void helpIsACommand() {
        assertEquals(Invocation.of("--help"), Invocation.of("help"));
        assertEquals(Invocation.of("demo", "--help"), Invocation.of("help", "demo"));
    }

    @Test
    void printsTheSchemaOfARecord() {
        Invocation schema = Invocation.of("schema", "dev.millrace.examples.flights.Flight");
        assertEquals(0, schema.exitCode(), schema::toString);
        assertEquals("syntax = \"proto3\";", schema.out().get(0));
        assertTrue(schema.out().contains("message Flight {"), schema::toString);
        assertEquals("}", schema.out().get(schema.out().size() - 1));
    }

    @Test
    void findsTheRecordInsideAClassOnAGivenClassPath() {
        String classes = Invocation.HOME.resolve("examples/target/test-classes").toString();
        String name = CommandLineTest.class.getName() + ".Outer.Order";
        Invocation schema = Invocation.of("schema", name, "--class-path", classes);
        assertEquals(0, schema.exitCode(), schema::toString);
        assertTrue(schema.out().contains("  int64 id = 1;"), schema::toString);
        String help = String.join(" ", Invocation.of("schema", "--help").out());
        assertTrue(help.contains("RECORD_CLASS") && help.contains("--class-path"), help);
    }

    @SuppressWarnings("UnusedNestedClass") // Named by the test above.
    private static final class Outer {
        record Order(long id) {}

        record Unfit(Thread thread) {}
    }

    @ParameterizedTest
    @CsvSource({
        "no.such.Record, no such class: class=no.such.Record",
        "java.lang.Thread, unsupported type",
        "dev.millrace.examples.CommandLineTest.Outer.Unfit, component=thread",
        "'', Missing required parameter"
    })
    void refusesToPrintWhatHasNoSchemaInOneLine(String name, String words) {
        Invocation invocation = name.isEmpty() ? Invocation.of("schema") : Invocation.of("schema", name);
        assertEquals(Main.REFUSED, invocation.exitCode(), invocation::toString);
        assertEquals(1, invocation.err().size(), invocation::toString);
        assertTrue(invocation.err().get(0).contains(words), invocation::toString);
        Invocation noJar = Invocation.of("schema", "a.B", "--class-path", "missing.jar");
        assertEquals(Main.REFUSED, noJar.exitCode());
        assertTrue(noJar.err().get(0).contains("no such jar or directory: path=missing.jar"), noJar::toString);
    }

    @Test
    void inspectRefusesWhatIsNoStateDirectory(@TempDir Path directory) {
        Invocation absent = Invocation.of("inspect", directory.resolve("absent"));
        assertEquals(Main.REFUSED, absent.exitCode(), absent::toString);
        assertTrue(absent.err().get(0).contains("why=is not there"), absent::toString);
        Invocation negative = Invocation.of("inspect", directory, "--epochs", -1);
        assertEquals(Main.REFUSED, negative.exitCode(), negative::toString);
        assertEquals(
                "millrace: number of epochs is negative: epochs=-1",
                negative.err().get(0));
        Invocation begun = Invocation.of("inspect", directory);
        assertEquals(0, begun.exitCode(), begun::toString);
        assertTrue(begun.out().contains("  * begin here with epoch 1: no job has worked here yet"), begun::toString);
    }

    @ParameterizedTest
    @CsvSource({"'', command is missing", "dmo, did you mean demo?", "--verson, did you mean --version?"})
    void whatIsNoCommandIsRefusedInOneLine(String argument, String words) {
        Invocation invocation = argument.isEmpty() ? Invocation.of() : Invocation.of(argument);
        assertEquals(Main.REFUSED, invocation.exitCode());
        assertEquals(1, invocation.err().size(), invocation::toString);
        assertTrue(invocation.err().get(0).contains(words), invocation::toString);
    }

    @ParameterizedTest
    @CsvSource({"100ms, PT0.1S", "30s, PT30S", "5m, PT5M", "30h, PT30H", "1 s, PT1S"})
    void readsDurations(String text, Duration duration) {
        assertEquals(duration, new DurationConverter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "100", "1.5s", "-1s", "1d", "s", "9999999999ms"})
    void refusesWhatIsNoDuration(String text) {
        TypeConversionException refused =
                assertThrows(TypeConversionException.class, () -> new DurationConverter().convert(text));
        assertTrue(refused.getMessage().contains("100ms"));
    }

    @Test
    void aFaultOfTheProgramIsNotBlamedOnTheUser() {
        assertNull(Failures.refusal(new JobFailedException("job failed", new IllegalArgumentException("a bug"))));
        assertNull(Failures.refusal(new IllegalStateException("a bug")));
        assertEquals(
                "malformed line; second line",
                Failures.refusal(
                        new JobFailedException("job failed", new BadInputException("malformed line\n  second line"))));
        assertEquals("too small", Failures.refusal(new IllegalArgumentException("too small")));
    }

    @Test
    void progressIsABarOrALine() {
        JobProgress half = new JobProgress(1_234_567, 0.5, 7);
        assertEquals(" 50%, 1,234,567 events, epoch 7 committed", DemoProgress.line(half));
        assertEquals("[" + "#".repeat(15) + "-".repeat(15) + "] " + DemoProgress.line(half), DemoProgress.bar(half));
        JobProgress unknown = new JobProgress(12, -1, 0);
        assertEquals("[" + "-".repeat(30) + "] 12 events, epoch 0 committed", DemoProgress.bar(unknown));
    }
}

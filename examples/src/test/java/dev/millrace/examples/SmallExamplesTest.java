package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small programs that are no part of a page do what they say. */
final class SmallExamplesTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/millrace/examples");

    @TempDir
    private Path directory;

    private Engine open() {
        return Engine.open(
                EngineConfig.of(directory.resolve("state")).memory("64MiB").parallelism(2));
    }

    private static List<String> sorted(Path file) throws Exception {
        return Files.readAllLines(file).stream().skip(1).sorted().toList();
    }

    @Test
    void theFraudRuleFindsALargePaymentAfterASmallOneWithinAMinute() throws Exception {
        Path input = Files.write(
                directory.resolve("payments.csv"),
                List.of(
                        "card,amount,time",
                        "1,0.5,2001-01-01 00:00:00",
                        "2,0.5,2001-01-01 00:00:00",
                        "1,501,2001-01-01 00:00:59",
                        "2,501,2001-01-01 00:01:10",
                        "3,501,2001-01-01 00:01:20",
                        "1,0.1,2001-01-01 00:01:30",
                        "1,20,2001-01-01 00:01:31",
                        "1,900,2001-01-01 00:01:32"));
        Path alerts = directory.resolve("alerts.csv");
        Pipeline pipeline = Pipeline.named("fraud");
        FraudRule.find(pipeline.source("payments", Sources.csvFile(input, FraudRule.Tx.class)))
                .sink("alerts", Sinks.csvFile(alerts, FraudRule.Alert.class));
        try (Engine engine = open()) {
            engine.run(pipeline).await();
        }
        // Without a watermark before the end, the timer of card 2 fires behind its second payment.
        List<String> found = sorted(alerts);
        assertTrue(found.contains("1,2001-01-01 00:00:59"), found::toString);
        assertTrue(found.stream().noneMatch(line -> line.startsWith("3,")), found::toString);
        assertTrue(found.stream().noneMatch(line -> line.startsWith("1,2001-01-01 00:01")), found::toString);
    }

    @Test
    void theFraudRuleIsShort() throws Exception {
        List<String> source = Files.readAllLines(SOURCES.resolve("FraudRule.java"));
        long lines =
                source.subList(source.indexOf("    // tag::fraud") + 1, source.indexOf("    // end::fraud")).stream()
                        .filter(line -> !line.isBlank())
                        .count();
        assertTrue(lines <= 16, () -> "lines=" + lines);
    }

    @Test
    void theOwnOperatorTellsOfChangesAndOfSilence() throws Exception {
        Path input = Files.write(
                directory.resolve("levels.csv"),
                List.of(
                        "machine,level,time",
                        "press,1,2001-01-01 00:00",
                        "press,1,2001-01-01 00:01",
                        "press,2,2001-01-01 00:02",
                        "saw,7,2001-01-01 00:02"));
        Path changes = directory.resolve("changes.csv");
        Pipeline pipeline = Pipeline.named("machines");
        OwnOperator.changes(
                        "changes",
                        pipeline.source("levels", Sources.csvFile(input, OwnOperator.Level.class))
                                .eventTime(OwnOperator.Level::time, java.time.Duration.ofSeconds(1)))
                .sink("changes", Sinks.csvFile(changes, OwnOperator.Change.class));
        try (Engine engine = open()) {
            engine.run(pipeline).await();
        }
        assertEquals(
                List.of("press,-1,1,1", "press,1,2,3", "press,2,-1,3", "saw,-1,7,1", "saw,7,-1,1"), sorted(changes));
    }

    @Test
    void theTunedEngineStartsAndTellsWhatCameOfIt() {
        TunedMemory.main(new String[] {directory.resolve("state").toString()});
        EngineConfig config = TunedMemory.tuned(directory.resolve("state"));
        assertEquals(128L << 20, config.allocator().memoryBytes() / 4);
        assertTrue(config.describe().contains("memory"), config::describe);
    }

    @Test
    void malformedLinesAreLettersAndTheOthersAreLocatedAndShown() throws Exception {
        Ingress<String> lines = Ingress.of(String.class);
        Path dead = directory.resolve("dead.csv");
        Pipeline pipeline = Pipeline.named("enrichment");
        List<Enrichment.Located> shown = new ArrayList<>();
        try (Engine engine =
                Engine.open(EngineConfig.of(directory.resolve("state")).memory("64MiB"))) {
            var readings = Enrichment.parsed(pipeline.source("lines", lines), dead);
            var located = Enrichment.located(
                    readings,
                    reading -> CompletableFuture.supplyAsync(
                            () -> new Enrichment.Located("room of " + reading.sensor(), reading.celsius())));
            CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> feed(lines));
            Enrichment.show(engine, pipeline, located, shown::add);
            fed.get();
        }
        assertEquals(
                List.of(new Enrichment.Located("room of a", 20.5), new Enrichment.Located("room of b", -3)), shown);
        List<String> letters = sorted(dead);
        assertEquals(1, letters.size());
        assertTrue(letters.get(0).contains("no number"), letters.get(0));
        assertTrue(letters.get(0).contains("NumberFormatException"), letters.get(0));
    }

    private static void feed(Ingress<String> lines) {
        try (lines) { // whatever happens: without an end of the input, the job would wait for ever
            for (String line : List.of("a,20.5", "b,no number", "b,-3")) {
                while (!lines.offer(line)) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}

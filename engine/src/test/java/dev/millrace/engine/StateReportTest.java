package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StateReportTest {
    record Place(String station, Ride.Line line) {}

    record Count(String station, long rides) {}

    @TempDir
    Path directory;

    private Path state;
    private Path input;

    private Pipeline pipeline() {
        state = directory.resolve("state");
        input = Ride.write(directory.resolve("in.csv"), Ride.random(new Random(5), 3000, 9, 0));
        Pipeline pipeline = Pipeline.named("rides");
        pipeline.source("in", Life.source(input))
                .eventTime(Ride::time, Duration.ofSeconds(1))
                .keyBy(ride -> new Place(ride.station(), ride.line()))
                .window(Window.tumbling(Duration.ofDays(1000)))
                .aggregate(
                        "per-place", Aggregate.counting(), (place, window, count) -> new Count(place.station(), count))
                .sink("counts", Sinks.csvFile(directory.resolve("counts"), Count.class));
        return pipeline;
    }

    private EngineConfig config(StoreKind store) {
        return EngineConfig.of(state).store(store).epochInterval(Duration.ofMillis(1));
    }

    private static void assertLine(String report, String pattern) {
        assertTrue(report.lines().anyMatch(line -> line.strip().matches(pattern)), () -> pattern + " in\n" + report);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void tellsWhereAJobStandsAndWhatItWouldDo(StoreKind store) throws InterruptedException {
        Pipeline pipeline = pipeline();
        try (Life life = new Life(config(store), pipeline)) {
            life.untilEpochs(8);
            String running = StateReport.of(state).toString();
            assertLine(running, "in use: +yes: pid=\\d+ job=rides; .*");
            assertLine(running, "\\* be refused while pid=\\d+ job=rides works here; .*");
        }
        String report = StateReport.of(state).text(3);
        assertLine(report, "job: +rides");
        assertLine(report, "in use: +no");
        assertLine(report, "committed: +epoch \\d+, the job can go on");
        assertLine(report, "in +[\\d,]+ +0  behind line [\\d,]+, byte [\\d,]+");
        assertLine(report, "in\\.0 +\\S+Z +(\\S+Z|none yet)");
        assertLine(report, "counts +0 +14 B +0 B");
        assertLine(report, "0  per-place +[1-9]\\d* .* +Place\\(String station, enum Line line\\) +long");
        if (store == StoreKind.MAPDB) { // RocksDB is durable once it is closed.
            assertLine(report, "\\* fold \\d+ epochs with .* of changes into the store: 1 to \\d+");
        }
        assertLine(report, "\\* read \\d+ entries into memory");
        assertLine(report, "\\* write the last 14 B of sink counts again, from the log");
        assertLine(report, "\\* read source in on, from where it stands above");
        assertLine(report, "\\* go on with epoch \\d+");
        assertLine(report, "\\* none");
        assertLine(report, "\\d+ earlier epochs? not shown, see --epochs");
        assertEquals(List.of(), StateReport.of(state).problems());
        String quick = StateReport.quickly(state).toString();
        assertLine(quick, "0  per-place +- +- +- +Place.*");
        assertLine(quick, "\\* read the state into memory");
    }

    @Test
    void tellsThatAJobHasEnded() throws InterruptedException {
        Pipeline pipeline = pipeline();
        try (Life life = new Life(config(StoreKind.MAPDB), pipeline)) {
            life.untilDone();
        }
        String report = StateReport.of(state).toString();
        assertLine(report, "committed: +epoch \\d+, the last one: the job has ended");
        assertLine(report, "\\* end at once: the job has ended with epoch \\d+");
        assertFalse(report.contains("read source"), report);
    }

    @Test
    void tellsWhatKeepsAJobFromGoingOn() throws InterruptedException, IOException {
        Pipeline pipeline = pipeline();
        try (Life life = new Life(config(StoreKind.MAPDB), pipeline)) {
            life.untilEpochs(2);
        }
        Files.writeString(state.resolve("FORMAT"), "nonsense");
        StateReport report = StateReport.of(state);
        assertEquals(1, report.problems().size());
        assertLine(report.toString(), "job: +not known");
        assertLine(report.toString(), "\\* be refused: see problems; nothing would be changed");
        assertLine(report.toString(), "\\* state directory does not fit: .*");
        assertLine(report.toString(), "committed: +epoch \\d+, the job can go on");
    }
}

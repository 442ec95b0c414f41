package dev.millrace.engine.internal.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.MemorySize;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LogicalPlanTest {
    record Visit(String user, Instant time) {}

    private static Pipeline pipeline(boolean filtered, Duration disorder, Duration size) {
        Pipeline pipeline = Pipeline.named("plan");
        Stream<Visit> visits = pipeline.source("visits", Sources.csvFile(Path.of("visits.csv"), Visit.class));
        if (filtered) {
            visits = visits.filter(visit -> !visit.user().isEmpty());
        }
        var byUser = visits.eventTime(Visit::time, disorder).keyBy(Visit::user);
        byUser.window(Window.tumbling(size))
                .aggregate("first", Aggregate.<Visit>counting(), (user, window, count) -> count);
        byUser.window(Window.tumbling(size))
                .aggregate("second", Aggregate.<Visit>counting(), (user, window, count) -> count);
        return pipeline;
    }

    private static LogicalPlan plan(boolean filtered) {
        return LogicalPlan.of(pipeline(filtered, Duration.ofHours(1), Duration.ofHours(1)));
    }

    @Test
    void theFingerprintChangesWithWhatStateOnDiskDependsOnAndWithNothingElse() {
        String fingerprint = plan(false).fingerprint();
        assertEquals(fingerprint, plan(false).fingerprint());
        assertEquals(fingerprint, plan(true).fingerprint(), "functions cannot be compared");
        assertEquals(
                fingerprint,
                LogicalPlan.of(pipeline(false, Duration.ofHours(9), Duration.ofHours(1)))
                        .fingerprint(),
                "lateness is no matter of state");
        assertNotEquals(
                fingerprint,
                LogicalPlan.of(pipeline(false, Duration.ofHours(1), Duration.ofHours(2)))
                        .fingerprint());
    }

    @Test
    void namesStateAndTimeWhateverLiesBetween() {
        for (boolean filtered : new boolean[] {false, true}) {
            LogicalPlan plan = plan(filtered);
            assertEquals(plan(false).stateNames(), plan.stateNames());
            assertEquals(2, plan.stateNames().size());
            for (Node node : plan.nodes()) {
                if (node instanceof EventTimeNode time) {
                    assertEquals("visits.0", plan.timeNameOf(time));
                }
            }
        }
    }

    @Test
    void refusesWhatCannotRun() {
        Stream<Visit> visits =
                Pipeline.named("p").source("visits", Sources.csvFile(Path.of("visits.csv"), Visit.class));
        assertThrows(IllegalArgumentException.class, () -> visits.eventTime(Visit::time, Duration.ofMillis(-1)));
        assertThrows(IllegalArgumentException.class, () -> visits.eventTime(Visit::time, Window.LONGEST.plusMillis(1)));
        var untimed = visits.keyBy(Visit::user).window(Window.tumbling(Duration.ofHours(1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> untimed.aggregate("a", Aggregate.<Visit>counting(), (user, window, count) -> count));
        assertThrows(IllegalArgumentException.class, () -> Pipeline.named("no name"));
    }

    @Test
    void sizesAreReadAndWritten() {
        assertEquals(256L << 20, MemorySize.parse("256MiB"));
        assertEquals(1L << 30, MemorySize.parse(" 1 gib "));
        assertEquals(65536, MemorySize.parse("65536"));
        assertEquals(3 << 10, MemorySize.parse("3k"));
        for (String wrong : new String[] {"", "MiB", "-1", "1.5GiB", "12 TiB", "9999999999999999"}) {
            assertThrows(IllegalArgumentException.class, () -> MemorySize.parse(wrong), wrong);
        }
        assertThrows(IllegalArgumentException.class, () -> MemorySize.parse("999999999999999GiB"));
        assertEquals("1023 B", MemorySize.format(1023));
        assertEquals("1.5 KiB", MemorySize.format(1536));
        assertEquals("256.0 MiB", MemorySize.format(256L << 20));
        assertEquals("4096.0 GiB", MemorySize.format(4096L << 30));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        EngineConfig config = EngineConfig.of(Path.of("state"));
        assertEquals(KeyPartitioner.KEY_GROUPS, EngineConfig.MAX_PARALLELISM);
        assertEquals(128, config.parallelism(128).parallelism());
        assertThrows(IllegalArgumentException.class, () -> config.parallelism(0));
        assertThrows(IllegalArgumentException.class, () -> config.parallelism(129));
        assertThrows(IllegalArgumentException.class, () -> config.memoryBytes(0));
        assertThrows(IllegalArgumentException.class, () -> config.epochInterval(Duration.ofNanos(999_999)));
        assertThrows(IllegalArgumentException.class, () -> config.epochInterval(Duration.ofDays(2)));
        assertEquals(
                Duration.ofMillis(1), config.epochInterval(Duration.ofMillis(1)).epochInterval());
    }
}

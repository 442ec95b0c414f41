package dev.millrace.engine.internal.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What must be the same for state on disk to fit a pipeline, and what may change between runs. */
final class FingerprintTest {
    private record Seen(String what, long count) {}

    private static final Window.Kind MINUTE = Window.tumbling(Duration.ofMinutes(1));

    private static Stream<Ride> rides(Pipeline pipeline, String source) {
        return pipeline.source(source, Sources.csvFile(Path.of("in.csv"), Ride.class));
    }

    private static String windowed(String pipelineName, String source, Window.Kind window, String state, String sink) {
        Pipeline pipeline = Pipeline.named(pipelineName);
        rides(pipeline, source)
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station)
                .window(window)
                .aggregate(
                        state,
                        Aggregate.of(0L, (count, ride) -> count + 1, Long::sum),
                        (key, w, count) -> new Seen(key, count))
                .sink(sink, Sinks.csvFile(Path.of("out.csv"), Seen.class));
        return LogicalPlan.of(pipeline).fingerprint();
    }

    private static final String BASE = windowed("p", "in", MINUTE, "counts", "out");

    @Test
    void isTheSameForAnEqualPipeline() {
        assertEquals(BASE, windowed("p", "in", Window.tumbling(Duration.ofSeconds(60)), "counts", "out"));
        assertTrue(BASE.matches("[0-9a-f]{32}"), BASE);
    }

    @Test
    void changesWithEachName() {
        assertNotEquals(BASE, windowed("q", "in", MINUTE, "counts", "out"));
        assertNotEquals(BASE, windowed("p", "other", MINUTE, "counts", "out"));
        assertNotEquals(BASE, windowed("p", "in", MINUTE, "totals", "out"));
        assertNotEquals(BASE, windowed("p", "in", MINUTE, "counts", "other"));
    }

    @Test
    void changesWithTheWindow() {
        String session = windowed("p", "in", Window.session(Duration.ofMinutes(1)), "counts", "out");
        assertNotEquals(BASE, windowed("p", "in", Window.tumbling(Duration.ofMinutes(2)), "counts", "out"));
        assertNotEquals(BASE, session);
        assertNotEquals(session, windowed("p", "in", Window.session(Duration.ofMinutes(2)), "counts", "out"));
    }

    @Test
    void doesNotChangeWithTheTypesOfKeysAndValuesWhichAreComparedByThemselves() {
        Pipeline byStation = Pipeline.named("p");
        rides(byStation, "in").keyBy(Ride::station).aggregate("a", Aggregate.counting(), (key, w, count) -> count);
        Pipeline byNumber = Pipeline.named("p");
        rides(byNumber, "in").keyBy(Ride::number).aggregate("a", Aggregate.counting(), (key, w, count) -> count);
        Pipeline doubles = Pipeline.named("p");
        rides(doubles, "in")
                .keyBy(Ride::station)
                .aggregate("a", Aggregate.of(0.0, (sum, ride) -> sum + 1), (key, w, sum) -> sum);
        String fingerprint = LogicalPlan.of(byStation).fingerprint();
        assertEquals(fingerprint, LogicalPlan.of(byNumber).fingerprint());
        assertEquals(fingerprint, LogicalPlan.of(doubles).fingerprint());
    }

    @Test
    void changesWithTheNameOfAStateAndNotWithItsType() {
        String base = stateful("op", "last", long.class);
        assertEquals(base, stateful("op", "last", long.class));
        assertNotEquals(base, stateful("op", "seen", long.class));
        assertEquals(base, stateful("op", "last", double.class));
    }

    private static <S> String stateful(String name, String state, Class<S> type) {
        Pipeline pipeline = Pipeline.named("p");
        KeyedStream<String, Ride> keyed = rides(pipeline, "in").keyBy(Ride::station);
        keyed.stateful(name, State.value(state, type), (Ride ride, ValueState<S> value, Output<Ride> out) -> {});
        return LogicalPlan.of(pipeline).fingerprint();
    }

    @Test
    void changesWithEventTimeAndTheOrderOfStates() {
        assertNotEquals(counts(false, "one", "two"), counts(true, "one", "two"));
        assertNotEquals(counts(false, "one", "two"), counts(false, "two", "one"));
        assertNotEquals(counts(false, "one"), counts(false, "one", "two"));
    }

    private static String counts(boolean timed, String... states) {
        Pipeline pipeline = Pipeline.named("p");
        Stream<Ride> stream = rides(pipeline, "in");
        if (timed) {
            stream = stream.eventTime(Ride::time, Duration.ZERO);
        }
        for (String state : states) {
            stream.keyBy(Ride::station).aggregate(state, Aggregate.counting(), (key, w, count) -> count);
        }
        return LogicalPlan.of(pipeline).fingerprint();
    }

    @Test
    void doesNotChangeWithWhatKeepsNoState() {
        Pipeline pipeline = Pipeline.named("p");
        rides(pipeline, "in")
                .filter(ride -> ride.weight() > 3)
                .map(ride -> ride)
                .eventTime(Ride::time, Duration.ofSeconds(7))
                .filter(ride -> true)
                .keyBy(Ride::station)
                .window(MINUTE)
                .aggregate(
                        "counts",
                        Aggregate.of(5L, (count, ride) -> count + 2, Long::sum),
                        (key, w, count) -> new Seen("another function", count))
                .filter(seen -> true)
                .sink("out", Sinks.csvFile(Path.of("elsewhere.csv"), Seen.class));
        assertEquals(BASE, LogicalPlan.of(pipeline).fingerprint());
    }
}

package dev.millrace.engine.states;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.serde.Default;
import dev.millrace.serde.IncompatibleSchemaException;
import dev.millrace.serde.Since;
import dev.millrace.state.StateDirectoryMismatchException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records inside maps, lists and reduced values change as those of values do. */
final class KindEvolutionTest {
    private static final int STEPS = 20_000;

    record Count(int number) {}

    /** Later: wider, and with one component more. */
    record LaterCount(long number, @Since(2) @Default("7") long bonus) {}

    record Line(long entries, long elements, long reduced, long bonus) {}

    record First(MapState<String, Count> map, ListState<Count> list, ReducingState<Count> reducing)
            implements KeyedProcess<Integer, Step, Line> {
        @Override
        public void on(Step step, Output<Line> out) {
            map.put(step.name(), new Count(1));
            list.add(new Count(1));
            reducing.add(new Count(1));
        }
    }

    record Later(MapState<String, LaterCount> map, ListState<LaterCount> list, ReducingState<LaterCount> reducing)
            implements KeyedProcess<Integer, Step, Line> {
        @Override
        public void on(Step step, Output<Line> out) {
            map.put(step.name(), new LaterCount(1, 7));
            list.add(new LaterCount(1, 7));
            reducing.add(new LaterCount(1, 0));
            if (step.id() == STEPS - 1) {
                long[] sums = new long[3];
                map.forEach((name, count) -> {
                    sums[0] += count.number();
                    sums[2] += count.bonus();
                });
                list.forEach(count -> {
                    sums[1] += count.number();
                    sums[2] += count.bonus();
                });
                LaterCount reduced = java.util.Objects.requireNonNull(reducing.get());
                out.emit(new Line(sums[0], sums[1], reduced.number(), sums[2] + reduced.bonus()));
            }
        }
    }

    @TempDir
    Path directory;

    private Path input = Path.of("in.csv");

    @BeforeEach
    void write() {
        input = Step.write(directory.resolve("in.csv"), Step.random(new Random(3), STEPS, 5, 0));
    }

    private Life life(int parallelism, State.Kind<? extends KeyedProcess<Integer, Step, Line>> process) {
        Pipeline pipeline = Pipeline.named("evolving");
        Stream<Line> lines = pipeline.source(
                        "steps", Sources.csvFile(input, Step.class).atMostPerSecond(Life.EVENTS_PER_MILLI * 1000))
                .keyBy(step -> 1)
                .process("process", process);
        lines.sink("out", Sinks.csvFile(directory.resolve("out.csv"), Line.class));
        EngineConfig config = EngineConfig.of(directory.resolve("state"))
                .parallelism(parallelism)
                .epochInterval(Duration.ofMillis(1));
        return new Life(config, pipeline);
    }

    private static State.All<First> first() {
        return State.all(
                State.map("map", String.class, Count.class),
                State.list("list", Count.class),
                State.reducing("reducing", Count.class, (a, b) -> new Count(a.number() + b.number())),
                First::new);
    }

    private static State.All<Later> later() {
        return State.all(
                State.map("map", String.class, LaterCount.class),
                State.list("list", LaterCount.class),
                State.reducing(
                        "reducing",
                        LaterCount.class,
                        (a, b) -> new LaterCount(a.number() + b.number(), a.bonus() + b.bonus())),
                Later::new);
    }

    @Test
    void everyKindKeepsItsStateWhenItsRecordGrows() throws InterruptedException {
        try (Life life = life(1, first())) {
            life.untilEvents(STEPS / 20);
            life.untilEpochs(2);
        }
        try (Life life = life(2, later())) {
            life.untilEpochs(2);
        }
        try (Life life = life(1, later())) {
            life.untilDone();
        }
        long entries = Step.random(new Random(3), STEPS, 5, 0).stream()
                .map(Step::name)
                .distinct()
                .count();
        long bonus = 7 * entries + 7 * STEPS + 7;
        assertEquals(
                List.of(entries + "," + STEPS + "," + STEPS + "," + bonus),
                Lines.sorted(directory.resolve("out.csv"), "entries,elements,reduced,bonus"));
    }

    record Other(MapState<Long, Count> map, ListState<Count> list, ReducingState<Count> reducing)
            implements KeyedProcess<Integer, Step, Line> {
        @Override
        public void on(Step step, Output<Line> out) {}
    }

    @Test
    void refusesAMapWhoseKeysBecomeOthers() {
        try (Life life = life(1, first())) {
            life.untilEpochs(3);
        }
        IncompatibleSchemaException refusal = assertThrows(IncompatibleSchemaException.class, () -> life(
                        1,
                        State.all(
                                State.map("map", Long.class, Count.class),
                                State.list("list", Count.class),
                                State.reducing("reducing", Count.class, (a, b) -> a),
                                Other::new))
                .close());
        assertTrue(refusal.getMessage().contains("state=map/keys"), refusal.getMessage());
    }

    record Kinds(ListState<Count> map, MapState<String, Count> list, AggregatingState<Count, Count> unused)
            implements KeyedProcess<Integer, Step, Line> {
        @Override
        public void on(Step step, Output<Line> out) {}
    }

    @Test
    void refusesAStateThatBecomesOneOfAnotherKind() {
        try (Life life = life(1, first())) {
            life.untilEpochs(3);
        }
        assertThrows(StateDirectoryMismatchException.class, () -> life(
                        1,
                        State.all(
                                State.list("map", Count.class),
                                State.map("list", String.class, Count.class),
                                State.aggregating("reducing", Aggregate.of(new Count(0), (Count a, Count b) -> b)),
                                Kinds::new))
                .close());
    }
}

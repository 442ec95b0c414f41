package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.runtime.WindowCase.Event;
import dev.millrace.engine.internal.runtime.WindowCase.Segments;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Pane;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowedStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The pipeline of a {@link WindowCase}. */
final class WindowPipelines {
    /** Of two events the same one is greater wherever sessions met. */
    static final Comparator<Event> ORDER = Comparator.comparingInt(Event::value).thenComparingLong(Event::number);

    private static final Path NOWHERE = Path.of("nowhere");

    /** A result as a line. */
    record Line(String text) {}

    private final WindowCase test;

    private WindowPipelines(WindowCase test) {
        this.test = test;
    }

    static Pipeline of(WindowCase test) {
        return new WindowPipelines(test).pipeline();
    }

    private Pipeline pipeline() {
        Pipeline pipeline = Pipeline.named("windows");
        Stream<Event> events = source(pipeline, 0);
        if (test.hasTwoSources()) {
            events = events.union(source(pipeline, 1));
        }
        KeyedStream<Integer, Event> byKey = events.keyBy(Event::key);
        Stream<Line> lines =
                switch (test.what()) {
                    case AGGREGATE, REDUCE, PROCESS, TOP, DISTINCT -> windows(byKey);
                    case COUNT_AGGREGATE ->
                        byKey.countWindow(test.sizeMillis(), test.slideMillis())
                                .aggregate(
                                        "sums",
                                        Aggregate.<Event, Long>of(0L, (sum, event) -> sum + event.value()),
                                        (key, number, sum) -> new Line(key + ":" + number + ":" + sum));
                    case COUNT_PROCESS ->
                        byKey.countWindow(test.sizeMillis(), test.slideMillis())
                                .<Line>process(
                                        "lists",
                                        (key, number, all, out) ->
                                                out.emit(new Line(key + ":" + number + ":" + numbers(all, false))));
                    case TOP_OF_KEY ->
                        byKey.topN(
                                "top",
                                test.most(),
                                Comparator.comparingInt(Event::value),
                                (key, rank, event) -> new Line(key + ":" + rank + ":" + event.number()));
                    case DISTINCT_KEYS -> byKey.distinct("seen").map(event -> new Line("" + event.number()));
                    case TIMER -> timers(byKey);
                };
        lines.sink("lines", Sinks.csvFile(NOWHERE, Line.class));
        return pipeline;
    }

    private Stream<Event> source(Pipeline pipeline, int number) {
        return pipeline.source("in" + number, new Segments(test.segments().get(number)))
                .eventTime(event -> Instant.ofEpochMilli(event.at()), Duration.ofMillis(test.disorderMillis()))
                .filter(event -> event.number() >= 0);
    }

    private Window.Kind kind() {
        Duration size = Duration.ofMillis(test.sizeMillis());
        return switch (test.kind()) {
            case TUMBLING -> Window.tumbling(size);
            case SLIDING -> Window.sliding(size, Duration.ofMillis(test.slideMillis()));
            case SESSION -> Window.session(size);
        };
    }

    private Stream<Line> windows(KeyedStream<Integer, Event> byKey) {
        WindowedStream<Integer, Event> windows = byKey.window(kind())
                .onLate(late -> late.map(event -> new Line("late " + event.number()))
                        .sink("late", Sinks.csvFile(NOWHERE, Line.class)));
        if (test.latenessMillis() > 0) {
            windows.allowedLateness(Duration.ofMillis(test.latenessMillis()));
        }
        if (test.earlyCount() > 0) {
            windows.earlyEvery(test.earlyCount());
        }
        boolean hasPanes = test.latenessMillis() > 0 || test.earlyCount() > 0;
        Aggregate<Event, Long> sums = Aggregate.of(0L, (sum, event) -> sum + event.value(), Long::sum);
        return switch (test.what()) {
            case AGGREGATE ->
                hasPanes
                        ? windows.aggregate(
                                "sums",
                                sums,
                                (key, window, pane, sum) -> new Line(head(key, window) + pane + ":" + sum))
                        : windows.aggregate(
                                "sums", sums, (key, window, sum) -> new Line(head(key, window) + "FINAL:" + sum));
            case REDUCE ->
                hasPanes
                        ? windows.reduce(
                                "greatest",
                                WindowPipelines::greater,
                                (key, window, pane, event) -> new Line(head(key, window) + pane + ":" + event.value()))
                        : windows.reduce(
                                "greatest",
                                WindowPipelines::greater,
                                (key, window, event) -> new Line(head(key, window) + "FINAL:" + event.value()));
            case PROCESS ->
                windows.<Line>process("lists", (key, window, all, out) -> {
                    Pane pane = all.pane();
                    boolean isMixed = test.kind() == WindowCase.Kind.SESSION || test.hasTwoSources();
                    out.emit(new Line(head(key, window) + pane + ":" + numbers(all, isMixed)));
                });
            case TOP ->
                windows.topN(
                        "top",
                        test.most(),
                        ORDER,
                        (key, window, rank, event) -> new Line(head(key, window) + rank + ":" + event.number()));
            case DISTINCT -> windows.distinct("first").map(event -> new Line("" + event.number()));
            case COUNT_AGGREGATE, COUNT_PROCESS, TOP_OF_KEY, DISTINCT_KEYS, TIMER ->
                throw new IllegalStateException("no windows of time: what=" + test.what());
        };
    }

    private static Event greater(Event left, Event right) {
        return left.value() >= right.value() ? left : right;
    }

    private static String head(int key, Window window) {
        return key + ":" + window.start().toEpochMilli() + ":" + window.end().toEpochMilli() + ":";
    }

    private static String numbers(Iterable<Event> events, boolean sorted) {
        List<Event> all = new ArrayList<>();
        events.forEach(all::add);
        if (sorted) {
            all.sort(Comparator.comparingLong(Event::number));
        }
        return all.stream().map(event -> "" + event.number()).collect(Collectors.joining("+"));
    }

    /** A key that is quiet for a while tells how many events it had in all; each event puts it off. */
    private Stream<Line> timers(KeyedStream<Integer, Event> byKey) {
        Duration quiet = Duration.ofMillis(test.sizeMillis());
        State.Value<Long> count = State.value("count", Long.class, 0L);
        return byKey.<ValueState<Long>, Line>statefulWithTimers(
                "quiet",
                count,
                (event, events, out) -> {
                    events.set(Objects.requireNonNull(events.get()) + 1);
                    out.timerAfter(quiet);
                },
                (key, timer, events, out) ->
                        out.emit(new Line(key + ":" + timer.at().toEpochMilli() + ":" + events.get())));
    }
}

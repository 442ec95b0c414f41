package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.Emitter;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowEmitter;
import dev.millrace.engine.stream.WindowEvents;
import dev.millrace.engine.stream.WindowedStream;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events whose functions throw. */
final class ErrorPolicyTest {
    private static final SideOutput<DeadLetter> DEAD = SideOutput.of(DeadLetter.class);

    record Step(long number, String text, List<Integer> parts, Map<String, Double> weights, Optional<Instant> at) {}

    record Letter(String event, String problem, String message) {}

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<Object> seen = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    private interface Shape {
        Stream<?> of(Stream<Long> numbers);
    }

    private JobReport run(Shape shape) throws InterruptedException {
        Ingress<Long> numbers = Ingress.of(Long.class);
        Pipeline pipeline = Pipeline.named("errors");
        Stream<?> stream = shape.of(pipeline.source("numbers", numbers));
        stream.forEach("seen", seen::add);
        EngineConfig config = EngineConfig.of(directory.resolve("state-" + calls.incrementAndGet()))
                .memory("64MiB");
        calls.set(0);
        try (Engine engine = Engine.open(config)) {
            Job job = engine.run(pipeline);
            offerTo(numbers);
            numbers.close();
            return job.await();
        }
    }

    /** A job that has failed by then takes nothing more; what it failed with is told when it is awaited. */
    private static void offerTo(Ingress<Long> numbers) {
        try {
            for (long i = 0; i < 6; i++) {
                assertTrue(numbers.offer(i));
            }
        } catch (IllegalStateException e) {
            assertTrue(e.getMessage().contains("has ended"), e.getMessage());
        }
    }

    private Stream<?> reading(Stream<?> stream) {
        stream.sideOutput(DEAD).forEach("letters", letters::add);
        return stream;
    }

    private static long odd(long number) {
        if (number % 2 == 0) {
            throw new IllegalArgumentException("even: number=" + number);
        }
        return number;
    }

    private void assertOddSeenAndEvenInLetters(String operator) {
        assertEquals(List.of(1L, 3L, 5L), List.copyOf(seen));
        List<DeadLetter> all = List.copyOf(letters);
        assertEquals(
                List.of("even: number=0", "even: number=2", "even: number=4"),
                all.stream().map(DeadLetter::message).toList());
        assertEquals(List.of("0", "2", "4"), all.stream().map(DeadLetter::event).toList());
        for (DeadLetter letter : all) {
            assertEquals(IllegalArgumentException.class.getName(), letter.problem());
            assertTrue(letter.operator().startsWith(operator + " at ErrorPolicyTest.java:"), letter.operator());
            assertTrue(letter.place().startsWith("source=numbers, event="), letter.place());
        }
    }

    @Test
    void failsTheJobUnlessItIsToldOtherwise() {
        JobFailedException problem =
                assertThrows(JobFailedException.class, () -> run(numbers -> numbers.map(ErrorPolicyTest::odd)));
        assertTrue(problem.getMessage().contains("even: number=0"), problem.getMessage());
        assertThrows(
                JobFailedException.class,
                () -> run(numbers -> numbers.map(ErrorPolicyTest::odd).onError(ErrorPolicy.fail())));
    }

    @Test
    void skipsWhatAMapCannotDoAndWritesLetters() throws InterruptedException {
        run(numbers -> reading(numbers.map(ErrorPolicyTest::odd).onError(ErrorPolicy.skipTo(DEAD))));
        assertOddSeenAndEvenInLetters("map");
    }

    @Test
    void skipsWhatAFilterCannotDo() throws InterruptedException {
        run(numbers -> reading(numbers.filter(number -> odd(number) > 0).onError(ErrorPolicy.skipTo(DEAD))));
        assertOddSeenAndEvenInLetters("filter");
    }

    @Test
    void skipsWhatAPeekCannotDo() throws InterruptedException {
        run(numbers -> reading(numbers.peek(ErrorPolicyTest::odd).onError(ErrorPolicy.skipTo(DEAD))));
        assertOddSeenAndEvenInLetters("peek");
    }

    @Test
    void aFlatMapThatFailsHasSaidNothing() throws InterruptedException {
        SideOutput<String> texts = SideOutput.of(String.class);
        ConcurrentLinkedQueue<String> side = new ConcurrentLinkedQueue<>();
        run(numbers -> {
            Stream<Long> flat = numbers.<Long>flatMap((number, out) -> {
                out.emit(texts, "text-" + number);
                out.emit(number);
                odd(number);
            });
            flat.onError(ErrorPolicy.skipTo(DEAD));
            flat.sideOutput(texts).forEach("texts", side::add);
            return reading(flat);
        });
        assertOddSeenAndEvenInLetters("flat map");
        assertEquals(List.of("text-1", "text-3", "text-5"), List.copyOf(side));
    }

    @Test
    void aFunctionOverStateThatFailsHasSaidNothing() throws InterruptedException {
        StatefulFunction<Long, ValueState<Long>, Long> function = (number, sum, out) -> {
            out.emit(number);
            odd(number);
        };
        run(numbers -> reading(numbers.keyBy(number -> number % 3)
                .<ValueState<Long>, Long>stateful("rule", State.value("sum", long.class, 0L), function)
                .onError(ErrorPolicy.skipTo(DEAD))));
        assertEquals(List.of(1L, 3L, 5L), List.copyOf(seen));
        assertEquals(
                List.of("0", "2", "4"), letters.stream().map(DeadLetter::event).toList());
    }

    @Test
    void answersForTimersAsWell() throws InterruptedException {
        StatefulFunction<Long, ValueState<Long>, Long> arm = (number, sum, out) -> out.timerAfter(Duration.ofMillis(1));
        TimerFunction<Long, ValueState<Long>, Long> onTimer = (key, timer, sum, out) -> out.emit(odd(key));
        run(numbers -> reading(numbers.eventTime(Instant::ofEpochMilli, Duration.ZERO)
                .keyBy(number -> number)
                .statefulWithTimers("rule", State.value("sum", long.class, 0L), arm, onTimer)
                .onError(ErrorPolicy.skipTo(DEAD))));
        assertEquals(List.of(1L, 3L, 5L), seen.stream().sorted().toList());
        List<String> shown = letters.stream().map(DeadLetter::event).sorted().toList();
        assertEquals(3, shown.size());
        assertTrue(shown.get(1).startsWith("{\"key\":2,\"timer\":{\"name\":\"\""), shown.get(1));
    }

    @Test
    void triesAsOftenAsItMay() throws InterruptedException {
        run(numbers -> numbers.map(number -> {
                    if (calls.incrementAndGet() % 3 != 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return number;
                })
                .onError(ErrorPolicy.retry(2)));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), List.copyOf(seen));
        assertEquals(18, calls.get());
        seen.clear();
        assertThrows(
                JobFailedException.class,
                () -> run(numbers -> numbers.map(number -> {
                            calls.incrementAndGet();
                            return odd(number);
                        })
                        .onError(ErrorPolicy.retry(4))));
        assertEquals(5, calls.get());
    }

    @Test
    void saysOnceWhatWasTriedSeveralTimes() throws InterruptedException {
        run(numbers -> numbers.<Long>flatMap((Long number, Emitter<Long> out) -> {
                    out.emit(number);
                    if (calls.incrementAndGet() % 2 == 1) {
                        throw new IllegalStateException("not yet");
                    }
                    out.emit(-number);
                })
                .onError(ErrorPolicy.retry(1).thenSkipTo(DEAD))
                .sideOutput(DEAD)
                .map(DeadLetter::message));
        assertEquals(List.of(), List.copyOf(seen));
        assertEquals(12, calls.get());
    }

    @Test
    void doesNotSkipWhatIsNoFaultOfAnEvent() {
        JobFailedException problem = assertThrows(
                JobFailedException.class,
                () -> run(
                        numbers -> reading(numbers.map(number -> fatal(number)).onError(ErrorPolicy.skipTo(DEAD)))));
        assertTrue(problem.getCause() instanceof StackOverflowError, problem.toString());
        assertEquals(0, letters.size());
    }

    private static Long fatal(long number) {
        throw new StackOverflowError("number=" + number);
    }

    @Test
    void doesNotAnswerForOperatorsBehind() {
        JobFailedException problem = assertThrows(
                JobFailedException.class,
                () -> run(numbers -> reading(numbers.map(number -> number).onError(ErrorPolicy.skipTo(DEAD)))
                        .map(number -> odd((Long) number))));
        assertTrue(problem.getMessage().contains("even: number=0"), problem.getMessage());
        assertEquals(0, letters.size());
    }

    @Test
    void showsTheEventAsJson() throws InterruptedException {
        Step step = new Step(
                7,
                "say \"hi\"\n",
                List.of(1, 2),
                Map.of("a", Double.NaN),
                Optional.of(Instant.parse("2001-01-01T00:00:00Z")));
        run(numbers -> reading(numbers.filter(number -> number == 1)
                .map(number -> step)
                .filter(each -> odd(0) > each.number())
                .onError(ErrorPolicy.skipTo(DEAD))));
        assertEquals(
                "{\"number\":7,\"text\":\"say \\\"hi\\\"\\u000a\",\"parts\":[1,2],\"weights\":{\"a\":\"NaN\"},"
                        + "\"at\":\"2001-01-01T00:00:00Z\"}",
                letters.element().event());
    }

    @Test
    void cutsWhatIsTooLong() throws InterruptedException {
        run(numbers -> reading(numbers.filter(number -> number == 1)
                .map(number -> "x".repeat(1 << 20))
                .map(text -> odd(0))
                .onError(ErrorPolicy.skipTo(DEAD))));
        assertEquals(DeadLetter.MAX_TEXT_CHARS, letters.element().event().length());
        assertTrue(letters.element().event().endsWith("xxx..."));
    }

    @Test
    void refusesPoliciesForWindowsHoweverTheyAreKept() {
        Pipeline pipeline = Pipeline.named("windows");
        WindowedStream<Long, Long> windows = pipeline.source("numbers", Ingress.of(Long.class))
                .eventTime(Instant::ofEpochMilli, Duration.ZERO)
                .keyBy(number -> number % 3)
                .window(Window.tumbling(Duration.ofMillis(10)));
        Duration lateness = Duration.ofMillis(5);
        List<Stream<Long>> results = List.of(
                windows.aggregate("sums", Aggregate.<Long>counting(), (key, window, count) -> count),
                windows.process(
                        "all",
                        (Long key, Window window, WindowEvents<Long> events, WindowEmitter<Long> out) -> out.emit(key)),
                windows.allowedLateness(lateness)
                        .aggregate("kept", Aggregate.<Long>counting(), (key, window, count) -> count));
        for (Stream<Long> result : results) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> result.onError(ErrorPolicy.skipTo(DEAD)));
            assertTrue(refused.getMessage().contains("in front of them"), refused.getMessage());
        }
    }

    @Test
    void refusesPoliciesThatMeanNothing() {
        Pipeline pipeline = Pipeline.named("refused");
        Stream<Long> numbers = pipeline.source("numbers", Ingress.of(Long.class));
        assertThrows(IllegalArgumentException.class, () -> ErrorPolicy.retry(0));
        assertThrows(IllegalArgumentException.class, () -> ErrorPolicy.retry(ErrorPolicy.MAX_RETRIES + 1));
        assertThrows(IllegalArgumentException.class, () -> numbers.onError(ErrorPolicy.retry(1)));
        Stream<Long> mapped = numbers.map(number -> number + 1).onError(ErrorPolicy.skipTo(DEAD));
        IllegalStateException twice =
                assertThrows(IllegalStateException.class, () -> mapped.onError(ErrorPolicy.retry(1)));
        assertTrue(twice.getMessage().contains("ErrorPolicyTest.java"), twice.getMessage());
        mapped.forEach("end", number -> {});
        try (Engine engine =
                Engine.open(EngineConfig.of(directory.resolve("state")).memory("64MiB"))) {
            IllegalArgumentException unread = assertThrows(IllegalArgumentException.class, () -> engine.run(pipeline));
            assertTrue(unread.getMessage().contains("dead letters are read by nobody"), unread.getMessage());
        }
        mapped.sideOutput(DEAD).forEach("dead", letter -> {});
        assertThrows(IllegalArgumentException.class, () -> mapped.sideOutput(DEAD));
        assertTrue(pipeline.explain().contains("map -> Long, on error: skip to dead letters"), pipeline.explain());
    }

    /** Letters of several operators, keyed and not, in one transactional file, over lives that end anywhere. */
    @Test
    void writesEachLetterOnceWhateverHappens() throws InterruptedException {
        for (long seed = 0; seed < 8; seed++) {
            try {
                lives(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void lives(long seed) throws InterruptedException {
        Random random = new Random(seed);
        List<Ride> rides = Ride.random(random, 2000, 10, 100);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve("in.csv"), rides);
        Pipeline pipeline = lettersOfTwo(input, home);
        for (int life = 0; life < 4; life++) {
            EngineConfig config = EngineConfig.of(home.resolve("state"))
                    .parallelism(1 + random.nextInt(3))
                    .epochInterval(Duration.ofMillis(1));
            try (Life one = new Life(config, pipeline)) {
                if (life < 3) {
                    one.untilEpochs(random.nextInt(5));
                    one.untilEvents(random.nextInt(rides.size()));
                } else {
                    one.untilDone();
                }
            }
        }
        List<String> expected = new ArrayList<>();
        List<String> good = new ArrayList<>();
        for (Ride ride : rides) {
            if (ride.weight() < 0) {
                expected.add("java.lang.IllegalArgumentException,no weight: number=" + ride.number());
            } else if (ride.weight() == 7) {
                expected.add("java.lang.IllegalStateException,seven: number=" + ride.number());
            } else {
                good.add(String.valueOf(ride.number()));
            }
        }
        Lines.assertSame(
                "letters", expected.stream().sorted().toList(), Lines.sorted(home.resolve("dead"), "problem,message"));
        Lines.assertSame("good", good.stream().sorted().toList(), Lines.sorted(home.resolve("good"), "number"));
    }

    record Brief(String problem, String message) {}

    record Good(long number) {}

    private static Pipeline lettersOfTwo(Path input, Path home) {
        Pipeline pipeline = Pipeline.named("letters");
        Stream<Ride> weighed = pipeline.source("in", Life.source(input))
                .peek(ErrorPolicyTest::weigh)
                .onError(ErrorPolicy.skipTo(DEAD));
        KeyedStream<String, Ride> byStation = weighed.keyBy(Ride::station);
        Stream<Good> good = byStation
                .stateful(
                        "seven",
                        State.value("count", long.class, 0L),
                        (Ride ride, ValueState<Long> count, Output<Good> out) -> {
                            out.emit(new Good(ride.number()));
                            if (ride.weight() == 7) {
                                throw new IllegalStateException("seven: number=" + ride.number());
                            }
                            count.update(each -> each + 1);
                        })
                .onError(ErrorPolicy.skipTo(DEAD));
        good.sink("good", Sinks.csvFile(home.resolve("good"), Good.class));
        weighed.sideOutput(DEAD)
                .union(good.sideOutput(DEAD))
                .map(letter -> new Brief(letter.problem(), letter.message()))
                .sink("dead", Sinks.csvFile(home.resolve("dead"), Brief.class));
        return pipeline;
    }

    private static void weigh(Ride ride) {
        if (ride.weight() < 0) {
            throw new IllegalArgumentException("no weight: number=" + ride.number());
        }
    }
}

package dev.millrace.engine.internal.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.plan.Node.AsyncNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.RequestTimeoutException;
import dev.millrace.engine.stream.SideOutput;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Where answers, watermarks and barriers leave an operator that asks: the test answers, and moves the clock. */
final class AsyncOpTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final ManualClock clock = new ManualClock();
    private final Recorder out = new Recorder();
    private final Recorder letters = new Recorder();
    private final List<Object> asked = new ArrayList<>();
    private final List<CompletableFuture<Object>> promises = new ArrayList<>();
    private int wakes;

    private Receiver operator(Asking asking, ErrorPolicy policy) {
        AsyncNode node = new AsyncNode(
                new SourceNode("in", Ingress.of(Long.class)),
                "prices",
                event -> {
                    asked.add(event);
                    CompletableFuture<Object> promise = new CompletableFuture<>();
                    promises.add(promise);
                    return promise;
                },
                asking,
                String.class);
        ErrorGuard guard =
                new ErrorGuard("ask \"prices\"", policy, policy.letters() == null ? null : letters, () -> "event=7");
        return AsyncOperators.make(node, guard, clock::nanoTime, () -> wakes++, out);
    }

    private static void send(Receiver operator, Object event, long timestamp) {
        try {
            MethodHandle path = operator.path();
            path.invoke(event, timestamp);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void answer(int request) {
        promises.get(request).complete("answer-" + asked.get(request));
    }

    private static boolean step(Receiver operator) {
        return ((ClockReader) operator).tick(0);
    }

    @Test
    void answersInTheOrderOfEventsIfItIsToldSo() {
        Receiver operator = operator(Asking.inOrder(4, TIMEOUT), ErrorPolicy.fail());
        send(operator, 1L, 10);
        send(operator, 2L, 20);
        answer(1);
        assertTrue(step(operator));
        assertEquals(List.of(), out.seen);
        answer(0);
        assertFalse(step(operator));
        assertEquals(List.of("answer-1@10", "answer-2@20"), out.seen);
        assertEquals(2, wakes);
    }

    @Test
    void answersAsTheyComeButNotPastAWatermark() {
        Receiver operator = operator(Asking.asTheyCome(4, TIMEOUT), ErrorPolicy.fail());
        send(operator, 1L, 10);
        send(operator, 2L, 20);
        operator.watermark(20);
        operator.watermark(20);
        send(operator, 3L, 30);
        answer(2);
        answer(1);
        step(operator);
        assertEquals(List.of("answer-2@20"), out.seen);
        answer(0);
        step(operator);
        assertEquals(List.of("answer-2@20", "answer-1@10", "watermark 20", "answer-3@30"), out.seen);
        operator.watermark(40);
        assertEquals("watermark 40", out.seen.get(4));
    }

    @Test
    void holdsABarrierAndWhatIsBehindUntilAllIsAnswered() {
        Receiver operator = operator(Asking.asTheyCome(4, TIMEOUT), ErrorPolicy.fail());
        Passage passage = (Passage) operator;
        Barrier free = new Barrier(1, false);
        operator.barrier(free);
        assertFalse(free.isHeld());
        send(operator, 1L, 10);
        assertTrue(passage.isDrained());
        Barrier barrier = new Barrier(2, false);
        operator.barrier(barrier);
        send(operator, 2L, 20);
        answer(1);
        assertFalse(passage.drainOne() && passage.isDrained());
        assertTrue(barrier.isHeld());
        assertFalse(passage.isDrained());
        assertEquals(List.of("barrier 1"), out.seen);
        answer(0);
        assertTrue(passage.drainOne());
        assertTrue(passage.isDrained());
        assertFalse(barrier.isHeld());
        assertEquals(List.of("barrier 1", "answer-1@10", "barrier 2", "answer-2@20"), out.seen);
    }

    @Test
    void asksNoMoreThanItMayAndReadsNoFurtherMeanwhile() {
        Receiver operator = operator(Asking.inOrder(2, TIMEOUT), ErrorPolicy.fail());
        Passage passage = (Passage) operator;
        for (long i = 0; i < 5; i++) {
            send(operator, i, i);
        }
        assertEquals(2, asked.size());
        assertFalse(passage.isDrained());
        answer(1);
        passage.drainOne();
        assertEquals(2, asked.size(), "an answer that waits for its turn counts");
        answer(0);
        passage.drainOne();
        assertEquals(4, asked.size());
        answer(2);
        answer(3);
        passage.drainOne();
        assertEquals(5, asked.size());
        assertTrue(passage.isDrained());
        assertTrue(passage.waitsForTime());
        answer(4);
        step(operator);
        assertFalse(passage.waitsForTime());
        assertEquals(5, out.seen.size());
    }

    @Test
    void failsWithARequestThatTakesTooLong() {
        Receiver operator = operator(Asking.inOrder(2, TIMEOUT), ErrorPolicy.fail());
        clock.advance(Duration.ofHours(5));
        send(operator, 1L, 10);
        clock.advance(TIMEOUT.minusNanos(1));
        step(operator);
        clock.advance(Duration.ofNanos(1));
        RequestTimeoutException problem = assertThrows(RequestTimeoutException.class, () -> step(operator));
        assertTrue(problem.getMessage().contains("operator=prices, timeout=PT2S"), problem.getMessage());
        assertTrue(promises.get(0).isCancelled());
    }

    @Test
    void asksAgainAndThenWritesALetter() {
        SideOutput<DeadLetter> dead = SideOutput.of(DeadLetter.class);
        Receiver operator =
                operator(Asking.inOrder(2, TIMEOUT), ErrorPolicy.retry(1).thenSkipTo(dead));
        send(operator, 1L, 10);
        send(operator, 2L, 20);
        operator.watermark(20);
        promises.get(0).completeExceptionally(new java.io.IOException("line is cut"));
        step(operator);
        assertEquals(List.of(1L, 2L, 1L), asked);
        clock.advance(TIMEOUT);
        step(operator);
        assertEquals(List.of(1L, 2L, 1L, 2L), asked);
        promises.get(3).complete("late but in time");
        assertEquals(1, letters.seen.size());
        assertTrue(letters.seen.get(0).contains("RequestTimeoutException"), letters.seen.get(0));
        assertTrue(letters.seen.get(0).contains("event=1,"), letters.seen.get(0));
        assertTrue(letters.seen.get(0).endsWith("@10"), letters.seen.get(0));
        promises.get(0).complete("nobody hears this");
        step(operator);
        assertEquals(List.of("late but in time@20", "watermark 20"), out.seen);
        assertEquals("watermark 20", letters.seen.get(1));
    }

    @Test
    void takesAnAnswerOfNullAndAFunctionThatThrowsForFailures() {
        Receiver operator = operator(Asking.inOrder(2, TIMEOUT), ErrorPolicy.fail());
        send(operator, 1L, 10);
        promises.get(0).complete(null);
        IllegalStateException problem = assertThrows(IllegalStateException.class, () -> step(operator));
        assertTrue(problem.getMessage().contains("answer is null"), problem.getMessage());
    }

    @Test
    void givesUpWhatIsUnderWayWhenItIsClosed() {
        Receiver operator = operator(Asking.inOrder(2, TIMEOUT), ErrorPolicy.fail());
        send(operator, 1L, 10);
        ((Passage) operator).close();
        ((Passage) operator).close();
        assertTrue(promises.get(0).isCancelled());
        int before = wakes;
        answer(0);
        assertEquals(before, wakes);
    }

    /** Against a plain model, for both orders: whatever is answered when. */
    @Test
    void losesNothingAndOvertakesNothing() {
        for (long seed = 0; seed < 2000; seed++) {
            try {
                random(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void random(Random random) {
        out.seen.clear();
        asked.clear();
        promises.clear();
        boolean isOrdered = random.nextBoolean();
        Receiver operator = operator(new Asking(isOrdered, 1 + random.nextInt(5), TIMEOUT), ErrorPolicy.fail());
        List<String> expected = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        int known = 0;
        long events = 0;
        for (int i = 0; i < 60; i++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    expected.add("answer-" + events + "@" + i);
                    send(operator, events++, i);
                }
                case 2 -> {
                    expected.add("watermark " + i);
                    operator.watermark(i);
                }
                case 3 -> {
                    expected.add("barrier " + i);
                    operator.barrier(new Barrier(i, false));
                }
                default -> known = answerOne(random, open, known);
            }
            if (random.nextInt(3) == 0) {
                step(operator);
            }
        }
        while (out.seen.size() < expected.size()) {
            known = answerOne(random, open, known);
            step(operator);
        }
        assertEquals(
                isOrdered ? expected : sortedStretches(expected), isOrdered ? out.seen : sortedStretches(out.seen));
    }

    private int answerOne(Random random, List<Integer> open, int known) {
        int now = known;
        while (now < promises.size()) {
            open.add(now++);
        }
        if (!open.isEmpty()) {
            answer(open.remove(random.nextInt(open.size())));
        }
        return now;
    }

    /** What lies between two watermarks or barriers in any order, but nothing beyond them. */
    private static List<String> sortedStretches(List<String> seen) {
        List<String> sorted = new ArrayList<>();
        List<String> stretch = new ArrayList<>();
        for (String each : seen) {
            if (each.startsWith("answer")) {
                stretch.add(each);
            } else {
                sorted.addAll(stretch.stream().sorted().toList());
                stretch.clear();
                sorted.add(each);
            }
        }
        sorted.addAll(stretch.stream().sorted().toList());
        return sorted;
    }
}

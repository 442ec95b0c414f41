package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.state.Rig;
import dev.millrace.engine.internal.state.Rig.Sent;
import dev.millrace.engine.internal.window.KeptWindowNodes;
import dev.millrace.engine.internal.window.Panes;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.PaneResult;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowedStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Results of windows before and behind their ends, and what is refused about them. */
final class WindowResultsTest {
    private static Rig sums(Window.Kind kind, Panes panes) {
        Function<Rig.Event, Long> key = Rig.Event::key;
        KeyByNode keyBy =
                new KeyByNode(new SourceNode("events", Ingress.of(Rig.Event.class)), Erased.function(key), Long.class);
        Aggregate<Rig.Event, Long> sum = Aggregate.of(0L, (total, event) -> total + event.number(), Long::sum);
        PaneResult<Long, Long, String> result =
                (each, window, pane, total) -> each + " " + window.start().toEpochMilli() + " " + pane + " " + total;
        StatefulNode node = (StatefulNode) new KeptWindowNodes(keyBy, "sums", kind, panes, String.class)
                .aggregate(Long.class, Erased.aggregate(sum), result);
        @SuppressWarnings("unchecked") // It is the logic over events of this rig.
        State.Kind<? extends KeyedProcess<Long, Rig.Event, Object>> process =
                (State.Kind<? extends KeyedProcess<Long, Rig.Event, Object>>) node.state();
        return Rig.of(process);
    }

    @Test
    void earlyResultsComeByTheClockOnceForAllThatChanged() {
        try (Rig rig = sums(Window.tumbling(Duration.ofMillis(100)), new Panes(0, 10, 0))) {
            rig.tick(1000);
            rig.send(1, 5, 0);
            rig.send(1, 6, 1);
            rig.tick(1009);
            assertEquals(List.of(), rig.sent());
            rig.tick(1010);
            assertEquals(List.of(new Sent("1 0 EARLY 11", 99)), rig.sent(), "with the time of the window's end");
            rig.tick(1100);
            assertEquals(List.of(), rig.sent(), "nothing changed");
            rig.send(1, 7, 2);
            rig.tick(1110);
            assertEquals(List.of(new Sent("1 0 EARLY 18", 99)), rig.sent());
            rig.watermark(99);
            assertEquals(List.of(new Sent("1 0 FINAL 18", 99)), rig.sent());
        }
    }

    @Test
    void aLateEventGivesAnUpdateUntilTheLatenessIsOver() {
        try (Rig rig = sums(Window.tumbling(Duration.ofMillis(100)), new Panes(50, 0, 0))) {
            rig.send(1, 1, 0);
            rig.watermark(99);
            assertEquals(List.of(new Sent("1 0 FINAL 1", 99)), rig.sent());
            rig.watermark(148);
            rig.send(1, 2, 99);
            rig.send(2, 3, 5);
            assertEquals(List.of(new Sent("1 0 UPDATE 3", 99), new Sent("2 0 FINAL 3", 99)), rig.sent());
            rig.watermark(149);
            assertEquals(List.of(), rig.sent(), "a window that was told is not told again");
            assertEquals(
                    0,
                    rig.barrier(1).parts().stream()
                            .mapToLong(part -> {
                                long count = part.snapshot().length();
                                part.release();
                                return count;
                            })
                            .sum(),
                    "nothing is kept");
        }
    }

    @Test
    void aLateEventOpensASessionAgainThatItJoinsWithALaterOne() {
        try (Rig rig = sums(Window.session(Duration.ofMillis(10)), new Panes(50, 0, 0))) {
            rig.send(1, 1, 0);
            rig.send(1, 2, 15);
            rig.watermark(9);
            assertEquals(List.of(new Sent("1 0 FINAL 1", 9)), rig.sent());
            rig.send(1, 4, 8);
            assertEquals(List.of(), rig.sent(), "the session is open to 25 now");
            rig.watermark(24);
            assertEquals(List.of(new Sent("1 0 FINAL 7", 24)), rig.sent());
        }
    }

    private static KeyedStream<String, String> keyed(boolean isTimed) {
        var texts = Pipeline.named("texts").source("texts", Ingress.of(String.class));
        return (isTimed ? texts.eventTime(text -> Instant.EPOCH, Duration.ZERO) : texts).keyBy(text -> text);
    }

    private static String refusal(Runnable action) {
        String message = assertThrows(RuntimeException.class, action::run).getMessage();
        return message == null ? "" : message;
    }

    @Test
    void refusesWhatMakesNoSense() {
        WindowedStream<String, String> hours = keyed(true).window(Window.tumbling(Duration.ofHours(1)));
        assertTrue(refusal(() -> hours.allowedLateness(Duration.ZERO)).contains("from 1 ms"));
        assertTrue(refusal(() -> hours.earlyEvery(0)).contains("events=0"));
        assertTrue(refusal(() ->
                        hours.topN("top", 1001, Comparator.<String>naturalOrder(), (key, window, rank, text) -> text))
                .contains("n=1001"));
        assertTrue(refusal(() -> hours.earlyEvery(2).distinct("first")).contains("leave earlyEvery(..) out"));
        assertTrue(refusal(() -> keyed(true).countWindow(0)).contains("events=0"));
        assertTrue(refusal(() -> keyed(true).countWindow(3, 4)).contains("every=4"));
        assertTrue(refusal(() -> keyed(false)
                        .window(Window.tumbling(Duration.ofHours(1)))
                        .distinct("first"))
                .contains("windows need event time: operator=first"));
        Aggregate<String, Long> flat = Aggregate.of(0L, (count, text) -> count + 1);
        assertTrue(refusal(() -> keyed(true)
                        .window(Window.session(Duration.ofHours(1)))
                        .aggregate("counts", flat, (key, window, pane, count) -> key + pane + count))
                .contains("Aggregate.of(initial, add, merge)"));
    }
}

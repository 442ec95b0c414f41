package dev.millrace.engine.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.state.Rig.Sent;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimersTest {
    private static final State.Value<Long> STATE = State.value("state", Long.class);

    private static Rig rig(StatefulFunction<Rig.Event, ValueState<Long>, Object> function) {
        TimerFunction<Long, ValueState<Long>, Object> onTimer = (key, timer, state, out) ->
                out.emit(key + " " + timer.name() + " " + timer.at().toEpochMilli());
        return Rig.of(STATE, function, onTimer);
    }

    private static List<String> fired(Rig rig) {
        return rig.sent().stream().map(sent -> String.valueOf(sent.event())).toList();
    }

    @Test
    void firesInTheOrderOfTimesWithTheTimeOfTheTimer() {
        try (Rig rig = rig((event, state, out) -> out.timerAt(Instant.ofEpochMilli(event.number())))) {
            rig.send(1, 30, 5);
            rig.send(2, 10, 6);
            rig.send(3, 20, 7);
            rig.watermark(9);
            assertEquals(List.of(), fired(rig));
            rig.watermark(20);
            assertEquals(List.of(new Sent("2  10", 10), new Sent("3  20", 20)), rig.sent());
            rig.watermark(29);
            assertEquals(List.of(), fired(rig));
            rig.watermark(30);
            assertEquals(List.of("1  30"), fired(rig));
            rig.watermark(1000);
            assertEquals(List.of(), fired(rig), "once");
        }
    }

    @Test
    void firesBothTimersOfOneKeyAndOneTime() {
        try (Rig rig = rig((event, state, out) -> {
            out.timerAt("a", TimeKind.EVENT, Instant.ofEpochMilli(10));
            out.timerAt("b", TimeKind.EVENT, Instant.ofEpochMilli(10));
            out.timerAt("b", TimeKind.EVENT, Instant.ofEpochMilli(10)); // the same one
        })) {
            rig.send(1, 0, 0);
            rig.watermark(10);
            assertEquals(
                    List.of("1 a 10", "1 b 10"), fired(rig).stream().sorted().toList());
        }
    }

    @Test
    void movesATimerThatIsSetAgainAndForgetsOneThatIsTakenBack() {
        try (Rig rig = rig((event, state, out) -> {
            if (event.number() < 0) {
                assertEquals(out.hasTimer("", TimeKind.EVENT), out.cancelTimer("", TimeKind.EVENT));
            } else {
                out.timerAt(Instant.ofEpochMilli(event.number()));
            }
        })) {
            rig.send(1, 100, 0);
            rig.send(1, 50, 0); // earlier
            rig.send(2, 40, 0);
            rig.send(2, 80, 0); // later
            rig.send(3, 60, 0);
            rig.send(3, -1, 0); // not at all
            rig.send(3, -1, 0);
            rig.watermark(70);
            assertEquals(List.of("1  50"), fired(rig));
            rig.watermark(200);
            assertEquals(List.of("2  80"), fired(rig));
        }
    }

    @Test
    void firesOneThatIsSetForThePastWithTheNextWatermark() {
        try (Rig rig = rig((event, state, out) -> out.timerAt(Instant.ofEpochMilli(event.number())))) {
            rig.watermark(100);
            rig.send(1, 50, 120);
            assertEquals(List.of(), fired(rig));
            rig.watermark(101);
            assertEquals(List.of("1  50"), fired(rig));
        }
    }

    @Test
    void doesAsAMapOfDeadlinesDoes() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Map<String, Long> model = new HashMap<>();
            long[] watermark = {0};
            try (Rig rig = rig((event, state, out) -> {
                String name = "n" + event.number() % 7;
                String id = event.key() + " " + name;
                if (event.number() % 5 == 0) {
                    assertEquals(model.remove(id) != null, out.cancelTimer(name, TimeKind.EVENT));
                } else {
                    long deadline = watermark[0] + 1 + event.number() % 200;
                    out.timerAt(name, TimeKind.EVENT, Instant.ofEpochMilli(deadline));
                    model.put(id, deadline);
                }
            })) {
                for (int i = 0; i < 3000; i++) {
                    rig.send(random.nextInt(20), random.nextInt(10_000), watermark[0] + 1);
                    if (random.nextInt(10) == 0) {
                        watermark[0] += random.nextInt(60);
                        rig.watermark(watermark[0]);
                        List<String> expected = new ArrayList<>();
                        model.forEach((id, deadline) -> {
                            if (deadline <= watermark[0]) {
                                expected.add(id + " " + deadline);
                            }
                        });
                        model.values().removeIf(deadline -> deadline <= watermark[0]);
                        List<Sent> sent = rig.sent();
                        for (int k = 1; k < sent.size(); k++) {
                            assertTrue(sent.get(k - 1).millis() <= sent.get(k).millis(), "order, seed=" + seed);
                        }
                        expected.sort(null);
                        assertEquals(
                                expected,
                                sent.stream()
                                        .map(each -> (String) each.event())
                                        .sorted()
                                        .toList(),
                                "seed=" + seed);
                    }
                }
            }
        }
    }

    @Test
    void aTimerThatIsPushedOffAgainAndAgainTakesNoMoreMemory() {
        try (Rig rig = rig((event, state, out) -> out.timerAfter(Duration.ofSeconds(60)))) {
            rig.send(1, 0, 0);
            long before = rig.task().liveBytes();
            for (int i = 1; i <= 100_000; i++) {
                rig.send(1, 0, i);
            }
            assertEquals(before, rig.task().liveBytes());
            rig.watermark(160_000 - 1);
            assertEquals(List.of(), fired(rig));
            rig.watermark(160_000);
            assertEquals(List.of("1  160000"), fired(rig));
        }
    }

    @Test
    void aMillionTimersFireInOrder() {
        int count = 1_000_000;
        long[] last = {Long.MIN_VALUE, 0};
        TimerFunction<Long, ValueState<Long>, Object> onTimer = (key, timer, state, out) -> {
            long at = timer.at().toEpochMilli();
            assertTrue(last[0] <= at);
            last[0] = at;
            last[1]++;
        };
        try (Rig rig =
                Rig.of(STATE, (event, state, out) -> out.timerAt(Instant.ofEpochMilli(event.number())), onTimer)) {
            Random random = new Random(1);
            for (int i = 0; i < count; i++) {
                rig.send(i, random.nextInt(1 << 30), 0);
            }
            rig.watermark(1 << 29);
            assertTrue(last[1] > count / 3 && last[1] < count, () -> "fired=" + last[1]);
            rig.watermark(1 << 30);
            assertEquals(count, last[1]);
        }
    }

    @Test
    void firesAllAtTheEndWithTheStateThatTheyLeft() {
        TimerFunction<Long, ValueState<Long>, Object> onTimer = (key, timer, state, out) -> {
            out.emit(timer.isAtEnd() + " " + timer.time() + " " + state.get());
            if (timer.at().toEpochMilli() < 5000) {
                out.timerAfter(Duration.ofSeconds(1)); // follows from it, and fires as well
            }
        };
        try (Rig rig = Rig.of(
                State.value("state", Long.class).expiresAfter(Duration.ofDays(1), TimeKind.EVENT),
                (event, state, out) -> {
                    state.set(event.number());
                    out.timerAfter(Duration.ofSeconds(3));
                    out.timerAfter("clock", TimeKind.PROCESSING, Duration.ofDays(5));
                },
                onTimer)) {
            rig.tick(7);
            rig.send(1, 42, 500);
            rig.watermark(600);
            rig.watermark(Receiver.END_OF_TIME);
            List<Sent> sent = rig.sent();
            assertEquals(
                    List.of(
                            new Sent("true EVENT 42", 3500),
                            new Sent("true EVENT 42", 4500),
                            new Sent("true EVENT 42", 5500),
                            new Sent("true PROCESSING 42", 5500)),
                    sent);
        }
    }

    @Test
    void refusesTimersThatFollowFromEachOtherWithoutEnd() {
        TimerFunction<Long, ValueState<Long>, Object> onTimer =
                (key, timer, state, out) -> out.timerAfter(Duration.ofMillis(1));
        try (Rig rig = Rig.of(STATE, (event, state, out) -> out.timerAfter(Duration.ofMillis(1)), onTimer)) {
            rig.send(1, 0, 0);
            rig.watermark(1_000_000); // in time they may
            String message = assertThrows(IllegalStateException.class, () -> rig.watermark(Receiver.END_OF_TIME))
                    .getMessage();
            assertTrue(message.contains("operator=rig") && message.contains("limitLinks=1000"), message);
        }
    }

    @Test
    void firesByTheClockWhenItIsTold() {
        try (Rig rig = rig((event, state, out) -> out.timerAfter("c", TimeKind.PROCESSING, Duration.ofMillis(10)))) {
            assertFalse(rig.tick(1000));
            rig.send(1, 0, 77);
            assertTrue(rig.tick(1009));
            assertEquals(List.of(), fired(rig));
            rig.watermark(90);
            assertFalse(rig.tick(1010));
            assertEquals(List.of(new Sent("1 c 1010", 91)), rig.sent(), "what it sends is not late");
            rig.send(1, 0, 95);
            assertTrue(rig.tick(500), "the clock went back");
            assertFalse(rig.tick(1020));
            assertEquals(1, rig.sent().size());
        }
    }

    @Test
    void refusesWhatCannotBeATimer() {
        try (Rig rig = rig((event, state, out) -> {
            assertThrows(IllegalArgumentException.class, () -> out.timerAfter(Duration.ofMillis(-1)));
            assertThrows(IllegalArgumentException.class, () -> out.timerAfter(Duration.ofDays(10_001)));
            assertThrows(IllegalArgumentException.class, () -> out.timerAt(Instant.MAX));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> out.timerAfter("x".repeat(257), TimeKind.EVENT, Duration.ZERO));
            out.emit("refused");
        })) {
            rig.send(1, 0, 0);
            assertEquals(List.of("refused"), fired(rig));
        }
    }

    @Test
    void refusesEventTimersOfEventsWithoutTime() {
        try (Rig rig = rig((event, state, out) -> out.timerAfter(Duration.ofMillis(1)))) {
            String message = assertThrows(IllegalStateException.class, () -> rig.send(1, 0, Receiver.NO_TIME))
                    .getMessage();
            assertTrue(message.contains("eventTime(..)"), message);
        }
    }

    @Test
    void refusesTimersThatNobodyAnswers() {
        try (Rig rig = Rig.of(
                STATE,
                (Rig.Event event, ValueState<Long> state, Output<Object> out) ->
                        out.timerAfter(Duration.ofMillis(1)))) {
            String message = assertThrows(IllegalStateException.class, () -> rig.send(1, 0, 0))
                    .getMessage();
            assertTrue(message.contains("operator=rig"), message);
        }
    }

    @Test
    void aTimerThatComesBackFiresAlsoIfItsTimeHasPassed() {
        List<byte[][]> stored = new ArrayList<>();
        StatefulFunction<Rig.Event, ValueState<Long>, Object> set = (event, state, out) -> {
            out.timerAt(Instant.ofEpochMilli(event.number()));
            out.timerAt("clock", TimeKind.PROCESSING, Instant.ofEpochMilli(event.number()));
        };
        try (Rig rig = rig(set)) {
            rig.send(1, 100, 0);
            rig.send(2, 200, 0);
            Barrier barrier = rig.barrier(1);
            barrier.parts().stream()
                    .filter(part -> part.format().stateName().equals("rig/timers"))
                    .forEach(part -> part.snapshot()
                            .forEachDirty((key, keyBytes, hash, value, valueBytes, gone) -> stored.add(new byte[][] {
                                part.format().encodeKey(key, keyBytes),
                                part.format().encodeValue(value, valueBytes)
                            })));
            barrier.abandon();
        }
        assertEquals(4, stored.size());
        try (Rig rig = rig(set)) {
            KeyedOperators.Instance timers = rig.instances().stream()
                    .filter(instance -> instance.format().stateName().equals("rig/timers"))
                    .findFirst()
                    .orElseThrow();
            long block = rig.task().allocator().allocate(MemoryPool.INDEX, 4096);
            for (byte[][] entry : stored) {
                byte[] key = timers.format().decodeKey(entry[0]);
                byte[] value = timers.format().decodeValue(entry[1]);
                Memory.copyFrom(key, 0, block, key.length);
                Memory.copyFrom(value, 0, block + 2048, value.length);
                long hash = timers.format().hash(block, key.length, 0x5EED);
                timers.target().restore(0, block, key.length, hash, block + 2048, value.length, false);
            }
            rig.task().allocator().free(block);
            rig.send(2, 300, 0); // one of them is set again
            rig.watermark(150);
            assertEquals(List.of("1  100"), fired(rig));
            rig.tick(1000);
            assertEquals(List.of("1 clock 100", "2 clock 300"), fired(rig));
            rig.watermark(1000);
            assertEquals(List.of("2  300"), fired(rig));
        }
    }
}

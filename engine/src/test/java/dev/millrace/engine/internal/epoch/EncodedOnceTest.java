package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.state.Rig;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.TimerFunction;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** State is serialised lazily: what changed is encoded once in an epoch, however often it changed. */
final class EncodedOnceTest {
    private static final int KEYS = 10;
    private static final int UPDATES_PER_KEY = 1000;

    private final DeltaEncoder encoder = new DeltaEncoder();

    /** How many values were encoded for what an epoch changed. */
    private long encoded(Barrier barrier) {
        long before = encoder.encodedCount();
        for (StatePart part : barrier.parts()) {
            encoder.encode(part, (group, state, namespace, from, max, visitor) -> null, piece -> {});
            part.release();
        }
        return encoder.encodedCount() - before;
    }

    private void check(Rig given, int perKey) {
        try (Rig rig = given) {
            for (long epoch = 1; epoch <= 3; epoch++) {
                for (int i = 0; i < UPDATES_PER_KEY * KEYS; i++) {
                    rig.send(i % KEYS, i / KEYS, i);
                }
                assertEquals((long) perKey * KEYS, encoded(rig.barrier(epoch)), "epoch=" + epoch);
            }
            assertEquals(0, encoded(rig.barrier(4)), "nothing has changed");
            rig.send(3, 5, UPDATES_PER_KEY * KEYS);
            assertEquals(perKey, encoded(rig.barrier(5)), "one key has changed");
        }
    }

    @Test
    void aValueIsEncodedOnceAnEpoch() {
        check(Rig.of(State.value("value", Long.class), (event, value, out) -> value.set(event.number())), 1);
        check(Rig.of(State.value("value", Long.class, 0L), (event, value, out) -> value.update(n -> n + 1)), 1);
    }

    @Test
    void whatIsReducedOrAggregatedIsEncodedOnceAnEpoch() {
        check(Rig.of(State.reducing("sum", Long.class, Long::sum), (event, sum, out) -> sum.add(event.number())), 1);
        check(
                Rig.of(
                        State.aggregating("count", Aggregate.<Long>counting()),
                        (event, count, out) -> count.add(event.number())),
                1);
    }

    @Test
    void anEntryOfAMapIsEncodedOnceAnEpoch() {
        try (Rig rig = Rig.of(
                State.map("map", Long.class, Long.class),
                (event, map, out) -> map.put(event.number() % 7, event.number()))) {
            for (int i = 0; i < UPDATES_PER_KEY; i++) {
                rig.send(1, i, 0);
            }
            assertEquals(7 + 7 + 1, encoded(rig.barrier(1)), "entries, their numbers, and the count");
            for (int i = 0; i < UPDATES_PER_KEY; i++) {
                rig.send(1, i, 0);
            }
            assertEquals(7, encoded(rig.barrier(2)), "entries alone: no key came or went");
        }
    }

    @Test
    void aChunkOfAListIsEncodedOnceAnEpoch() {
        // A head and one chunk of 63 elements of 16 bytes.
        check(
                Rig.of(State.list("list", Long.class), (event, list, out) -> {
                    list.clear();
                    for (long i = 0; i < 63; i++) {
                        list.add(i);
                    }
                }),
                2);
    }

    @Test
    void aTimerIsEncodedOnceAnEpoch() {
        StatefulFunction<Rig.Event, Object, Object> set = (event, value, out) -> out.timerAfter(Duration.ofDays(1));
        TimerFunction<Long, Object, Object> onTimer = (key, timer, value, out) -> {};
        State.Kind<Object> one = State.all(State.value("value", Long.class), value -> value);
        check(Rig.of(one, set, onTimer), 1);
    }

    @Test
    void whatIsOverIsDeletedInsteadOfEncoded() {
        Duration second = Duration.ofSeconds(1);
        try (Rig rig = Rig.of(
                State.value("value", Long.class).expiresAfter(second, TimeKind.EVENT),
                (event, value, out) -> value.set(event.number()))) {
            rig.send(1, 1, 0);
            rig.send(2, 2, 500);
            rig.watermark(1000);
            assertEquals(1, encoded(rig.barrier(1)), "the first key's value is over");
            rig.watermark(2000);
            rig.send(3, 3, 2001);
            assertEquals(1, encoded(rig.barrier(2)), "what did not change is not looked at");
        }
        try (Rig rig = Rig.of(
                State.list("list", Long.class).expiresAfter(second, TimeKind.PROCESSING),
                (event, list, out) -> list.add(event.number()))) {
            rig.tick(5000);
            rig.send(1, 1, 0);
            rig.tick(6000);
            assertEquals(1, encoded(rig.barrier(1)), "the head; the chunk is over");
        }
        try (Rig rig = Rig.of(
                State.map("map", Long.class, Long.class).expiresAfter(second, TimeKind.PROCESSING),
                (event, map, out) -> {
                    map.put(event.number(), 0L);
                    out.emit(map.size());
                })) {
            rig.tick(5000);
            rig.send(1, 1, 0);
            rig.tick(5500);
            rig.send(1, 2, 0);
            rig.tick(6000);
            encoded(rig.barrier(1));
            rig.send(1, 3, 0);
            assertEquals(2L, rig.sent().get(2).event(), "the first entry is over");
        }
    }
}

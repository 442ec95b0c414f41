package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.ValueState;
import org.junit.jupiter.api.Test;

/** State of fixed size that is updated in place leaves nothing on the heap per event. */
final class StateAllocationTest {
    private static final int KEYS = 1000;

    record Total(long count, double sum) {
        Total plus(long number) {
            return new Total(count + 1, sum + number);
        }
    }

    record Slot(long hour, int kind) {}

    private static void check(String what, Rig given) {
        try (Rig rig = given) {
            long[] sent = {0};
            Garbage.assertEndsWithout(what, count -> {
                for (int i = 0; i < count; i++) {
                    long event = sent[0]++;
                    rig.send(event * 7919 % KEYS, event, 1_000_000_000_000L + event);
                }
            });
        }
    }

    @Test
    void aValueThatIsUpdatedLeavesNothing() {
        StatefulFunction<Rig.Event, ValueState<Total>, Object> function =
                (event, total, out) -> total.update(before -> before.plus(event.number()));
        check("update", Rig.of(State.value("value", Total.class, new Total(0, 0)), function));
    }

    @Test
    void aMapThatIsUpdatedLeavesNothing() {
        StatefulFunction<Rig.Event, MapState<Slot, Total>, Object> function = (event, map, out) -> map.update(
                new Slot(event.number() % 24, (int) (event.number() & 3)),
                new Total(0, 0),
                total -> total.plus(event.number()));
        check("map update", Rig.of(State.map("map", Slot.class, Total.class), function));
    }
}

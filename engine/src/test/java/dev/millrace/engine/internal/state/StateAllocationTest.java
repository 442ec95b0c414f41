package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** State of fixed size leaves nothing on the heap per event, whichever kind it is and however the function has it. */
final class StateAllocationTest {
    private static final int KEYS = 1000;

    record Total(long count, double sum) {
        Total plus(long number) {
            return new Total(count + 1, sum + number);
        }

        Total plus(Total other) {
            return new Total(count + other.count, sum + other.sum);
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
    void aMapLeavesNothing() {
        StatefulFunction<Rig.Event, MapState<Slot, Total>, Object> function = (event, map, out) -> {
            Slot slot = new Slot(event.number() % 24, (int) (event.number() & 3));
            map.update(slot, new Total(0, 0), total -> total.plus(event.number()));
            map.put(new Slot(event.number() % 5, 9), new Total(event.number(), 1));
            Total total = map.get(slot);
            if (total == null || total.count() < 1) {
                throw new AssertionError("an entry is lost: number=" + event.number());
            }
            map.remove(new Slot(event.number() % 7, 9));
        };
        check("map", Rig.of(State.map("map", Slot.class, Total.class), function));
    }

    @Test
    void aReducingStateLeavesNothing() {
        StatefulFunction<Rig.Event, ReducingState<Total>, Object> function =
                (event, total, out) -> total.add(new Total(1, event.number()));
        check("reducing", Rig.of(State.reducing("reducing", Total.class, Total::plus), function));
    }

    record Rule(ValueState<Total> value, MapState<Slot, Total> map, AggregatingState<Rig.Event, Total> sum)
            implements KeyedProcess<Long, Rig.Event, Object> {
        @Override
        public void on(Rig.Event event, Output<Object> out) {
            value.set(new Total(event.number(), 0.5));
            map.update(new Slot(event.number() & 7, 1), new Total(0, 0), total -> total.plus(event.number()));
            sum.add(event);
        }
    }

    @Test
    void severalStatesInARecordLeaveNothing() {
        check(
                "process",
                Rig.of(State.all(
                        State.value("value", Total.class),
                        State.map("map", Slot.class, Total.class),
                        State.aggregating(
                                "sum",
                                Aggregate.<Rig.Event, Total>of(
                                        new Total(0, 0), (total, event) -> total.plus(event.number()))),
                        Rule::new)));
    }

    @Test
    void aTimerThatIsPushedOffLeavesNothing() {
        StatefulFunction<Rig.Event, ValueState<Total>, Object> function =
                (event, total, out) -> out.timerAfter(Duration.ofSeconds(60));
        TimerFunction<Long, ValueState<Total>, Object> onTimer = (key, timer, total, out) -> total.clear();
        check("timer", Rig.of(State.value("value", Total.class), function, onTimer));
    }
}

package dev.millrace.examples;

import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import java.time.Instant;

/** An operator of one's own, with two states and a timer: it tells when a machine changes its level, and when it falls silent. */
final class OwnOperator {
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private OwnOperator() {}

    // tag::operator
    record Level(String machine, int level, Instant time) {}

    record Change(String machine, int from, int to, long readings) {}

    /** The level of a machine that has said nothing for a while. */
    static final int SILENT = -1;

    record Changes(ValueState<Integer> level, ValueState<Long> readings)
            implements KeyedProcess<String, Level, Change> {
        @Override
        public void on(Level reading, Output<Change> out) {
            readings.update(count -> count + 1);
            turnTo(reading.level(), reading.machine(), out);
            out.timerAfter("silence", TimeKind.EVENT, SILENCE); // a key has one of this name: this moves it
        }

        @Override
        public void onTimer(String machine, Timer timer, Output<Change> out) {
            turnTo(SILENT, machine, out);
        }

        private void turnTo(int next, String machine, Output<Change> out) {
            int before = level.get();
            if (before != next) {
                level.set(next);
                out.emit(new Change(machine, before, next, readings.get()));
            }
        }
    }

    /** What users of the operator call. */
    static Stream<Change> changes(String name, Stream<Level> levels) {
        return levels.keyBy(Level::machine)
                .process(
                        name,
                        State.all(
                                State.value(name + "-level", Integer.class, SILENT),
                                State.value(name + "-readings", Long.class, 0L),
                                Changes::new));
    }
    // end::operator
}

package dev.millrace.engine.internal.state;

import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.TimeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what a call emits until it has returned; timers are set at once. Used by the thread that steps the task. */
final class HeldOutput implements Output<Object> {
    private final KeyContext call;
    private final List<Object> events = new ArrayList<>();
    private @Nullable Output<Object> out;

    HeldOutput(KeyContext call) {
        this.call = call;
    }

    void open(Output<Object> output) {
        out = output;
    }

    void forget() {
        events.clear();
    }

    void send() {
        Output<Object> to = out();
        for (int i = 0; i < events.size(); i++) {
            to.emit(events.get(i));
        }
        events.clear();
    }

    private Output<Object> out() {
        return Objects.requireNonNull(out, "output is not open");
    }

    @Override
    public void emit(Object event) {
        call.check("output");
        events.add(event);
    }

    @Override
    public long timeMillis() {
        return out().timeMillis();
    }

    @Override
    public long watermarkMillis() {
        return out().watermarkMillis();
    }

    @Override
    public void timerAt(String name, TimeKind time, Instant at) {
        out().timerAt(name, time, at);
    }

    @Override
    public void timerAfter(String name, TimeKind time, Duration delay) {
        out().timerAfter(name, time, delay);
    }

    @Override
    public boolean cancelTimer(String name, TimeKind time) {
        return out().cancelTimer(name, time);
    }

    @Override
    public boolean hasTimer(String name, TimeKind time) {
        return out().hasTimer(name, time);
    }
}

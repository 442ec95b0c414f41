package dev.millrace.engine.internal.error;

import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.Emitter;
import dev.millrace.engine.stream.FlatMapFunction;
import dev.millrace.engine.stream.SideOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A function that emits, under a policy: what it emits goes on once it has returned, so that a call that fails has said
 * nothing, and one that is made again says everything once. Letters leave by a side output. Used by the thread that steps
 * the task.
 */
final class HeldEvents implements FlatMapFunction<Object, Object>, Emitter<Object> {
    private final FlatMapFunction<Object, Object> function;
    private final ErrorGuard guard;
    private final @Nullable SideOutput<DeadLetter> letters;
    private final Function<Object, Object> again;
    private final List<Object> events = new ArrayList<>();
    /** Of the event of the same place; null for the main one. */
    private final List<@Nullable SideOutput<?>> outputs = new ArrayList<>();

    private boolean isInside;

    HeldEvents(FlatMapFunction<Object, Object> function, ErrorGuard guard, @Nullable SideOutput<DeadLetter> letters) {
        this.function = function;
        this.guard = guard;
        this.letters = letters;
        again = event -> {
            call(event);
            return event;
        };
    }

    @Override
    public void on(Object event, Emitter<Object> out) {
        try {
            call(event);
        } catch (Exception e) { // whatever a function throws, the policy answers it
            if (guard.again(again, event, e) instanceof Refused refused) {
                forget();
                out.emit(Objects.requireNonNull(letters, "letters have no way"), refused.letter());
                return;
            }
        }
        for (int i = 0; i < events.size(); i++) {
            send(outputs.get(i), events.get(i), out);
        }
        forget();
    }

    private void call(Object event) {
        forget();
        isInside = true;
        try {
            function.on(event, this);
        } finally {
            isInside = false;
        }
    }

    private void forget() {
        events.clear();
        outputs.clear();
    }

    @SuppressWarnings("unchecked") // The event came with this output.
    private static void send(@Nullable SideOutput<?> output, Object event, Emitter<Object> out) {
        if (output == null) {
            out.emit(event);
        } else {
            out.emit((SideOutput<Object>) output, event);
        }
    }

    @Override
    public void emit(Object event) {
        hold(null, event);
    }

    @Override
    public <S> void emit(SideOutput<S> output, S event) {
        hold(output, event);
    }

    private void hold(@Nullable SideOutput<?> output, Object event) {
        if (!isInside) {
            throw new IllegalStateException("an emitter is only there inside the call that it was given to");
        }
        events.add(event);
        outputs.add(output);
    }
}

package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.ClockReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells the time to the operators of a task that ask for it. For the thread that steps the task. */
final class TaskClock {
    private final List<ClockReader> readers = new ArrayList<>();
    private @Nullable Clock clock;

    void goBy(Clock taskClock) {
        clock = taskClock;
    }

    void add(ClockReader reader) {
        readers.add(reader);
    }

    /** Tells the time; whether somebody waits for a later one. */
    boolean tick() {
        return !readers.isEmpty() && tickAll();
    }

    private boolean tickAll() {
        long nowMillis = Objects.requireNonNull(clock, "task has no clock").epochMillis();
        boolean waits = false;
        for (int i = 0; i < readers.size(); i++) {
            waits |= readers.get(i).tick(nowMillis);
        }
        return waits;
    }
}

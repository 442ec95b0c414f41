package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the operators of a task when another thread has it. For the thread that steps the task. */
final class Adoption {
    private final List<Runnable> actions = new ArrayList<>();
    /** Whom the state of the task belongs to. */
    private @Nullable Thread adopter;

    void add(Runnable action) {
        actions.add(action);
    }

    /** Makes the calling thread the one that has the task. */
    void adopt() {
        if (adopter != Thread.currentThread()) {
            adopter = Thread.currentThread();
            actions.forEach(Runnable::run);
        }
    }
}

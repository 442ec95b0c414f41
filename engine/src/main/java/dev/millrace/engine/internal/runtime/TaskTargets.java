package dev.millrace.engine.internal.runtime;

import java.util.ArrayList;
import java.util.List;

/** What a task writes to. For the thread that steps it, but where said otherwise. */
final class TaskTargets {
    private final List<ChannelTarget> targets = new ArrayList<>();
    /** Written when it changes. */
    private volatile boolean isHeldUp;

    void add(ChannelTarget target) {
        targets.add(target);
    }

    /** Whether all that was written has gone, after trying again. If not, a consumer that takes something wakes the task. */
    boolean areDrained() {
        boolean drained = true;
        for (ChannelTarget target : targets) {
            drained &= target.isDrained();
        }
        if (isHeldUp == drained) {
            isHeldUp = !drained;
        }
        return drained;
    }

    /** Whether the task cannot go on because those behind have no room. Any thread may ask. */
    boolean isHeldUp() {
        return isHeldUp;
    }

    /** Tells the tasks behind whether they should not wait for this one. */
    void idle(boolean isIdle) {
        for (ChannelTarget target : targets) {
            target.idle(isIdle);
        }
    }
}

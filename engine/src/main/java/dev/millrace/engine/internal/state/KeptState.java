package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.window.StateTarget;
import dev.millrace.state.index.ActiveIndex;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an operator instance stores: its index, how it looks on disk, what takes it back, and what may leave memory.
 *
 * @param isCopy whether another instance has the same, and writes it
 */
record KeptState(
        StateFormat format,
        ActiveIndex index,
        Lifetime lifetime,
        StateTarget target,
        @Nullable ColdState cold,
        boolean isCopy) {
    /** What an instance writes itself. */
    KeptState(StateFormat format, ActiveIndex index, Lifetime lifetime, StateTarget target, @Nullable ColdState cold) {
        this(format, index, lifetime, target, cold, false);
    }

    /** The same, written by another instance. */
    KeptState asCopy() {
        return new KeptState(format, index, lifetime, target, cold, true);
    }

    void seal(Barrier barrier) {
        if (isCopy) {
            index.seal().release();
            return;
        }
        barrier.seal(new StatePart(format, 0, index.seal(), false, lifetime.horizon(), false));
    }
}

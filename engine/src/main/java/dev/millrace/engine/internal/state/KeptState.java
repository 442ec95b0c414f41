package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.window.StateTarget;
import dev.millrace.state.index.ActiveIndex;
import org.jspecify.annotations.Nullable;

/** One thing that an operator instance stores: its index, how it looks on disk, what takes it back, and what may leave memory. */
record KeptState(
        StateFormat format, ActiveIndex index, Lifetime lifetime, StateTarget target, @Nullable ColdState cold) {
    void seal(Barrier barrier) {
        barrier.seal(new StatePart(format, 0, index.seal(), false, lifetime.horizon(), false));
    }
}

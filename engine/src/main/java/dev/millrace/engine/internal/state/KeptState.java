package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.window.StateTarget;
import dev.millrace.state.index.ActiveIndex;

/** One thing that an operator instance stores: its index, how it looks on disk, and what takes it back. */
record KeptState(StateFormat format, ActiveIndex index, Lifetime lifetime, StateTarget target) {
    void seal(Barrier barrier) {
        barrier.seal(new StatePart(format, 0, index.seal(), false, lifetime.horizon()));
    }
}

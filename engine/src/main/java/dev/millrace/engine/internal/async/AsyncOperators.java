package dev.millrace.engine.internal.async;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.plan.Node.AsyncNode;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.function.LongSupplier;

/** Makes instances of operators that ask other systems. Used by the thread that starts the job. */
public final class AsyncOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private AsyncOperators() {}

    /**
     * Makes an instance; it is a {@link dev.millrace.engine.internal.chain.Passage} and a
     * {@link dev.millrace.engine.internal.chain.ClockReader} as well.
     *
     * @param wake steps the task; called from any thread
     */
    public static Receiver make(AsyncNode node, ErrorGuard guard, LongSupplier nanoTime, Runnable wake, Receiver next) {
        Receiver letters = guard.letters();
        return Templates.instanceWith(
                new EventPath.Ends(next.path(), next.path()),
                LOOKUP,
                AsyncOp.class,
                Receiver.class,
                node.name(),
                node.function(),
                node.asking(),
                guard,
                nanoTime,
                wake,
                letters == null ? next : ChainOperators.all(List.of(next, letters), ""));
    }
}

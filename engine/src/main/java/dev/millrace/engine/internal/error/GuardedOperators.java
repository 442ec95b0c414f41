package dev.millrace.engine.internal.error;

import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.SideOutput;
import java.lang.invoke.MethodHandles;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes instances of operators under an error policy. Used by the thread that starts the job. */
public final class GuardedOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private GuardedOperators() {}

    public static Receiver map(MapNode node, ErrorGuard guard, Receiver next) {
        return receiver(GuardedMapOp.class, node.function(), node.function(), guard, next);
    }

    public static Receiver filter(FilterNode node, ErrorGuard guard, Receiver next) {
        Function<Object, Object> again = event -> node.predicate().test(event);
        return receiver(GuardedFilterOp.class, node.predicate(), again, guard, next);
    }

    public static Receiver peek(PeekNode node, ErrorGuard guard, Receiver next) {
        Function<Object, Object> again = event -> {
            node.consumer().accept(event);
            return event;
        };
        return receiver(GuardedPeekOp.class, node.consumer(), again, guard, next);
    }

    /** The same operator with a function that answers what it throws; letters leave by a side output of it. */
    public static FlatMapNode flatMap(FlatMapNode node, ErrorGuard guard, @Nullable SideOutput<DeadLetter> letters) {
        return new FlatMapNode(node.upstream(), new HeldEvents(node.function(), guard, letters), node.type());
    }

    private static Receiver receiver(
            Class<? extends Receiver> template,
            Object function,
            Function<Object, Object> again,
            ErrorGuard guard,
            Receiver next) {
        return Templates.instanceWith(
                new EventPath.Ends(next.path(), next.path()),
                LOOKUP,
                template,
                Receiver.class,
                function,
                again,
                guard,
                guard.receivers(next));
    }
}

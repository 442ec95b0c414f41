package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.JoinNodes.JoinInputNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.stream.Window;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Says what an operator's events came through. */
final class Ancestry {
    private Ancestry() {}

    static boolean isBehindAGrouping(Node node) {
        return isBehind(node, at -> at instanceof KeyByNode || at instanceof JoinInputNode);
    }

    static boolean isBehindTheEnd(Node node) {
        return isBehind(node, at -> at instanceof AggregateNode aggregate && aggregate.kind() instanceof Window.Whole);
    }

    static boolean hasEventTime(Node node) {
        return isBehind(node, EventTimeNode.class::isInstance);
    }

    /** Whether an operator, or one on any way to it, is of a kind. */
    static boolean isBehind(Node node, Predicate<Node> kind) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node at = open.pop();
            if (kind.test(at)) {
                return true;
            }
            if (seen.add(at)) {
                open.addAll(at.upstreams());
            }
        }
        return false;
    }
}

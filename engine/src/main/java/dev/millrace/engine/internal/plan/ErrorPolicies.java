package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.AsyncNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.ErrorPolicy;
import java.util.IdentityHashMap;

/** Which operators of a plan have an error policy, and where it was set. Used as the plan is. */
public final class ErrorPolicies {
    private record Set(ErrorPolicy policy, String place) {}

    private final IdentityHashMap<Node, Set> policies = new IdentityHashMap<>();

    /** Sets the policy of an operator. */
    public void set(Node node, ErrorPolicy policy) {
        if (!mayHaveOne(node)) {
            throw new IllegalArgumentException("operator has no error policy: operator=" + node.describePlace()
                    + "; call onError(..) on the stream that filter(..), map(..), flatMap(..), peek(..), mapAsync(..),"
                    + " stateful(..) or process(..) returned; events for windows are checked in front of them");
        }
        Set before = policies.putIfAbsent(node, new Set(policy, node.describePlace() + CallSite.find()));
        if (before != null) {
            throw new IllegalStateException("operator has its error policy: operator=" + before.place() + ", policy=["
                    + before.policy() + "]; call onError once");
        }
    }

    private static boolean mayHaveOne(Node node) {
        return node instanceof FilterNode
                || node instanceof MapNode
                || node instanceof FlatMapNode
                || node instanceof PeekNode
                || node instanceof AsyncNode
                || (node instanceof StatefulNode stateful && stateful.windows() == null);
    }

    /** The policy of an operator: to fail, unless it was told another one. */
    public ErrorPolicy of(Node node) {
        Set set = policies.get(node);
        return set == null ? ErrorPolicy.fail() : set.policy();
    }

    /** Whether the job fails at the first exception of the operator's function. */
    public boolean fails(Node node) {
        ErrorPolicy policy = of(node);
        return policy.retries() == 0 && policy.letters() == null;
    }

    /** The operator, and the line of the program that set its policy. */
    public String placeOf(Node node) {
        Set set = policies.get(node);
        return set == null ? node.describePlace() : set.place();
    }

    String describe(Node node) {
        return fails(node) ? "" : ", on error: " + of(node);
    }
}

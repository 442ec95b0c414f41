package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.BranchNodes.DeadLetterNode;
import dev.millrace.engine.internal.plan.BranchNodes.RebalanceNode;
import dev.millrace.engine.internal.plan.BranchNodes.SideOutputNode;
import dev.millrace.engine.internal.plan.BranchNodes.UnionNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinInputNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.serde.RecordLayout;

/**
 * Refuses operators that cannot work where they are, before they are part of the plan. Used by the thread that builds the
 * pipeline.
 */
final class NodeChecks {
    /** The most side outputs of one function. */
    private static final int MAX_SIDE_OUTPUTS = 64;

    private final LogicalPlan plan;
    private final PlanNames names;
    private final KeyedChecks keyed;

    NodeChecks(LogicalPlan plan, PlanNames names) {
        this.plan = plan;
        this.names = names;
        keyed = new KeyedChecks(names);
    }

    void check(Node node) {
        names.claim(node);
        if (node instanceof SourceNode || node instanceof RebalanceNode) {
            RecordLayout.of(node.type());
        } else if (node instanceof UnionNode union) {
            RecordLayout.of(union.type());
            check(union);
        } else if (node instanceof FlatMapNode flatMap) {
            check(flatMap);
        } else if (node instanceof SideOutputNode side) {
            check(side);
        } else if (node instanceof DeadLetterNode letters) {
            check(letters);
        } else if (node instanceof EventTimeNode time) {
            check(time);
        } else if (node instanceof KeyByNode keyBy) {
            RecordLayout.of(keyBy.type());
            RecordLayout.of(keyBy.keyType());
        } else if (node instanceof AggregateNode aggregate) {
            keyed.check(aggregate);
        } else if (node instanceof StatefulNode stateful) {
            keyed.check(stateful);
        } else if (node instanceof JoinNode join) {
            keyed.check(join);
        }
    }

    private static void check(UnionNode union) {
        for (int i = 0; i < union.inputs().size(); i++) {
            Node input = union.inputs().get(i);
            for (Node other : union.inputs().subList(0, i)) {
                if (input == other) {
                    throw new IllegalArgumentException(
                            "a stream is in a union twice: operator=" + input.describe() + "; map(..) one of the two");
                }
            }
            if (input.type() != union.type()) {
                throw new IllegalArgumentException("streams of a union have several types: first="
                        + union.type().getName() + ", other=" + input.type().getName());
            }
            if (Ancestry.hasEventTime(input)
                    != Ancestry.hasEventTime(union.inputs().get(0))) {
                throw new IllegalArgumentException("some streams of a union have event time and some have not:"
                        + " call eventTime(..) on all of them or none");
            }
        }
    }

    private static void check(FlatMapNode flatMap) {
        if (flatMap.type() == Object.class) {
            throw new IllegalArgumentException("type of the result is unknown: operator=" + flatMap.describe()
                    + "; say it before the name: stream.<Result>flatMap(..)");
        }
    }

    private void check(SideOutputNode side) {
        RecordLayout.of(side.type());
        int outputs = 0;
        for (Node other : plan.downstream(side.flatMap())) {
            if (other instanceof SideOutputNode before) {
                outputs++;
                if (before.output() == side.output()) {
                    throw new IllegalArgumentException("side output is read twice: type="
                            + side.type().getName() + "; keep the stream and use it several times");
                }
            }
        }
        if (outputs == MAX_SIDE_OUTPUTS) {
            throw new IllegalArgumentException(
                    "function has too many side outputs: limit=" + MAX_SIDE_OUTPUTS + "; emit a sealed interface");
        }
    }

    private void check(DeadLetterNode letters) {
        if (plan.downstream(letters.upstream()).stream().anyMatch(DeadLetterNode.class::isInstance)) {
            throw new IllegalArgumentException("dead letters are read twice: operator="
                    + plan.errorPolicies().placeOf(letters.upstream()) + "; keep the stream and use it several times");
        }
    }

    private static void check(EventTimeNode time) {
        if (Ancestry.isBehind(time, at -> at instanceof UnionNode || at instanceof RebalanceNode)) {
            throw new IllegalArgumentException("event time comes before streams meet or part:"
                    + " call eventTime(..) on each stream before union(..) or rebalance()");
        }
        if (Ancestry.isBehindAGrouping(time)) {
            throw new IllegalArgumentException("event time comes before keys: call eventTime(..) before keyBy(..)");
        }
        if (Ancestry.hasEventTime(time.upstream())) {
            throw new IllegalArgumentException("events have their time already: call eventTime(..) once a stream");
        }
    }

    /** Checks what only the whole pipeline can tell. */
    void checkComplete() {
        if (plan.sources().isEmpty()) {
            throw new IllegalArgumentException("pipeline has no source: pipeline=" + plan.name());
        }
        checkLetters();
        for (Node node : plan.nodes()) {
            if (node instanceof KeyByNode && plan.downstream(node).isEmpty() && !isJoined(node)) {
                throw new IllegalArgumentException("nothing follows a grouping: pipeline=" + plan.name() + ", "
                        + node.describe() + "; aggregate it, or leave it out");
            }
        }
    }

    private boolean isJoined(Node keyBy) {
        return plan.nodes().stream().anyMatch(node -> node instanceof JoinInputNode input && input.keyBy() == keyBy);
    }

    private void checkLetters() {
        for (Node node : plan.nodes()) {
            if (plan.errorPolicies().of(node).letters() != null
                    && plan.downstream(node).stream().noneMatch(DeadLetterNode.class::isInstance)) {
                throw new IllegalArgumentException(
                        "dead letters are read by nobody: pipeline=" + plan.name() + ", operator="
                                + plan.errorPolicies().placeOf(node)
                                + "; call sideOutput(..) with their tag on the operator's stream");
            }
        }
    }
}

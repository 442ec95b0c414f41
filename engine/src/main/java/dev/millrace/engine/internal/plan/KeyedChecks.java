package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.RecordLayout;

/** Refuses operators upon keys that cannot work where they are. Used by the thread that builds the pipeline. */
final class KeyedChecks {
    private final PlanNames names;

    KeyedChecks(PlanNames names) {
        this.names = names;
    }

    void check(AggregateNode aggregate) {
        RecordLayout.of(aggregate.stateType());
        if (!(aggregate.kind() instanceof Window.Whole) && !Ancestry.hasEventTime(aggregate)) {
            throw new IllegalArgumentException("windows need event time: aggregate=" + aggregate.name()
                    + "; call eventTime(..) on the stream before keyBy(..)");
        }
        if (!(aggregate.kind() instanceof Window.Whole) && Ancestry.isBehindTheEnd(aggregate.upstream())) {
            throw new IllegalArgumentException(
                    "results over a whole stream come at its end and have no time: aggregate=" + aggregate.name()
                            + " cannot divide them into windows");
        }
        if (aggregate.kind() instanceof Window.Sliding && aggregate.aggregate().merge() == null) {
            throw new IllegalArgumentException("windows that overlap are put together from slices: aggregate="
                    + aggregate.name() + " needs Aggregate.of(initial, add, merge)");
        }
        if (aggregate.kind() instanceof Window.Session && aggregate.aggregate().merge() == null) {
            throw new IllegalArgumentException("sessions can grow together: aggregate=" + aggregate.name()
                    + " needs Aggregate.of(initial, add, merge)");
        }
    }

    void check(StatefulNode node) {
        if (node.windows() != null && !Ancestry.hasEventTime(node)) {
            throw new IllegalArgumentException("windows need event time: operator=" + node.name()
                    + "; call eventTime(..) on the stream before keyBy(..)");
        }
        if (node.windows() != null && Ancestry.isBehindTheEnd(node.upstream())) {
            throw new IllegalArgumentException("results over a whole stream come at its end and have no time: operator="
                    + node.name() + " cannot divide them into windows");
        }
        for (State.Named<?> state : node.states()) {
            names.claim(state.name(), "state", node);
            State.Expiry expiry = state.expiry();
            if (expiry != null && expiry.time() == TimeKind.EVENT && !Ancestry.hasEventTime(node)) {
                throw new IllegalArgumentException("state expires by event time and events have none: state="
                        + state.name() + "; call eventTime(..) on the stream before keyBy(..)");
            }
        }
        for (StoredState stored : StoredStates.of(node)) {
            RecordLayout.of(stored.valueType());
        }
    }

    void check(JoinNode join) {
        Class<?> left = join.left().keyBy().keyType();
        Class<?> right = join.right().keyBy().keyType();
        if (left != right) {
            throw new IllegalArgumentException("streams of a join have keys of several types: join=" + join.name()
                    + ", left=" + left.getName() + ", right=" + right.getName());
        }
        if (Ancestry.hasEventTime(join.left()) != Ancestry.hasEventTime(join.right())) {
            throw new IllegalArgumentException("one stream of a join has event time and the other has not: join="
                    + join.name() + "; call eventTime(..) on both or none");
        }
        if (join.times().sizeMillis() > 0 && !Ancestry.hasEventTime(join)) {
            throw new IllegalArgumentException("a join by time needs event time: join=" + join.name()
                    + "; call eventTime(..) on both streams before keyBy(..)");
        }
        if (join.times().sizeMillis() > 0
                && (Ancestry.isBehindTheEnd(join.left()) || Ancestry.isBehindTheEnd(join.right()))) {
            throw new IllegalArgumentException("results over a whole stream come at its end and have no time: join="
                    + join.name() + " cannot match them by time; use latest(..), everyPair(..) or process(..)");
        }
        check(join.body());
    }
}

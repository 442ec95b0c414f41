package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import java.util.List;

/** Operators that match two streams by key. */
public sealed interface JoinNodes extends Node {
    /**
     * One side of a join: writes each event, with its key, to the tasks that join it.
     *
     * @param edge by key, to the task that has the key; broadcast, to all; or rebalance, to any
     */
    record JoinInputNode(KeyByNode keyBy, String side, PhysicalPlan.EdgeKind edge) implements JoinNodes {
        @Override
        public Node upstream() {
            return keyBy.upstream();
        }

        @Override
        public Class<?> type() {
            return keyBy.type();
        }

        @Override
        public String describe() {
            return side + " of a join, " + keyBy.describe();
        }
    }

    /**
     * Where two streams meet.
     *
     * @param body the state and the logic of it, a {@link dev.millrace.engine.stream.KeyedCoProcess}
     * @param times when an event is too late
     */
    record JoinNode(JoinInputNode left, JoinInputNode right, StatefulNode body, JoinTimes times) implements JoinNodes {
        @Override
        public Node upstream() {
            return left;
        }

        @Override
        public List<Node> upstreams() {
            return List.of(left, right);
        }

        @Override
        public Class<?> type() {
            return body.type();
        }

        @Override
        public String name() {
            return body.name();
        }

        /** Whether each task keeps all of the right stream, and not only what has its keys. */
        public boolean isBroadcast() {
            return right.edge() == PhysicalPlan.EdgeKind.BROADCAST;
        }

        @Override
        public String describe() {
            return isBroadcast() ? "broadcast join" : "join";
        }
    }

    /** Events that came too late for a join. */
    record JoinLateNode(JoinNode join, JoinInputNode side) implements JoinNodes {
        @Override
        public Node upstream() {
            return join;
        }

        @Override
        public Class<?> type() {
            return side.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "late events, " + side.side();
        }
    }
}

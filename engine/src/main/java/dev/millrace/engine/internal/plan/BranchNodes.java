package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.SideOutput;
import java.util.List;
import java.util.function.Predicate;

/** Operators where streams part and meet. */
public sealed interface BranchNodes extends Node {
    /** What a function emits with a tag. */
    record SideOutputNode(FlatMapNode flatMap, SideOutput<?> output) implements BranchNodes {
        @Override
        public Node upstream() {
            return flatMap;
        }

        @Override
        public Class<?> type() {
            return output.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "side output";
        }
    }

    /** Sends each event one of two ways; the other one is a {@link RestNode}. */
    record SplitNode(Node upstream, Predicate<Object> predicate) implements BranchNodes {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "split";
        }
    }

    /** The events that a split did not want. */
    record RestNode(SplitNode split) implements BranchNodes {
        @Override
        public Node upstream() {
            return split;
        }

        @Override
        public Class<?> type() {
            return split.type();
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "rest of the split";
        }
    }

    /** Several streams of one type as one. */
    record UnionNode(List<Node> inputs) implements BranchNodes {
        public UnionNode {
            inputs = List.copyOf(inputs);
        }

        @Override
        public Node upstream() {
            return inputs.get(0);
        }

        @Override
        public List<Node> upstreams() {
            return inputs;
        }

        @Override
        public Class<?> type() {
            return inputs.get(0).type();
        }

        @Override
        public String describe() {
            return "union of " + inputs.size();
        }
    }

    /** Shares events out evenly among the tasks behind. */
    record RebalanceNode(Node upstream) implements BranchNodes {
        @Override
        public Class<?> type() {
            return upstream.type();
        }

        @Override
        public String describe() {
            return "rebalance";
        }
    }

    /** Letters about the events that an operator could not process. */
    record DeadLetterNode(Node upstream) implements BranchNodes {
        @Override
        public Class<?> type() {
            return DeadLetter.class;
        }

        @Override
        public boolean isSideOutput() {
            return true;
        }

        @Override
        public String describe() {
            return "dead letters";
        }
    }
}

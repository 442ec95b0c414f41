package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import java.util.List;

/** Says in which format of the index a state will lie, as far as the pipeline decides it. Stateless; any thread. */
final class IndexFormats {
    private static final String LINES = "lines";
    private static final String TAGGED = "tagged";
    private static final String BY_SETTING = "lines, tagged if active-state is set";

    private IndexFormats() {}

    /** The format for people; empty for what lies in no index, as timers. */
    static String of(Node node, StoredState stored) {
        if (node instanceof AggregateNode aggregate) {
            return ofAggregate(aggregate, stored);
        } else if (node instanceof JoinNode join) {
            return ofStates(join.body().states(), stored, false);
        } else if (node instanceof StatefulNode stateful) {
            return ofStates(stateful.states(), stored, !stateful.hasTimers());
        }
        return "";
    }

    private static String ofAggregate(AggregateNode node, StoredState stored) {
        if (node.kind() instanceof Window.Whole) {
            return ofEntries(stored, 0, true);
        }
        return node.kind() instanceof Window.Tumbling ? ofEntries(stored, 0, false) : TAGGED;
    }

    /** One value a key may lie in lines; of maps and lists there are many under a key. */
    private static String ofStates(List<State.Named<?>> states, StoredState stored, boolean mayLeave) {
        for (State.Named<?> state : states) {
            if (state.name().equals(stored.name())) {
                return state instanceof State.MapOf || state instanceof State.ListOf
                        ? TAGGED
                        : ofEntries(stored, state.expiry() == null ? 0 : Long.BYTES, mayLeave);
            }
        }
        return stored.isKey() ? TAGGED : "";
    }

    /**
     * By the sizes of the entries.
     *
     * @param stampBytes what stands before each value
     * @param mayLeave whether entries leave memory where that was asked for, which lines do not let them
     */
    private static String ofEntries(StoredState stored, int stampBytes, boolean mayLeave) {
        RecordLayout key = RecordLayout.of(stored.keyType());
        RecordLayout value = RecordLayout.of(stored.valueType());
        boolean areInLines = key.isFixedSize()
                && value.isFixedSize()
                && ActiveIndex.keepsInLines(EntryShape.fixed(
                        key.fixedBytes(), stampBytes + value.fixedBytes(), (address, lengthBytes) -> 0));
        return !areInLines ? TAGGED : mayLeave ? BY_SETTING : LINES;
    }
}

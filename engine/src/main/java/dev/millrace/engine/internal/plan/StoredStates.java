package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.State;
import java.util.ArrayList;
import java.util.List;

/** Says what operators keep on disk. */
final class StoredStates {
    private StoredStates() {}

    static List<StoredState> of(Node node) {
        if (node instanceof AggregateNode aggregate) {
            return List.of(new StoredState(
                    aggregate.name(), aggregate.keyBy().keyType(), aggregate.stateType(), false, "aggregate"));
        }
        if (node instanceof JoinNode join) {
            return ofStateful(join.body());
        }
        return node instanceof StatefulNode stateful ? ofStateful(stateful) : List.of();
    }

    private static List<StoredState> ofStateful(StatefulNode node) {
        Class<?> key = node.keyBy().keyType();
        List<StoredState> stored = new ArrayList<>();
        for (State.Named<?> state : node.states()) {
            stored.add(new StoredState(state.name(), key, valueType(state), false, form(state)));
            if (state instanceof State.MapOf<?, ?> map) {
                stored.add(new StoredState(StoredState.keysOf(map.name()), key, map.keyType(), true, "keys"));
            }
        }
        if (node.hasTimers()) {
            stored.add(new StoredState(StoredState.timersOf(node.name()), key, Long.class, false, "timers"));
        }
        return stored;
    }

    private static Class<?> valueType(State.Named<?> state) {
        if (state instanceof State.Value<?> value) {
            return value.type();
        } else if (state instanceof State.MapOf<?, ?> map) {
            return map.valueType();
        } else if (state instanceof State.ListOf<?> list) {
            return list.type();
        } else if (state instanceof State.Reducing<?> reducing) {
            return reducing.type();
        } else if (state instanceof State.Aggregating<?, ?> aggregating) {
            return aggregating.aggregate().initial().getClass();
        }
        throw new IllegalStateException("unknown kind of state: state=" + state.name());
    }

    /** One value is one value, whoever makes it. */
    private static String form(State.Named<?> state) {
        String form = state instanceof State.MapOf ? "map" : state instanceof State.ListOf ? "list" : "state";
        return state.expiry() == null ? form : "expiring " + form;
    }
}

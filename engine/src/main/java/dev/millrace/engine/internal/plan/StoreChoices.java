package dev.millrace.engine.internal.plan;

import dev.millrace.state.StoreKind;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which operators of a plan have a store of their own, instead of the engine's. Used as the plan is. */
public final class StoreChoices {
    private final IdentityHashMap<Node, StoreKind> choices = new IdentityHashMap<>();

    /** Says which store an operator's state is in. */
    public void set(Node node, StoreKind store) {
        if (LogicalPlan.storedBy(node).isEmpty()) {
            throw new IllegalArgumentException("operator has no state: operator=" + node.describePlace() + ", store="
                    + store.word() + "; call store(..) on the stream that aggregate(..), stateful(..), process(..) or"
                    + " another operator behind a grouping returned");
        }
        StoreKind before = choices.putIfAbsent(node, store);
        if (before != null) {
            throw new IllegalStateException("operator has its store: operator=" + node.describePlace() + ", store="
                    + before.word() + "; call store(..) once");
        }
    }

    /** The stores of all states that an operator has chosen one for, by the state's name. */
    public Map<String, StoreKind> byState() {
        Map<String, StoreKind> stores = new TreeMap<>();
        choices.forEach(
                (node, store) -> LogicalPlan.storedBy(node).forEach(stored -> stores.put(stored.name(), store)));
        return stores;
    }

    String describe(Node node) {
        @Nullable StoreKind store = choices.get(node);
        return store == null ? "" : ", store: " + store.word();
    }
}

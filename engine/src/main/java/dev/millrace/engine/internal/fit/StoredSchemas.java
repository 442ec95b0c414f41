package dev.millrace.engine.internal.fit;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.StoredState;
import dev.millrace.serde.EvolvedReader;
import dev.millrace.serde.IncompatibleSchemaException;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.serde.SchemaEvolution;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.StateSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the states of a job were written by its last life, compared with how they look today. Made before any entry is read.
 * Used by one thread.
 */
public final class StoredSchemas {
    private final Map<String, SchemaEvolution> changed = new HashMap<>();
    private final Map<String, List<String>> refusals = new TreeMap<>();

    private StoredSchemas() {}

    /** Compares every state that a job keeps with what a commit record says about it. */
    static StoredSchemas of(LogicalPlan plan, CommitRecord commit) {
        StoredSchemas schemas = new StoredSchemas();
        for (Node node : plan.nodes()) {
            for (StoredState kept : LogicalPlan.storedBy(node)) {
                List<String> refused = new ArrayList<>();
                schemas.compare(kept, commit, refused);
                if (!refused.isEmpty()) {
                    schemas.refusals.put(kept.name(), refused);
                }
            }
        }
        return schemas;
    }

    /** Why a state cannot be read; empty if it can. */
    List<String> refusalsOf(String state) {
        return refusals.getOrDefault(state, List.of());
    }

    /**
     * Refuses types that cannot read what is stored.
     *
     * @throws IncompatibleSchemaException if one cannot be read; shows all differences of all states
     */
    void check(String pipeline, long epoch) {
        if (!refusals.isEmpty()) {
            throw new IncompatibleSchemaException(
                    "pipeline=" + pipeline + ", epoch=" + epoch
                            + "; change the types as docs/evolution.md says, or choose another state directory",
                    refusals.values().stream().flatMap(List::stream).toList());
        }
    }

    private void compare(StoredState kept, CommitRecord commit, List<String> refusals) {
        String state = kept.name();
        StateSchema stored = commit.states().get(state);
        if (stored == null) {
            return;
        }
        RecordLayout key = RecordLayout.of(kept.keyType());
        RecordLayout value = RecordLayout.of(kept.valueType());
        if (stored.keyDescriptor().length == 0 || stored.valueDescriptor().length == 0) {
            // Written before descriptors were stored: nothing can have changed.
            compareHash(state, "key", stored.keyHash(), stored.keySchema(), key, refusals);
            compareHash(state, "value", stored.valueHash(), stored.valueSchema(), value, refusals);
            return;
        }
        SchemaEvolution keys =
                SchemaEvolution.between(SchemaDescriptor.parse(stored.keyDescriptor()), SchemaDescriptor.of(key));
        keys.keyRefusals().forEach(refusal -> refusals.add("state=" + state + ", key: " + refusal));
        SchemaEvolution values =
                SchemaEvolution.between(SchemaDescriptor.parse(stored.valueDescriptor()), SchemaDescriptor.of(value));
        (kept.isKey() ? values.keyRefusals() : values.refusals())
                .forEach(refusal -> refusals.add("state=" + state + ", value: " + refusal));
        if (!values.isUnchanged()) {
            changed.put(state, values);
        }
    }

    private static void compareHash(
            String state, String part, long hash, String was, RecordLayout layout, List<String> refusals) {
        if (hash != layout.layoutHash()) {
            refusals.add("state=" + state + ", " + part + ": stored=[" + was + "], wanted=[" + layout.describe() + "]");
        }
    }

    /** Reads the values of a state; null if they are as they would be written today. */
    public @Nullable EvolvedReader readerOf(String state) {
        SchemaEvolution evolution = changed.get(state);
        return evolution == null ? null : evolution.reader();
    }
}

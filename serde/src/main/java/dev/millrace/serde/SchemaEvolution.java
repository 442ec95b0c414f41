package dev.millrace.serde;

import java.util.List;

/**
 * What has become of a type since values were stored with it, and whether they can still be read.
 *
 * <pre>
 *   a component was added             it takes what {@code @Default} says, or its type's zero
 *   a component was removed           what is stored of it is skipped
 *   a component was renamed           its {@code @Tag} is the number that it was stored with
 *   a component was moved             its name or its {@code @Tag} finds it
 *   a number was widened              without loss: byte, short, int, long; float, double; small integers to either
 *   a constant was added to an enum   constants are found by name
 * </pre>
 *
 * <p>Everything else is refused. A key has to keep its bytes: of these only a new name, and constants behind all others, are
 * possible there; see {@link #keyRefusals}.
 *
 * <p>Immutable; any thread may use it.
 *
 * @param stored what values were written with
 * @param current what they are wanted as
 * @param changes what has changed and can be read, one line each; empty if nothing has changed
 * @param refusals what cannot be read, one line each: stored, then wanted
 */
public record SchemaEvolution(
        SchemaDescriptor stored, SchemaDescriptor current, List<String> changes, List<String> refusals) {
    /** The largest value that a reader makes unless it is told otherwise, beyond its fixed part. */
    public static final int DEFAULT_LIMIT_BYTES = 256 << 20;

    public SchemaEvolution {
        changes = List.copyOf(changes);
        refusals = List.copyOf(refusals);
    }

    /** Compares a stored type with today's. Reads no value. */
    public static SchemaEvolution between(SchemaDescriptor stored, SchemaDescriptor current) {
        SchemaComparison comparison = new SchemaComparison();
        comparison.compare(stored.root(), current.root());
        return new SchemaEvolution(stored, current, comparison.changes(), comparison.refusals());
    }

    /** Whether stored values can be read. */
    public boolean isReadable() {
        return refusals.isEmpty();
    }

    /** Whether stored values are what would be written today, as messages. */
    public boolean isUnchanged() {
        return changes.isEmpty() && refusals.isEmpty();
    }

    /** What a key cannot change, one line each; empty if keys that were stored are found again by the same bytes. */
    public List<String> keyRefusals() {
        SchemaComparison comparison = SchemaComparison.ofKeys();
        comparison.compare(stored.root(), current.root());
        return comparison.refusals();
    }

    /**
     * Makes a reader of stored values.
     *
     * @throws IncompatibleSchemaException if they cannot be read
     */
    public EvolvedReader reader() {
        return reader(DEFAULT_LIMIT_BYTES);
    }

    /**
     * Makes a reader of stored values.
     *
     * @param limitBytes the largest value, beyond its fixed part
     * @throws IncompatibleSchemaException if they cannot be read
     */
    public EvolvedReader reader(int limitBytes) {
        if (!isReadable()) {
            throw new IncompatibleSchemaException("type=" + current.root().name(), refusals);
        }
        return new EvolvedReader(stored.root(), current.root(), limitBytes);
    }
}

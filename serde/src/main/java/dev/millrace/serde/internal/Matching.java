package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which component of a record today is the one that was stored. A number that was chosen by hand says so; without one, the
 * name does. Any thread may call.
 */
public final class Matching {
    /** The stored component, alternative or constant is not there any more. */
    public static final int NONE = -1;

    private Matching() {}

    /** The place, among the wanted fields, of what a stored field has become; {@link #NONE} if it was removed. */
    public static int placeOf(SchemaField stored, SchemaType source, SchemaType wanted) {
        List<SchemaField> fields = wanted.fields();
        for (int i = 0; i < fields.size(); i++) {
            SchemaField found = storedOf(fields.get(i), source);
            if (found != null && found.number() == stored.number()) {
                return i;
            }
        }
        return NONE;
    }

    /** What a field of today was called when it was stored; null if it was not there. */
    public static @Nullable SchemaField storedOf(SchemaField wanted, SchemaType source) {
        for (SchemaField stored : source.fields()) {
            if (wanted.isNumberChosen()
                    ? stored.number() == wanted.number()
                    : stored.name().equals(wanted.name())) {
                return stored;
            }
        }
        return null;
    }

    /** Which constants the stored ones have become, by name; null if every one has kept its place. */
    static int @Nullable [] ordinals(SchemaType source, SchemaType wanted) {
        List<String> stored = source.constants();
        boolean isSame = wanted.kind() == FieldKind.ENUM
                && wanted.constants().size() >= stored.size()
                && wanted.constants().subList(0, stored.size()).equals(stored);
        return isSame
                ? null
                : stored.stream().mapToInt(wanted.constants()::indexOf).toArray();
    }
}

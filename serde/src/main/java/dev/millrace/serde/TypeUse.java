package dev.millrace.serde;

import java.util.List;
import java.util.StringJoiner;

/**
 * A type as it is used in one place, with every type variable filled in. Two uses that are equal have the same layout.
 *
 * @param fixedUtf8Bytes the value of {@link FixedUtf8}, or {@link #NOT_FIXED}
 */
record TypeUse(Class<?> raw, List<TypeUse> arguments, int fixedUtf8Bytes) {
    static final int NOT_FIXED = -1;

    static TypeUse of(Class<?> raw) {
        return new TypeUse(raw, List.of(), NOT_FIXED);
    }

    /** For people. */
    String typeName() {
        if (arguments.isEmpty()) {
            return raw.getTypeName();
        }
        StringJoiner names = new StringJoiner(", ", raw.getTypeName() + "<", ">");
        for (TypeUse argument : arguments) {
            names.add(argument.typeName());
        }
        return names.toString();
    }
}

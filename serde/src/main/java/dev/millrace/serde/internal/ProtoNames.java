package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Names in one scope of a {@code .proto} file: ASCII letters, digits and underscores, and no two that {@code protoc} or the
 * code it generates would mix up, which do not look at case and underscores. Used by one thread.
 */
final class ProtoNames {
    private final Set<String> taken = new HashSet<>();

    /** The name if it is free, or the name with a number behind it. */
    String unique(String wanted) {
        String clean = clean(wanted);
        String name = clean;
        for (int i = 2; !taken.add(name.replace("_", "").toLowerCase(Locale.ROOT)); i++) {
            name = clean + i;
        }
        return name;
    }

    private static String clean(String name) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            boolean isFine = letter < 0x80 && (Character.isLetterOrDigit(letter) || letter == '_');
            clean.append(isFine ? String.valueOf(letter) : 'u' + Integer.toHexString(letter));
        }
        // An underscore or a digit first is no name; a digit behind an underscore has no form in camel case.
        return clean.isEmpty() || !Character.isLetter(clean.charAt(0)) ? "x" + clean : clean.toString();
    }

    /** From the name of a class to that of a field. */
    static String lower(String name) {
        return snake(name).toLowerCase(Locale.ROOT);
    }

    /** From the name of an enum to the prefix of its constants. */
    static String upper(String name) {
        return snake(name).toUpperCase(Locale.ROOT);
    }

    private static String snake(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
    }

    /** What a kind is called as a part of a name. */
    static String word(FieldKind kind) {
        StringBuilder word = new StringBuilder();
        for (String part : kind.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }
}

package dev.millrace.protoc;

import java.util.Locale;
import java.util.Set;
import javax.lang.model.SourceVersion;

/** Turns names of {@code .proto} files into names that Java allows. */
final class JavaNames {
    /** Words that are no keywords but no names of types either. */
    private static final Set<String> NO_TYPES = Set.of("var", "yield", "record", "sealed", "permits");

    /** Methods without parameters that every object has: a record component must not be called so. */
    private static final Set<String> NO_COMPONENTS =
            Set.of("clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");

    private JavaNames() {}

    /** {@code order_id} is {@code orderId}; what Java keeps to itself gets an underscore behind it. */
    static String component(String name) {
        String camel = camel(name);
        String lower = camel.substring(0, 1).toLowerCase(Locale.ROOT) + camel.substring(1);
        return SourceVersion.isKeyword(lower) || NO_COMPONENTS.contains(lower) ? lower + '_' : lower;
    }

    /** {@code card_payment} is {@code CardPayment}. */
    static String typeOfField(String name) {
        String camel = camel(name);
        return type(camel.substring(0, 1).toUpperCase(Locale.ROOT) + camel.substring(1));
    }

    /** The name of a message or enum: as it is, if Java allows it. */
    static String type(String name) {
        return SourceVersion.isKeyword(name) || NO_TYPES.contains(name) ? name + '_' : name;
    }

    static String constant(String name) {
        return SourceVersion.isKeyword(name) ? name + '_' : name;
    }

    /** Each part of a package, escaped. */
    static String packageName(String name) {
        StringBuilder escaped = new StringBuilder();
        for (String part : name.split("\\.", -1)) {
            escaped.append(escaped.isEmpty() ? "" : ".").append(constant(part));
        }
        return escaped.toString();
    }

    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        boolean isUpper = false;
        for (int i = 0; i < name.length(); i++) {
            char letter = name.charAt(i);
            if (letter == '_') {
                isUpper = !camel.isEmpty();
            } else {
                camel.append(isUpper ? Character.toUpperCase(letter) : letter);
                isUpper = false;
            }
        }
        if (camel.isEmpty() || Character.isDigit(camel.charAt(0))) {
            camel.insert(0, '_').append(camel.length() == 1 ? "_" : "");
        }
        return camel.toString();
    }
}

package dev.millrace.serde;

import dev.millrace.serde.internal.Matching;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Walks two versions of a type and notes what is different. Used once, by one thread. */
final class SchemaComparison {
    private final List<String> changes = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final boolean isOfKeys;

    SchemaComparison() {
        this(false);
    }

    private SchemaComparison(boolean isOfKeys) {
        this.isOfKeys = isOfKeys;
    }

    /** A comparison that refuses what would change the bytes of a value. */
    static SchemaComparison ofKeys() {
        return new SchemaComparison(true);
    }

    List<String> changes() {
        return changes;
    }

    List<String> refusals() {
        return refusals;
    }

    void compare(SchemaType stored, SchemaType current) {
        compare(stored, current, "");
    }

    private void compare(SchemaType stored, SchemaType current, String path) {
        if (stored.kind() != current.kind()) {
            if (isWidened(stored.kind(), current.kind())) {
                change(true, path, "was widened", stored.describe(), current.describe());
            } else {
                refuse(path, "has another type", stored.describe(), current.describe());
            }
            return;
        }
        switch (stored.kind()) {
            case RECORD -> compareRecords(stored, current, path);
            case UNION -> compareUnions(stored, current, path);
            case ENUM -> compareEnums(stored, current, path);
            case ARRAY, LIST, OPTIONAL ->
                compare(stored.parts().get(0), current.parts().get(0), path + "[]");
            case MAP -> {
                compare(stored.parts().get(0), current.parts().get(0), path + "[key]");
                compare(stored.parts().get(1), current.parts().get(1), path + "[value]");
            }
            case FIXED_TEXT -> {
                if (stored.maxTextBytes() != current.maxTextBytes()) {
                    refuse(path, "has another type", stored.describe(), current.describe());
                }
            }
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, INSTANT, TEXT, DURATION -> {}
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES -> {}
        }
    }

    private void compareRecords(SchemaType stored, SchemaType current, String path) {
        Map<SchemaField, SchemaField> claims = new HashMap<>();
        for (SchemaField field : current.fields()) {
            SchemaField old = Matching.storedOf(field, stored);
            if (old == null) {
                added(field, stored, current, path);
                continue;
            }
            SchemaField other = claims.putIfAbsent(old, field);
            if (other != null) {
                refuse(path + field.name(), "and " + other.name() + " both stand for one", line(old), line(field));
                continue;
            }
            if (!old.name().equals(field.name())) {
                change(false, path + field.name(), "was renamed", line(old), line(field));
            }
            if (old.number() != field.number()) {
                change(true, path + field.name(), "has another number", line(old), line(field));
            } else if (isOfKeys && old.offsetBytes() != field.offsetBytes()) {
                refuse(path + field.name(), "was moved", line(old), line(field));
            }
            compare(old.type(), field.type(), path + field.name() + dot(field));
        }
        for (SchemaField old : stored.fields()) {
            if (!claims.containsKey(old)) {
                change(true, path + old.name(), "was removed", line(old), "nothing");
            }
        }
    }

    private static String dot(SchemaField field) {
        return field.type().kind() == FieldKind.RECORD ? "." : "";
    }

    private void added(SchemaField field, SchemaType stored, SchemaType current, String path) {
        SchemaField sameNumber = null;
        for (SchemaField old : stored.fields()) {
            if (field.isNumberChosen() && old.name().equals(field.name())) {
                refuse(
                        path + field.name(),
                        "has another @Tag; keep @Tag(" + old.number() + ")",
                        line(old),
                        line(field));
                return;
            }
            if (old.number() == field.number() && Matching.placeOf(old, stored, current) == Matching.NONE) {
                sameNumber = old;
            }
        }
        if (sameNumber != null) {
            // Nobody can tell a new name from one component that went and another that came.
            refuse(
                    path + field.name(),
                    "stands where " + sameNumber.name() + " stood; if it was renamed, give it @Tag("
                            + sameNumber.number() + "), else a @Tag that was never used",
                    line(sameNumber),
                    line(field));
        } else if (field.defaultText() == null && !hasZero(field.type())) {
            refuse(path + field.name(), "was added and has no default; use Optional", "nothing", line(field));
        } else {
            change(true, path + field.name(), "was added", "nothing", line(field));
        }
    }

    /** Whether a type has a value that stands for none having been written. */
    private static boolean hasZero(SchemaType type) {
        return switch (type.kind()) {
            case UNION -> false;
            case RECORD ->
                type.fields().stream().allMatch(field -> field.defaultText() != null || hasZero(field.type()));
            default -> true;
        };
    }

    private void compareUnions(SchemaType stored, SchemaType current, String path) {
        List<String> was = stored.fields().stream().map(SchemaField::name).toList();
        List<String> is = current.fields().stream().map(SchemaField::name).toList();
        for (SchemaField alternative : current.fields()) {
            SchemaField old = Matching.storedOf(alternative, stored);
            if (old == null || old.number() != alternative.number() || was.size() != is.size()) {
                refuse(path, "has other alternatives", String.join(", ", was), String.join(", ", is));
                return;
            }
            if (!old.name().equals(alternative.name())) {
                change(false, path + '(' + alternative.name() + ')', "was renamed", old.name(), alternative.name());
            }
            compare(old.type(), alternative.type(), path + '(' + alternative.name() + ").");
        }
        if (isOfKeys && !was.equals(is)) {
            refuse(path, "has its alternatives in another order", String.join(", ", was), String.join(", ", is));
        }
    }

    private void compareEnums(SchemaType stored, SchemaType current, String path) {
        List<String> was = stored.constants();
        List<String> is = current.constants();
        if (was.equals(is)) {
            return;
        }
        String before = String.join(", ", was);
        String after = String.join(", ", is);
        boolean isAppended = is.size() > was.size() && is.subList(0, was.size()).equals(was);
        if (!is.containsAll(was)) {
            refuse(path, "has lost constants", before, after);
        } else {
            change(!isAppended, path, "has other constants", before, after);
        }
    }

    /** Without loss: every value of the narrow kind is one of the wide kind. */
    private static boolean isWidened(FieldKind from, FieldKind to) {
        return switch (from) {
            case BYTE ->
                to == FieldKind.SHORT
                        || to == FieldKind.INT
                        || to == FieldKind.LONG
                        || to == FieldKind.FLOAT
                        || to == FieldKind.DOUBLE;
            case SHORT, CHAR ->
                to == FieldKind.INT || to == FieldKind.LONG || to == FieldKind.FLOAT || to == FieldKind.DOUBLE;
            case INT -> to == FieldKind.LONG || to == FieldKind.DOUBLE;
            case FLOAT -> to == FieldKind.DOUBLE;
            default -> false;
        };
    }

    /** Notes a change that can be read, but not in a key if it changes bytes. */
    private void change(boolean isOfBytes, String path, String what, String stored, String current) {
        if (isOfKeys && isOfBytes) {
            refuse(path, what + ", which a key cannot be", stored, current);
        } else {
            changes.add(difference(path, what, stored, current));
        }
    }

    private void refuse(String path, String what, String stored, String current) {
        refusals.add(difference(path, what, stored, current));
    }

    private static String difference(String path, String what, String stored, String current) {
        String component = path.endsWith(".") ? path.substring(0, path.length() - 1) : path;
        return "component=" + (component.isEmpty() ? "(all)" : component) + " " + what + ": stored=[" + stored
                + "], wanted=[" + current + "]";
    }

    private static String line(SchemaField field) {
        String since = field.since() > 1 ? ", since version " + field.since() : "";
        String given = field.defaultText() == null ? "" : ", default " + field.defaultText();
        return field.type().describe() + " " + field.name() + " = " + field.number() + since + given;
    }
}

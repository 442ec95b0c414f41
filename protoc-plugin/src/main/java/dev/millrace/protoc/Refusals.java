package dev.millrace.protoc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds messages that no record can stand for, and options that mean nothing where they are. */
final class Refusals {
    /** The most components of a record; what its layout allows. */
    static final int MAX_COMPONENTS = 100;

    private static final String PROTOBUF = "google.protobuf";

    private final Problems problems;
    /** Messages from which no way leads back to themselves. */
    private final Set<Descriptor> bounded = new HashSet<>();

    Refusals(Problems problems) {
        this.problems = problems;
    }

    void check(Descriptor message) {
        String name = message.getFullName();
        int components = message.getRealOneofs().size();
        int timestamps = 0;
        for (FieldDescriptor field : message.getFields()) {
            components += field.getRealContainingOneof() == null ? 1 : 0;
            timestamps += Options.isTimestamp(field) ? 1 : 0;
            checkType(field);
            checkOptions(field);
        }
        if (components == 0 || components > MAX_COMPONENTS) {
            problems.add(
                    message,
                    "a record has 1 to " + MAX_COMPONENTS + " components: message=" + name + ", count=" + components
                            + (components == 0 ? "; add a field, a bool for example" : "; group fields in messages"));
        }
        if (timestamps > 1) {
            problems.add(
                    message,
                    "a message has one time: message=" + name + ", (millrace.timestamp) count=" + timestamps
                            + "; leave one");
        }
        if (Options.version(message) > Integer.MAX_VALUE) {
            problems.add(message, "(millrace.version) is too large: message=" + name + ", limit=" + Integer.MAX_VALUE);
        }
        String way = wayBack(message);
        if (way != null) {
            problems.add(
                    message,
                    "a message inside itself has no bounded layout: message=" + name + ", way=" + way
                            + "; hold the key of the other one instead");
        }
    }

    private void checkType(FieldDescriptor field) {
        if (field.getType() == FieldDescriptor.Type.GROUP) {
            problems.add(
                    field, "a group has no record: field=" + field.getFullName() + "; use a field with a message type");
            return;
        }
        FieldDescriptor value = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
        if (value.getType() == FieldDescriptor.Type.MESSAGE
                && value.getMessageType().getFile().getPackage().equals(PROTOBUF)
                && !ComponentType.isTime(value)) {
            problems.add(
                    field,
                    "this message of Protobuf's own has no record: field=" + field.getFullName() + ", type="
                            + value.getMessageType().getFullName()
                            + "; use google.protobuf.Timestamp, google.protobuf.Duration, an optional field in place of a "
                            + "wrapper, or a message of your own");
        }
    }

    private void checkOptions(FieldDescriptor field) {
        String name = field.getFullName();
        boolean isOneOf = field.getRealContainingOneof() != null;
        boolean isSingle = !field.isRepeated() && !isOneOf && !ComponentType.isOptional(field);
        if (Options.isKey(field) && !isSingle) {
            problems.add(
                    field,
                    "a key is always there, once: field=" + name + "; take (millrace.key) from what is repeated, "
                            + "optional or in a oneof");
        }
        if (Options.isTimestamp(field) && !(isSingle && isTime(field))) {
            problems.add(
                    field,
                    "(millrace.timestamp) is for a google.protobuf.Timestamp, or for 64 bits of epoch milliseconds, that "
                            + "is always there, once: field=" + name);
        }
        long since = Options.since(field);
        if (since != 0 && isOneOf) {
            problems.add(field, "(millrace.since) is not for a field in a oneof: field=" + name);
        } else if (since > Options.version(field.getContainingType())) {
            problems.add(
                    field,
                    "a field cannot be newer than its message: field=" + name + ", (millrace.since)=" + since
                            + ", (millrace.version) of the message=" + Options.version(field.getContainingType())
                            + "; raise the version of the message");
        }
    }

    private static boolean isTime(FieldDescriptor field) {
        Scalar scalar = Scalar.of(field);
        boolean isLong = scalar != null
                && scalar.primitive().equals("long")
                && scalar != Scalar.UINT32
                && scalar != Scalar.FIXED32;
        boolean isTimestamp = field.getType() == FieldDescriptor.Type.MESSAGE
                && field.getMessageType().getFullName().equals(ComponentType.TIMESTAMP);
        return isLong || isTimestamp;
    }

    /** The way over fields from a message back to itself, if there is one. */
    private @Nullable String wayBack(Descriptor message) {
        Deque<FieldDescriptor> way = new ArrayDeque<>();
        if (!leadsTo(message, message, way, new HashSet<>())) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (Iterator<FieldDescriptor> each = way.descendingIterator(); each.hasNext(); ) {
            text.append(text.isEmpty() ? "" : " -> ").append(each.next().getFullName());
        }
        return text.toString();
    }

    private boolean leadsTo(Descriptor from, Descriptor to, Deque<FieldDescriptor> way, Set<Descriptor> seen) {
        if (bounded.contains(from) || !seen.add(from)) {
            return false;
        }
        for (FieldDescriptor field : from.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                way.push(field);
                if (field.getMessageType() == to || leadsTo(field.getMessageType(), to, way, seen)) {
                    return true;
                }
                way.pop();
            }
        }
        if (from == to) {
            bounded.add(from);
        }
        return false;
    }
}

package dev.millrace.protoc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the record of a message, with all that is nested in it. The message has passed {@link Checks}. */
final class MessageWriter {
    private static final String SERDE = "dev.millrace.serde.";

    private final JavaFile java;
    private final Sources sources;
    private final Problems problems;

    MessageWriter(JavaFile java, Sources sources, Problems problems) {
        this.java = java;
        this.sources = sources;
        this.problems = problems;
    }

    /** One component as it is written. */
    private record Component(String annotations, ComponentType type, String name, List<String> comment) {}

    void write(Descriptor message) {
        write(message, 0);
    }

    private void write(Descriptor message, int depth) {
        List<Component> components = new ArrayList<>();
        for (FieldDescriptor field : message.getFields()) {
            OneofDescriptor oneof = field.getRealContainingOneof();
            if (oneof == null) {
                tellOfTheWire(field);
                components.add(new Component(
                        annotations(field),
                        ComponentType.of(field, java),
                        JavaNames.component(field.getName()),
                        sources.comment(field)));
            } else if (oneof.getField(0) == field) {
                components.add(choice(oneof));
            }
        }
        java.javadoc(depth, sources.comment(message), parameters(components));
        writeHeader(depth, "public record " + JavaNames.type(message.getName()), components, " {");
        long version = Options.version(message);
        boolean isFirst = true;
        if (version != 0) {
            isFirst = separate(isFirst);
            java.javadoc(depth + 1, List.of("The version of this record."), List.of());
            java.line(depth + 1, "public static final int VERSION = " + version + ';');
        }
        if (components.stream().anyMatch(each -> each.type.comparison().looksIntoArrays())) {
            isFirst = separate(isFirst);
            writeEquality(JavaNames.type(message.getName()), components, depth + 1);
        }
        for (OneofDescriptor oneof : message.getRealOneofs()) {
            isFirst = separate(isFirst);
            writeChoice(oneof, depth + 1);
        }
        for (EnumDescriptor constants : message.getEnumTypes()) {
            isFirst = separate(isFirst);
            new EnumWriter(java, sources, problems).write(constants, depth + 1);
        }
        for (Descriptor nested : message.getNestedTypes()) {
            if (!nested.getOptions().getMapEntry()) {
                isFirst = separate(isFirst);
                write(nested, depth + 1);
            }
        }
        java.line(depth, "}");
    }

    /** Between two members there is an empty line. Before the first there is none. */
    private boolean separate(boolean isFirst) {
        if (!isFirst) {
            java.line(0, "");
        }
        return false;
    }

    private Component choice(OneofDescriptor oneof) {
        int smallest = Integer.MAX_VALUE;
        for (FieldDescriptor field : oneof.getFields()) {
            smallest = Math.min(smallest, field.getNumber());
        }
        String type = java.library("java.util.Optional") + '<' + Checks.choiceName(oneof) + '>';
        return new Component(
                tag(smallest),
                new ComponentType(type, type, Comparison.EQUALS),
                JavaNames.component(oneof.getName()),
                sources.comment(oneof));
    }

    private void writeChoice(OneofDescriptor oneof, int depth) {
        String name = Checks.choiceName(oneof);
        problems.note(
                oneof,
                "the engine writes a oneof as a message of its own, other than the file: oneof=" + oneof.getFullName());
        java.javadoc(depth, sources.comment(oneof), List.of());
        java.line(depth, "public sealed interface " + name + " {");
        boolean isFirst = true;
        for (FieldDescriptor field : oneof.getFields()) {
            isFirst = separate(isFirst);
            tellOfTheWire(field);
            String caseName = JavaNames.typeOfField(field.getName());
            Component value = new Component(
                    tag(1), ComponentType.single(field, java), JavaNames.component(field.getName()), List.of());
            java.javadoc(depth + 1, sources.comment(field), List.of());
            java.line(depth + 1, tag(field.getNumber()).strip());
            boolean looksIntoArrays = value.type.comparison().looksIntoArrays();
            String end = " implements " + name + (looksIntoArrays ? " {" : " {}");
            java.line(
                    depth + 1,
                    "record " + caseName + '(' + value.annotations + value.type.text() + ' ' + value.name + ')' + end);
            if (looksIntoArrays) {
                writeEquality(caseName, List.of(value), depth + 2);
                java.line(depth + 1, "}");
            }
        }
        java.line(depth, "}");
    }

    private void writeHeader(int depth, String start, List<Component> components, String end) {
        java.line(depth, start + '(');
        for (int i = 0; i < components.size(); i++) {
            Component each = components.get(i);
            String behind = i == components.size() - 1 ? ")" + end : ",";
            java.line(depth + 2, each.annotations + each.type.text() + ' ' + each.name + behind);
        }
    }

    private void writeEquality(String record, List<Component> components, int depth) {
        String override = '@' + java.library("java.lang.Override");
        java.line(depth, override);
        java.line(depth, "public boolean equals(" + java.library("java.lang.Object") + " object) {");
        java.line(depth + 1, "return object instanceof " + record + " that");
        for (int i = 0; i < components.size(); i++) {
            Component each = components.get(i);
            String end = i == components.size() - 1 ? ";" : "";
            java.line(depth + 3, "&& " + each.type.comparison().equality(each.name, each.type.box(), java) + end);
        }
        java.line(depth, "}");
        java.line(0, "");
        java.line(depth, override);
        java.line(depth, "public int hashCode() {");
        java.line(depth + 1, "int hash = 1;");
        for (Component each : components) {
            java.line(
                    depth + 1,
                    "hash = 31 * hash + " + each.type.comparison().hash(each.name, each.type.box(), java) + ';');
        }
        java.line(depth + 1, "return hash;");
        java.line(depth, "}");
    }

    private String annotations(FieldDescriptor field) {
        String text = tag(field.getNumber());
        if (Options.isKey(field)) {
            text += '@' + java.library(SERDE + "Key") + ' ';
        }
        if (Options.isTimestamp(field)) {
            text += '@' + java.library(SERDE + "Timestamp") + ' ';
        }
        if (Options.since(field) != 0) {
            text += '@' + java.library(SERDE + "Since") + '(' + Options.since(field) + ") ";
        }
        return text;
    }

    private String tag(int number) {
        return '@' + java.library(SERDE + "Tag") + '(' + number + ") ";
    }

    private static List<String> parameters(List<Component> components) {
        List<String> parameters = new ArrayList<>();
        for (Component each : components) {
            if (!each.comment.isEmpty()) {
                parameters.add("@param " + each.name + ' ' + JavaFile.escape(String.join(" ", each.comment)));
            }
        }
        return parameters;
    }

    private void tellOfTheWire(FieldDescriptor field) {
        List<FieldDescriptor> parts =
                field.isMapField() ? field.getMessageType().getFields() : List.of(field);
        for (FieldDescriptor part : parts) {
            Scalar scalar = Scalar.of(part);
            if (scalar != null && !scalar.isSameOnTheWire()) {
                problems.note(
                        field,
                        "the engine writes this field as a varint of another kind, other than the file: field="
                                + field.getFullName() + ", type="
                                + part.getType().name().toLowerCase(Locale.ROOT));
            }
        }
    }
}

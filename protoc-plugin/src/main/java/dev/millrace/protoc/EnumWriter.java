package dev.millrace.protoc;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes the enum of an enum: constants in the order of their numbers, second names of a number as static fields. */
final class EnumWriter {
    private final JavaFile java;
    private final Sources sources;
    private final Problems problems;

    EnumWriter(JavaFile java, Sources sources, Problems problems) {
        this.java = java;
        this.sources = sources;
        this.problems = problems;
    }

    void write(EnumDescriptor type, int depth) {
        List<EnumValueDescriptor> constants = new ArrayList<>();
        List<EnumValueDescriptor> aliases = new ArrayList<>();
        for (EnumValueDescriptor value : type.getValues()) {
            boolean isAlias = constants.stream().anyMatch(each -> each.getNumber() == value.getNumber());
            (isAlias ? aliases : constants).add(value);
        }
        constants.sort(Comparator.comparingInt(EnumValueDescriptor::getNumber));
        boolean countsFromZero = constants.get(0).getNumber() == 0
                && constants.get(constants.size() - 1).getNumber() == constants.size() - 1;
        if (!countsFromZero) {
            problems.note(
                    type,
                    "the engine numbers the constants of an enum from 0 without gaps, other than the file: enum="
                            + type.getFullName());
        }
        String name = JavaNames.type(type.getName());
        java.javadoc(depth, sources.comment(type), List.of());
        java.line(depth, "public enum " + name + " {");
        for (int i = 0; i < constants.size(); i++) {
            EnumValueDescriptor constant = constants.get(i);
            java.javadoc(depth + 1, sources.comment(constant), List.of());
            boolean isLast = i == constants.size() - 1;
            String end = isLast ? (aliases.isEmpty() ? "" : ";") : ",";
            java.line(depth + 1, JavaNames.constant(constant.getName()) + end);
        }
        for (EnumValueDescriptor alias : aliases) {
            String first = constants.stream()
                    .filter(each -> each.getNumber() == alias.getNumber())
                    .map(EnumValueDescriptor::getName)
                    .findFirst()
                    .orElseThrow();
            java.line(0, "");
            java.javadoc(depth + 1, sources.comment(alias), List.of());
            java.line(
                    depth + 1,
                    "public static final " + name + ' ' + JavaNames.constant(alias.getName()) + " = "
                            + JavaNames.constant(first) + ';');
        }
        java.line(depth, "}");
    }
}

package dev.millrace.protoc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One Java file while it is written: its lines, and what it imports. A type whose simple name means something else in this
 * file is called by its full name.
 */
final class JavaFile {
    private static final String INDENT = "    ";

    private static final String JAVA_LANG = "java.lang.";

    private final String source;
    private final String javaPackage;
    private final String name;
    private final NamesAround names;
    private final Problems problems;
    private final Set<String> imports = new TreeSet<>();
    private final StringBuilder body = new StringBuilder();

    JavaFile(FileDescriptor source, String name, NamesAround names, Problems problems) {
        this.source = source.getName();
        this.javaPackage = JavaNames.packageName(Options.javaPackage(source));
        this.name = name;
        this.names = names;
        this.problems = problems;
    }

    /**
     * The names that a file cannot use for types of others.
     *
     * @param atTop of the types of the same package
     * @param inside of the types inside this file's type
     */
    record NamesAround(Set<String> atTop, Set<String> inside) {}

    /** How to call a type that is not generated. Imports it if need be. */
    String library(String qualified) {
        String simple = qualified.substring(qualified.lastIndexOf('.') + 1);
        if (names.atTop.contains(simple) || names.inside.contains(simple)) {
            return qualified;
        }
        if (!qualified.equals(JAVA_LANG + simple)) {
            imports.add(qualified);
        }
        return simple;
    }

    /** How to call the record or enum of a message or enum. */
    String generated(GenericDescriptor type) {
        String inPackage = nested(type);
        String otherPackage = JavaNames.packageName(Options.javaPackage(type.getFile()));
        String top = inPackage.contains(".") ? inPackage.substring(0, inPackage.indexOf('.')) : inPackage;
        if (otherPackage.equals(javaPackage) && !names.inside.contains(top)) {
            return inPackage;
        }
        if (otherPackage.isEmpty()) {
            problems.add(
                    type,
                    "a type without a package cannot be told from others here: type=" + type.getFullName()
                            + "; give its file a package");
        }
        return otherPackage + '.' + inPackage;
    }

    private static String nested(GenericDescriptor type) {
        Descriptor parent = type instanceof Descriptor message
                ? message.getContainingType()
                : ((EnumDescriptor) type).getContainingType();
        String own = JavaNames.type(type.getName());
        return parent == null ? own : nested(parent) + '.' + own;
    }

    /** Adds one line; an empty one without blanks. */
    void line(int depth, String text) {
        if (!text.isEmpty()) {
            body.append(INDENT.repeat(depth)).append(text);
        }
        body.append('\n');
    }

    /**
     * Adds a comment, if there is anything to say.
     *
     * @param lines as they stand in the file
     * @param tags lines for the end, which are Javadoc already
     */
    void javadoc(int depth, List<String> lines, List<String> tags) {
        if (lines.isEmpty() && tags.isEmpty()) {
            return;
        }
        if (lines.size() == 1 && tags.isEmpty()) {
            line(depth, "/** " + escape(lines.get(0)) + " */");
            return;
        }
        line(depth, "/**");
        boolean isNewParagraph = false;
        for (String each : lines) {
            line(depth, each.isEmpty() ? " *" : " * " + (isNewParagraph ? "<p>" : "") + escape(each));
            isNewParagraph = each.isEmpty();
        }
        if (!lines.isEmpty() && !tags.isEmpty()) {
            line(depth, " *");
        }
        for (String each : tags) {
            line(depth, " * " + each);
        }
        line(depth, " */");
    }

    /** A text that means nothing to Javadoc and cannot end the comment; nor can a Unicode escape in it. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("@", "&#64;")
                .replace("*/", "*&#47;")
                .replace("{", "&#123;")
                .replace("}", "&#125;")
                .replace("\\", "&#92;");
    }

    CodeGeneratorResponse.File toFile() {
        StringBuilder text = new StringBuilder();
        text.append("// Made by millrace-protoc-plugin from ").append(source).append(". Do not edit.\n");
        if (!javaPackage.isEmpty()) {
            text.append("package ").append(javaPackage).append(";\n");
        }
        text.append('\n');
        for (String each : imports) {
            text.append("import ").append(each).append(";\n");
        }
        text.append(imports.isEmpty() ? "" : "\n").append(body);
        String directory = javaPackage.isEmpty() ? "" : javaPackage.replace('.', '/') + '/';
        return CodeGeneratorResponse.File.newBuilder()
                .setName(directory + name + ".java")
                .setContent(text.toString())
                .build();
    }
}

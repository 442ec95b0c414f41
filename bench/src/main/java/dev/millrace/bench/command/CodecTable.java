package dev.millrace.bench.command;

import dev.millrace.bench.command.CodecsCommand.Figure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays out what {@link CodecsCommand} measured. What was not measured is a dash. */
final class CodecTable {
    private static final List<String> STRUCTS = List.of("Small", "Large");
    private static final List<String> OPERATIONS = List.of("Write", "Read", "KeptRead", "Update");
    private static final List<String> FORMS = List.of(
            "flat",
            "view",
            "hand",
            "protobuf",
            "protobufRecord",
            "protobufJava",
            "protobufJavaRecord",
            "kryoForm",
            "javaForm");
    private static final List<String> HASHES = List.of("keyHash", "xxHash64", "murmur3", "stringHashCode");
    private static final List<String> KEY_BYTES = List.of("8", "16", "64");

    private final Map<String, Figure> figures;
    private final StringBuilder text = new StringBuilder();

    private CodecTable(Map<String, Figure> figures) {
        this.figures = figures;
    }

    static String of(Map<String, Figure> figures) {
        CodecTable table = new CodecTable(figures);
        table.appendCodecs();
        table.appendHashes();
        return table.text.toString();
    }

    private void appendCodecs() {
        text.append("ns/op, in brackets heap bytes/op\n\n| record, operation |");
        FORMS.forEach(form -> text.append(' ').append(form).append(" |"));
        text.append(" protobuf-java / flat | protobuf / protobuf-java | flat / hand |\n|---|");
        text.append("---:|".repeat(FORMS.size() + 3)).append('\n');
        for (String struct : STRUCTS) {
            for (String operation : OPERATIONS) {
                String prefix = struct + "StructCodecs.";
                text.append("| ").append(struct).append(", ").append(operation).append(" |");
                for (String form : FORMS) {
                    append(prefix + form + operation);
                }
                appendRatio(prefix + "protobufJava" + operation.replace("Kept", ""), prefix + "flat" + operation);
                appendRatio(prefix + "protobuf" + operation, prefix + "protobufJava" + operation);
                appendRatio(prefix + "flat" + operation, prefix + "hand" + operation);
                text.append('\n');
            }
        }
    }

    private void appendHashes() {
        text.append("\n| key bytes |");
        HASHES.forEach(hash -> text.append(' ').append(hash).append(" |"));
        text.append(" keyHash / xxHash64 |\n|---|");
        text.append("---:|".repeat(HASHES.size() + 1)).append('\n');
        for (String size : KEY_BYTES) {
            text.append("| ").append(size).append(" |");
            for (String hash : HASHES) {
                append("KeyHashing." + hash + ':' + size);
            }
            appendRatio("KeyHashing.keyHash:" + size, "KeyHashing.xxHash64:" + size);
            text.append('\n');
        }
    }

    private void append(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            text.append(" - |");
            return;
        }
        text.append(' ').append(CodecsCommand.number(figure.nanos()));
        if (!Double.isNaN(figure.errorNanos())) {
            text.append(" ±").append(CodecsCommand.number(figure.errorNanos()));
        }
        text.append(" [")
                .append(Double.isNaN(figure.garbageBytes()) ? "-" : Math.round(figure.garbageBytes()))
                .append("] |");
    }

    private void appendRatio(String dividend, String divisor) {
        @Nullable Figure above = figures.get(dividend);
        @Nullable Figure below = figures.get(divisor);
        text.append(' ')
                .append(above == null || below == null ? "-" : CodecsCommand.number(above.nanos() / below.nanos()))
                .append(" |");
    }
}

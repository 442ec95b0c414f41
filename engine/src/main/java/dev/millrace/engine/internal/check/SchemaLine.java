package dev.millrace.engine.internal.check;

import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.serde.SchemaType;
import java.util.stream.Collectors;

/** A stored type in one line: {@code Route(String from, String to)}. */
final class SchemaLine {
    /** What a single value is called in the record that stands for it. */
    private static final String SINGLE = "value";

    private SchemaLine() {}

    /**
     * @param descriptor as a commit record has it
     * @param words what it says if it has no descriptor
     */
    static String of(byte[] descriptor, String words) {
        if (descriptor.length == 0) {
            return words.lines().map(String::strip).collect(Collectors.joining("; "));
        }
        try {
            return of(SchemaDescriptor.parse(descriptor).root());
        } catch (MalformedRecordException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static String of(SchemaType root) {
        if (root.fields().size() == 1 && root.fields().get(0).name().equals(SINGLE)) {
            return root.fields().get(0).type().describe();
        }
        return root.fields().stream()
                .map(field -> field.type().describe() + " " + field.name())
                .collect(Collectors.joining(", ", root.name() + "(", ")"));
    }
}

package dev.millrace.protoc;

import com.google.protobuf.Descriptors.GenericDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Collects what is wrong with the files, each with its place, so that a user sees all of it at once. */
final class Problems {
    /** What is told of at most; more would not be read. */
    static final int MOST = 50;

    private final Sources sources;
    private final Consumer<String> notes;
    private final List<String> lines = new ArrayList<>();
    private int count;

    Problems(Sources sources, Consumer<String> notes) {
        this.sources = sources;
        this.notes = notes;
    }

    /** Refuses something: nothing will be generated. */
    void add(GenericDescriptor of, String message) {
        count++;
        if (lines.size() < MOST) {
            lines.add(sources.place(of) + ": " + message);
        }
    }

    /** Tells of something that does not stop the generation. */
    void note(GenericDescriptor of, String message) {
        notes.accept(sources.place(of) + ": note: " + message);
    }

    boolean isEmpty() {
        return count == 0;
    }

    String text() {
        String more = count > lines.size() ? "\nand more: problems=" + count + ", shown=" + lines.size() : "";
        return String.join("\n", lines) + more;
    }
}

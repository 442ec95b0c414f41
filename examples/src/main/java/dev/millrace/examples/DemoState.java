package dev.millrace.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory of the state: one that the user named, or a temporary one that goes at the end. */
final class DemoState implements AutoCloseable {
    private final Path path;
    private final boolean isTemporary;

    private DemoState(Path path, boolean isTemporary) {
        this.path = path;
        this.isTemporary = isTemporary;
    }

    static DemoState at(@Nullable Path named) {
        if (named != null) {
            return new DemoState(named, false);
        }
        try {
            return new DemoState(Files.createTempDirectory("millrace-state-"), true);
        } catch (IOException e) {
            throw RefusedException.noTemporaryDirectory(e);
        }
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return isTemporary;
    }

    /** Removes a temporary directory. */
    @Override
    public void close() {
        if (!isTemporary || !Files.exists(path)) {
            return;
        }
        try {
            for (Path each : deepestFirst()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw RefusedException.noTemporaryDirectory(e);
        }
    }

    private List<Path> deepestFirst() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}

package dev.millrace.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The directory of the state: one that the user named, or a temporary one that goes at the end. */
final class StateDirectory implements AutoCloseable {
    private final Path path;
    private final boolean isTemporary;

    private StateDirectory(Path path, boolean isTemporary) {
        this.path = path;
        this.isTemporary = isTemporary;
    }

    static StateDirectory at(@Nullable Path named) {
        if (named != null) {
            return new StateDirectory(named, false);
        }
        try {
            return new StateDirectory(Files.createTempDirectory("millrace-state-"), true);
        } catch (IOException e) {
            throw RefusedException.directory("temporary state", Path.of("millrace-state-…"), e);
        }
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return isTemporary;
    }

    @Override
    public String toString() {
        return isTemporary ? "temporary" : path.toString();
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
            throw RefusedException.directory("temporary state", path, e);
        }
    }

    private List<Path> deepestFirst() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        }
    }
}

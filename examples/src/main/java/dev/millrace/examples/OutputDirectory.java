package dev.millrace.examples;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The directory of the results. What was made for a job that could not start is taken away again. */
final class OutputDirectory implements AutoCloseable {
    private final Path path;
    /** Directories that were made, the innermost first. */
    private final Deque<Path> made = new ArrayDeque<>();

    private OutputDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes the directory if it is not there.
     *
     * @throws RefusedException if no file can be written there
     */
    static OutputDirectory make(Path path) {
        OutputDirectory directory = new OutputDirectory(path.toAbsolutePath().normalize());
        try {
            directory.makeMissing();
            Files.delete(Files.createTempFile(directory.path, ".millrace-", ".probe"));
        } catch (IOException e) {
            directory.close();
            throw RefusedException.directory("output", path, e);
        }
        return directory;
    }

    private void makeMissing() throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path each = path; each != null && !Files.isDirectory(each); each = each.getParent()) {
            missing.push(each);
        }
        for (Path each : missing) {
            Files.createDirectory(each);
            made.push(each);
        }
    }

    Path path() {
        return path;
    }

    /** The job has begun to write: the directory stays. */
    void keep() {
        made.clear();
    }

    /** Removes the directories that were made and are empty. */
    @Override
    public void close() {
        try {
            while (!made.isEmpty()) {
                Files.deleteIfExists(made.pop());
            }
        } catch (DirectoryNotEmptyException e) {
            made.clear();
        } catch (IOException e) {
            throw RefusedException.directory("output", path, e);
        }
    }
}

package dev.millrace.state.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Copies directories: what is on the disk while a process runs is what a successor would find had it been killed there. */
public final class Directories {
    private static final int MAX_TRIES = 1000;

    private Directories() {}

    /**
     * Copies a directory with everything in it, as it was at one moment: a store that compacts in the background may change it while it
     * is copied, and then it is copied again.
     */
    public static Path copy(Path from, Path to) {
        try {
            for (int tries = 0; tries < MAX_TRIES; tries++) {
                SortedMap<String, Long> before = sizes(from);
                copyOnce(from, to);
                // Every change of what counts makes some file longer, so equal sizes mean that nothing happened in
                // between.
                if (before.equals(sizes(from)) && before.equals(sizes(to))) {
                    return to;
                }
                delete(to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("directory never stands still: from=" + from + ", tries=" + MAX_TRIES);
    }

    private static SortedMap<String, Long> sizes(Path directory) throws IOException {
        SortedMap<String, Long> sizes = new TreeMap<>();
        for (Path path : walk(directory)) {
            try {
                sizes.put(directory.relativize(path).toString(), Files.isDirectory(path) ? 0 : Files.size(path));
            } catch (NoSuchFileException e) {
                sizes.put(path + " vanished", 0L);
            }
        }
        return sizes;
    }

    private static List<Path> walk(Path directory) throws IOException {
        while (true) {
            try (Stream<Path> walk = Files.walk(directory)) {
                return walk.toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e.getCause();
                }
            }
        }
    }

    private static void copyOnce(Path from, Path to) throws IOException {
        for (Path path : walk(from)) {
            Path target = to.resolve(from.relativize(path).toString());
            try {
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            } catch (NoSuchFileException e) {
                Files.deleteIfExists(target);
            }
        }
    }

    /** Deletes a directory with everything in it. */
    public static void delete(Path directory) throws IOException {
        List<Path> paths = walk(directory);
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(paths.get(i));
        }
    }
}

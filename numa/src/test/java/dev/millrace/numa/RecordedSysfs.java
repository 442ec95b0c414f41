package dev.millrace.numa;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Machines as files: recordings of real guests, or a few lines of a test's own. */
final class RecordedSysfs {
    private RecordedSysfs() {}

    /** Writes a recording of PATH=CONTENT lines out as files. */
    static Path replay(String recording, Path root) {
        try (InputStream in = Objects.requireNonNull(
                        RecordedSysfs.class.getResourceAsStream("/sysfs/" + recording), recording);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int equals = line.indexOf('=');
                if (!line.startsWith("#") && equals > 0) {
                    write(root, line.substring(0, equals), line.substring(equals + 1));
                }
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path root, Map<String, String> files) {
        files.forEach((path, content) -> {
            try {
                write(root, path, content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return root;
    }

    private static void write(Path root, String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content + "\n");
    }
}

package dev.millrace.engine.internal.file;

import dev.millrace.state.file.FileOps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Text files for readers: writes them, and reads them line by line. */
final class TextFiles {
    private TextFiles() {}

    static Path write(Path file, String text) {
        return write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A gzip with a member for each text. */
    static byte[] gzip(String... texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String text : texts) {
            try (GZIPOutputStream member = new GZIPOutputStream(bytes)) {
                member.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes.toByteArray();
    }

    static LineReader open(Path file) {
        return new LineReader(FileOps.real(), file);
    }

    static List<String> lines(Path file) {
        try (LineReader reader = open(file)) {
            return rest(reader);
        }
    }

    /** The lines that a reader has before it. */
    static List<String> rest(LineReader reader) {
        List<String> lines = new ArrayList<>();
        while (reader.next()) {
            lines.add(line(reader));
        }
        return lines;
    }

    static String line(LineReader reader) {
        return new String(
                reader.buffer(), reader.lineStart(), reader.lineEnd() - reader.lineStart(), StandardCharsets.UTF_8);
    }
}

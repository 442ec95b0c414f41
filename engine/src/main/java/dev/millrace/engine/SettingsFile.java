package dev.millrace.engine;

import dev.millrace.allocator.Setting;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A file of settings, read and not yet looked at. Used by one thread. */
final class SettingsFile {
    /** More is no file of settings. */
    static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final List<Line> lines;

    /** One setting, and where it begins. */
    private record Line(int number, String key, String value) {}

    private SettingsFile(Path file, List<Line> lines) {
        this.file = file;
        this.lines = lines;
    }

    static SettingsFile read(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                throw new IllegalArgumentException("file of settings is too large: file=" + file + ", bytes=" + bytes
                        + ", limitBytes=" + MAX_BYTES + "; name a file of lines such as memory=1GiB");
            }
            return new SettingsFile(file, lines(file, Files.readString(file, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "file of settings cannot be read: file=" + file + ", answer=" + e
                            + "; name a readable file in UTF-8",
                    e);
        }
    }

    /** The settings alone, from the defaults. */
    EngineConfig load() {
        for (Line line : lines) {
            if (line.key.equals(EngineSettings.STATE_DIRECTORY)) {
                return applyTo(EngineConfig.of(file));
            }
        }
        throw new IllegalArgumentException("state directory is missing: file=" + file
                + ", key=" + EngineSettings.STATE_DIRECTORY + "; add a line such as "
                + EngineSettings.STATE_DIRECTORY + "=state");
    }

    /** Applied in the order of the table, not of the file: the size of memory comes before what is measured by it. */
    EngineConfig applyTo(EngineConfig config) {
        lines.forEach(this::requireKnown);
        EngineConfig changed = config;
        for (Setting<EngineConfig> setting : EngineSettings.all()) {
            for (Line line : lines) {
                if (line.key.equals(setting.key())) {
                    changed = applied(setting, changed, line);
                }
            }
        }
        for (Line line : lines) {
            if (line.key.startsWith("memory.node.")) {
                changed = applied(requireKnown(line), changed, line);
            }
        }
        return changed;
    }

    private EngineConfig applied(Setting<EngineConfig> setting, EngineConfig config, Line line) {
        try {
            EngineConfig changed = setting.writer().apply(config, line.value);
            if (line.key.equals(EngineSettings.STATE_DIRECTORY)) {
                changed = changed.stateDirectory(besideFile(changed.stateDirectory()));
            }
            String value = setting.reader().apply(changed);
            return changed.from(changed.origins().with(line.key, file + ":" + line.number, value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "setting is refused: " + place(line) + ", value=\"" + line.value + "\", allowed=" + setting.values()
                            + ": " + e.getMessage(),
                    e);
        }
    }

    private Path besideFile(Path path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? path : folder.resolve(path);
    }

    private Setting<EngineConfig> requireKnown(Line line) {
        return EngineSettings.find(line.key)
                .filter(setting -> !setting.key().contains(".N."))
                .orElseThrow(() -> new IllegalArgumentException("no such setting: " + place(line) + ", nearest="
                        + EngineSettings.nearest(line.key) + "; mend the key or remove the line"));
    }

    private String place(Line line) {
        return "file=" + file + ", line=" + line.number + ", key=" + line.key;
    }

    /** Each setting by itself, so that its line is known; what a line says is what {@link Properties} say. */
    private static List<Line> lines(Path file, String text) throws IOException {
        List<Line> lines = new ArrayList<>();
        String[] natural = text.split("\\R", -1);
        int next = 0;
        while (next < natural.length) {
            int first = next;
            StringBuilder logical = new StringBuilder(natural[next]);
            while (isContinued(natural[next]) && next + 1 < natural.length) {
                logical.append('\n').append(natural[++next]);
            }
            next++;
            add(lines, file, first + 1, logical.toString());
        }
        return lines;
    }

    private static void add(List<Line> lines, Path file, int number, String text) throws IOException {
        Properties one = new Properties();
        try {
            one.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "line is damaged: file=" + file + ", line=" + number + ", text=\"" + text + "\": " + e.getMessage()
                            + "; write \\u and four digits, or no backslash",
                    e);
        }
        for (String key : one.stringPropertyNames()) {
            for (Line before : lines) {
                if (before.key.equals(key)) {
                    throw new IllegalArgumentException("setting is there twice: file=" + file + ", line=" + number
                            + ", key=" + key + ", first=" + before.number + "; remove one of the lines");
                }
            }
            lines.add(new Line(number, key, one.getProperty(key)));
        }
    }

    /** A line goes on where it ends with a backslash that is not escaped; comments never do. */
    private static boolean isContinued(String line) {
        String start = line.stripLeading();
        if (start.startsWith("#") || start.startsWith("!")) {
            return false;
        }
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}

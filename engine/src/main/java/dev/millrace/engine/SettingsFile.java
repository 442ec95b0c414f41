package dev.millrace.engine;

import dev.millrace.allocator.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of settings, read and not yet looked at. Used by one thread. */
final class SettingsFile {
    /** More is no file of settings. */
    static final long MAX_BYTES = 1 << 20;

    private static final String CONF = "millrace.conf";
    private static final String PROPERTIES = "millrace.properties";

    private final Path file;
    private final List<SettingLine> lines;

    private SettingsFile(Path file, List<SettingLine> lines) {
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
            requireNoTwin(file);
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return new SettingsFile(file, isConf(file) ? ConfLines.of(file, text) : PropertiesLines.of(file, text));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "file of settings cannot be read: file=" + file + ", answer=" + e
                            + "; name a readable file in UTF-8",
                    e);
        }
    }

    /** By its name: {@code .conf}, {@code .hocon} and {@code .json} are HOCON, everything else has lines of properties. */
    private static boolean isConf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".conf") || name.endsWith(".hocon") || name.endsWith(".json");
    }

    /** Of two files with the names that the guide gives, one would be changed and the other be in force. */
    private static void requireNoTwin(Path file) {
        String name = String.valueOf(file.getFileName());
        Path other = name.equals(CONF)
                ? file.resolveSibling(PROPERTIES)
                : name.equals(PROPERTIES) ? file.resolveSibling(CONF) : file;
        if (!other.equals(file) && Files.exists(other)) {
            throw new IllegalArgumentException("two files of settings lie side by side: file=" + file + ", other="
                    + other + "; keep one of them, or give them other names");
        }
    }

    /** The settings alone, from the defaults. */
    EngineConfig load() {
        for (SettingLine line : lines) {
            if (line.key().equals(EngineSettings.STATE_DIRECTORY)) {
                return applyTo(EngineConfig.of(file));
            }
        }
        throw new IllegalArgumentException("state directory is missing: file=" + file
                + ", key=" + EngineSettings.STATE_DIRECTORY + "; add a line such as "
                + EngineSettings.STATE_DIRECTORY + "=state");
    }

    /** Applied in the order of the table, not of the file: the size of memory comes before what is measured by it. */
    EngineConfig applyTo(EngineConfig config) {
        requireEachOnce();
        lines.forEach(this::requireKnown);
        EngineConfig changed = config;
        for (Setting<EngineConfig> setting : EngineSettings.all()) {
            for (SettingLine line : lines) {
                if (line.key().equals(setting.key())) {
                    changed = applied(setting, changed, line);
                }
            }
        }
        for (SettingLine line : lines) {
            if (line.key().startsWith("memory.node.")) {
                changed = applied(requireKnown(line), changed, line);
            }
        }
        return changed;
    }

    private EngineConfig applied(Setting<EngineConfig> setting, EngineConfig config, SettingLine line) {
        try {
            EngineConfig changed = setting.writer().apply(config, line.value());
            if (line.key().equals(EngineSettings.STATE_DIRECTORY)) {
                changed = changed.stateDirectory(besideFile(changed.stateDirectory()));
            }
            String value = setting.reader().apply(changed);
            return changed.from(changed.origins().with(line.key(), file + ":" + line.number(), value));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "setting is refused: " + place(line) + ", value=\"" + line.value() + "\", allowed="
                            + setting.values() + ": " + e.getMessage(),
                    e);
        }
    }

    private void requireEachOnce() {
        Map<String, SettingLine> seen = new HashMap<>();
        for (SettingLine line : lines) {
            SettingLine before = seen.putIfAbsent(line.key(), line);
            if (before != null) {
                throw new IllegalArgumentException("setting is there twice: " + place(line) + ", first="
                        + before.number() + "; remove one of them");
            }
        }
    }

    private Path besideFile(Path path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? path : folder.resolve(path);
    }

    private Setting<EngineConfig> requireKnown(SettingLine line) {
        return EngineSettings.find(line.key())
                .filter(setting -> !setting.key().contains(".N."))
                .orElseThrow(() -> new IllegalArgumentException("no such setting: " + place(line) + ", nearest="
                        + nearest(line.key()) + "; mend the key or remove the line"));
    }

    private String nearest(String key) {
        return isConf(file) ? EngineSettings.nearest(key, ConfLines.SIZE) : EngineSettings.nearest(key);
    }

    private String place(SettingLine line) {
        return "file=" + file + ", line=" + line.number() + ", key=" + line.written();
    }
}

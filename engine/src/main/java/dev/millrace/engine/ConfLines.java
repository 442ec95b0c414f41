package dev.millrace.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import com.typesafe.config.parser.ConfigDocument;
import com.typesafe.config.parser.ConfigDocumentFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Reads settings in HOCON, of which JSON is a part. What a file says is in the file: it includes nothing, and nothing of the
 * process or the system is put into it.
 */
final class ConfLines {
    /** The key of the budget as a member of the section that HOCON makes of {@code memory.}. */
    static final String SIZE = "memory.size";

    private static final String MEMORY = "memory";

    /** Sections and lists in all: the parser calls itself for one inside another. */
    private static final int MAX_SECTIONS = 1000;

    private static final String PROBE_KEY = "probe of millrace";

    private static final ConfigObject PROBE =
            ConfigFactory.parseMap(Map.of(PROBE_KEY, "")).root();

    private final Path file;
    private final ConfigParseOptions options;
    private final List<SettingLine> lines = new ArrayList<>();

    private ConfLines(Path file) {
        this.file = file;
        options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(file.toString())
                .setIncluder(new NoIncludes(file));
    }

    static List<SettingLine> of(Path file, String text) {
        ConfLines reader = new ConfLines(file);
        requireFewSections(file, text);
        reader.addAll("", reader.parse(text).root());
        reader.requireNothingLost(text);
        reader.lines.sort(Comparator.comparingInt(SettingLine::number));
        return reader.lines;
    }

    private static void requireFewSections(Path file, String text) {
        long count = text.chars().filter(each -> each == '{' || each == '[').count();
        if (count > MAX_SECTIONS) {
            throw new IllegalArgumentException("file of settings has too many sections: file=" + file + ", sections="
                    + count + ", limit=" + MAX_SECTIONS + "; name a file of lines such as memory.size=1GiB");
        }
    }

    private Config parse(String text) {
        try {
            return ConfigFactory.parseString(text, options);
        } catch (ConfigException e) {
            // Its message begins with the description of the origin.
            int line = e.origin() == null ? -1 : e.origin().lineNumber();
            String told = String.valueOf(e.getMessage()).replace(file + ": " + line + ": ", "");
            throw new IllegalArgumentException(
                    "file of settings is damaged: " + place(line) + ": " + told.strip()
                            + "; write HOCON: key = value, and values with signs such as : and $ in double quotes",
                    e);
        }
    }

    private void addAll(String before, ConfigObject section) {
        for (Map.Entry<String, ConfigValue> member : section.entrySet()) {
            String key = before + member.getKey();
            ConfigValue value = member.getValue();
            int line = value.origin().lineNumber();
            switch (typeOf(key, value)) {
                case OBJECT -> {
                    requireNoValueBeside(key, line, (ConfigObject) value);
                    addAll(key + ".", (ConfigObject) value);
                }
                case LIST -> throw refused(key, line, "a list", "write one value");
                case NULL -> throw refused(key, line, "null", "write a value, or leave the key out");
                case BOOLEAN -> add(key, line, word(key, (Boolean) value.unwrapped()));
                case NUMBER, STRING -> add(key, line, value.unwrapped().toString());
            }
        }
    }

    private ConfigValueType typeOf(String key, ConfigValue value) {
        try {
            return value.valueType();
        } catch (ConfigException.NotResolved e) {
            IllegalArgumentException refused = refused(
                    key,
                    value.origin().lineNumber(),
                    "a substitution",
                    "write the value itself, in double quotes if it has a $: what a file of settings says is in the file");
            refused.initCause(e);
            throw refused;
        }
    }

    private void add(String key, int line, String value) {
        String known = key.equals(SIZE) ? MEMORY : key;
        lines.add(new SettingLine(line, known, key, value));
    }

    /** HOCON has the words on and true for the same. */
    private static String word(String key, boolean isOn) {
        boolean isSwitch = EngineSettings.find(key)
                .filter(setting -> setting.values().equals("on|off"))
                .isPresent();
        return isSwitch ? isOn ? "on" : "off" : Boolean.toString(isOn);
    }

    /**
     * In HOCON a section that comes after a value of the same key takes its place, and the value is gone without a word. Such a
     * section takes nothing from a fallback, which is how it is told.
     */
    private void requireNoValueBeside(String key, int line, ConfigObject section) {
        boolean hidesAValue = !section.withFallback(PROBE).containsKey(PROBE_KEY);
        if (hidesAValue || (isSetting(key) && !key.equals(MEMORY))) {
            throw refused(
                    key,
                    line,
                    "a section where a value is",
                    key.equals(MEMORY)
                            ? "write " + SIZE + " for the budget beside other settings of memory"
                            : "write the value alone");
        }
    }

    private static boolean isSetting(String key) {
        return EngineSettings.find(key).isPresent();
    }

    /** The other way round: a value that comes after a section takes its place. */
    private void requireNothingLost(String text) {
        for (SettingLine line : lines) {
            if (line.written().equals(MEMORY) && hasMemorySection(ConfigDocumentFactory.parseString(text, options))) {
                throw refused(
                        MEMORY,
                        line.number(),
                        "a value where a section is",
                        "write " + SIZE + " for the budget beside other settings of memory");
            }
        }
    }

    private static boolean hasMemorySection(ConfigDocument document) {
        return document.hasPath(SIZE)
                || EngineSettings.all().stream()
                        .map(setting -> setting.key().replaceFirst("\\.N\\..*", ""))
                        .anyMatch(key -> key.startsWith(MEMORY + ".") && document.hasPath(key));
    }

    private IllegalArgumentException refused(String key, int line, String what, String fix) {
        return new IllegalArgumentException(
                "setting is refused: " + place(line) + ", key=" + key + ": " + what + "; " + fix);
    }

    private String place(int line) {
        return line > 0 ? "file=" + file + ", line=" + line : "file=" + file;
    }
}

package dev.millrace.engine;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Reads settings as {@link Properties} are written: each by itself, so that its line is known. */
final class PropertiesLines {
    private PropertiesLines() {}

    static List<SettingLine> of(Path file, String text) throws IOException {
        List<SettingLine> lines = new ArrayList<>();
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

    private static void add(List<SettingLine> lines, Path file, int number, String text) throws IOException {
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
            lines.add(new SettingLine(number, key, key, one.getProperty(key)));
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

package dev.millrace.serde.csv;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** One line, split into its columns. Used by one thread at a time; the arrays it points into are good until the next line. */
final class CsvLine {
    private final String[] names;
    private final int[] starts;
    private final int[] ends;
    private byte[] bytes = new byte[0];
    /** Holds the columns of a line with quotes, the quotes taken off. */
    private byte[] unquoted = new byte[0];

    private int nanos;

    CsvLine(List<String> names) {
        this.names = names.toArray(new String[0]);
        this.starts = new int[names.size()];
        this.ends = new int[names.size()];
    }

    String header() {
        return String.join(",", names);
    }

    int columns() {
        return names.length;
    }

    /** The array that {@link #start} and {@link #end} point into. */
    byte[] bytes() {
        return bytes;
    }

    int start(int column) {
        return starts[column];
    }

    int end(int column) {
        return ends[column];
    }

    /** The fraction of the time that was parsed last. */
    int nanos() {
        return nanos;
    }

    void nanos(int nanos) {
        this.nanos = nanos;
    }

    String text(int column) {
        return new String(bytes, starts[column], ends[column] - starts[column], StandardCharsets.UTF_8);
    }

    /** The exception that says what a column should have held. */
    CsvException malformed(int column, String expected) {
        return CsvException.ofValue(column + 1, names[column], text(column), expected);
    }

    void split(byte[] line, int start, int lineEnd) {
        Objects.checkFromToIndex(start, lineEnd, line.length);
        final int end = lineEnd > start && line[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        final int lastColumn = names.length - 1;
        int column = 0;
        starts[0] = start;
        for (int at = start; at < end; at++) {
            final byte unit = line[at];
            if (unit == ',') {
                if (column == lastColumn) {
                    splitQuoted(line, start, end);
                    return;
                }
                ends[column++] = at;
                starts[column] = at + 1;
            } else if (unit == '"') {
                splitQuoted(line, start, end);
                return;
            }
        }
        if (column != lastColumn) {
            throw wrongCount(column + 1, line, start, end);
        }
        ends[column] = end;
        bytes = line;
    }

    /** The slow way, for lines with quotes and lines with too many columns. */
    private void splitQuoted(byte[] line, int start, int end) {
        if (unquoted.length < end - start) {
            unquoted = new byte[end - start];
        }
        int column = 0;
        int length = 0;
        int at = start;
        while (true) {
            int columnStart = length;
            if (at < end && line[at] == '"') {
                at++;
                while (true) {
                    if (at == end) {
                        throw wrongQuotes(column, line, start, end, "the closing quote is missing");
                    }
                    if (line[at] == '"') {
                        if (at + 1 == end || line[at + 1] != '"') {
                            at++;
                            break;
                        }
                        at++;
                    }
                    unquoted[length++] = line[at++];
                }
                if (at < end && line[at] != ',') {
                    throw wrongQuotes(column, line, start, end, "text behind the closing quote");
                }
            } else {
                while (at < end && line[at] != ',') {
                    if (line[at] == '"') {
                        throw wrongQuotes(column, line, start, end, "a quote inside a value that is not quoted");
                    }
                    unquoted[length++] = line[at++];
                }
            }
            if (column < names.length) {
                starts[column] = columnStart;
                ends[column] = length;
            }
            column++;
            if (at == end) {
                break;
            }
            at++;
        }
        if (column != names.length) {
            throw wrongCount(column, line, start, end);
        }
        bytes = unquoted;
    }

    private CsvException wrongCount(int found, byte[] line, int start, int end) {
        return CsvException.ofCount(names.length, found, new String(line, start, end - start, StandardCharsets.UTF_8));
    }

    private CsvException wrongQuotes(int column, byte[] line, int start, int end, String fault) {
        String name = column < names.length ? names[column] : "";
        String text = new String(line, start, end - start, StandardCharsets.UTF_8);
        return CsvException.ofQuotes(column + 1, name, text, fault);
    }
}

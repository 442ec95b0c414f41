package dev.millrace.serde.csv;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.internal.TextCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * One line: split into its columns, and each read into a slot of its kind. Used by one thread at a time; everything in it is
 * good until the next line.
 */
final class CsvLine {
    private final String[] names;
    private final FieldKind[] kinds;
    private final FieldType[] types;
    /** One for each column; only those of enums are looked at. */
    private final EnumNames[] enums;

    private final TextCache cache = new TextCache();
    private final int[] starts;
    private final int[] ends;
    private final long[] numbers;
    private final int[] nanos;
    private final String[] texts;
    private final Object[] constants;
    private byte[] bytes = new byte[0];
    /** Holds the columns of a line with quotes, the quotes taken off. */
    private byte[] unquoted = new byte[0];

    CsvLine(List<LayoutField> fields) {
        final int columns = fields.size();
        this.names = new String[columns];
        this.kinds = new FieldKind[columns];
        this.types = new FieldType[columns];
        this.enums = new EnumNames[columns];
        this.starts = new int[columns];
        this.ends = new int[columns];
        this.numbers = new long[columns];
        this.nanos = new int[columns];
        this.texts = new String[columns];
        this.constants = new Object[columns];
        for (int i = 0; i < columns; i++) {
            LayoutField field = fields.get(i);
            names[i] = columnName(field.name());
            kinds[i] = field.kind();
            types[i] = field.fieldType();
            enums[i] = CsvObjects.namesOf(field.fieldType());
        }
    }

    /** The name of a component as columns are named: {@code windowStart} is {@code window_start}. */
    private static String columnName(String component) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < component.length(); i++) {
            char unit = component.charAt(i);
            if (Character.isUpperCase(unit) && i > 0 && !Character.isUpperCase(component.charAt(i - 1))) {
                name.append('_');
            }
            name.append(Character.toLowerCase(unit));
        }
        return name.toString();
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

    /** The fraction of the time that a column held. */
    int nanos(int column) {
        return nanos[column];
    }

    void nanos(int column, int fraction) {
        nanos[column] = fraction;
    }

    String text(int column) {
        return new String(bytes, starts[column], ends[column] - starts[column], StandardCharsets.UTF_8);
    }

    /** The exception that says what a column should have held. */
    CsvException malformed(int column, String expected) {
        return CsvException.ofValue(column + 1, names[column], text(column), expected);
    }

    /**
     * Splits a line and reads its columns into the slots. One long method on purpose: HotSpot does not inline a hot method
     * of more than 325 bytecodes, so what is left to a format, making the record from the slots, is small enough to be
     * inlined where it is used, and a record that nobody keeps is never built.
     *
     * @throws CsvException if the line is not a record of the format
     */
    void read(byte[] line, int start, int lineEnd) {
        Objects.checkFromToIndex(start, lineEnd, line.length);
        final int end = lineEnd > start && line[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        final int lastColumn = names.length - 1;
        boolean isPlain = true;
        int split = 0;
        starts[0] = start;
        for (int at = start; at < end && isPlain; at++) {
            final byte unit = line[at];
            if (unit == ',') {
                ends[split] = at;
                isPlain = split++ < lastColumn;
                if (isPlain) {
                    starts[split] = at + 1;
                }
            } else {
                isPlain = unit != '"';
            }
        }
        if (!isPlain) {
            splitQuoted(line, start, end);
        } else if (split != lastColumn) {
            throw wrongCount(split + 1, line, start, end);
        } else {
            ends[split] = end;
            bytes = line;
        }
        final FieldKind[] kinds = this.kinds;
        for (int column = 0; column < kinds.length; column++) {
            switch (kinds[column]) {
                case BOOLEAN -> numbers[column] = CsvParsers.parseBoolean(this, column) ? 1 : 0;
                case BYTE -> numbers[column] = CsvParsers.parseByte(this, column);
                case SHORT -> numbers[column] = CsvParsers.parseShort(this, column);
                case CHAR -> numbers[column] = CsvParsers.parseChar(this, column);
                case INT -> numbers[column] = CsvParsers.parseInt(this, column);
                case LONG -> numbers[column] = CsvParsers.parseLong(this, column);
                case FLOAT -> numbers[column] = Float.floatToRawIntBits(CsvParsers.parseFloat(this, column));
                case DOUBLE -> numbers[column] = Double.doubleToRawLongBits(CsvParsers.parseDouble(this, column));
                case INSTANT -> numbers[column] = Times.parseSeconds(this, column);
                case TEXT, FIXED_TEXT -> texts[column] = CsvParsers.parseText(cache, this, column);
                case ENUM -> constants[column] = enums[column].find(this, column);
                case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, OPTIONAL ->
                    constants[column] = CsvObjects.parse(types[column], enums[column], this, column);
                case RECORD, BYTES, ARRAY, LIST, MAP, UNION ->
                    throw new IllegalStateException("no column: component=" + names[column]);
            }
        }
    }

    /** What a column held: a number, the bits of a floating point number, 0 or 1, epoch seconds. */
    long number(int column) {
        return numbers[column];
    }

    /** The text that a column held. An array of its own: a cast would keep instants from being optimised away. */
    String textValue(int column) {
        return texts[column];
    }

    /** The short strings that columns have held. */
    TextCache cache() {
        return cache;
    }

    /** The enum constant, or the object of another kind, that a column held. */
    Object constant(int column) {
        return constants[column];
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

package dev.millrace.serde.csv;

/** A line is not a record of the format. The message names column, value and what was expected. */
public final class CsvException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The longest piece of a value that a message repeats. */
    private static final int MOST_SHOWN_CHARS = 100;

    private final int column;
    private final String columnName;
    private final String value;
    private final String expected;

    private CsvException(String message, int column, String columnName, String value, String expected) {
        super(message);
        this.column = column;
        this.columnName = columnName;
        this.value = value;
        this.expected = expected;
    }

    static CsvException ofValue(int column, String columnName, String value, String expected) {
        String message = "column " + column + " \"" + columnName + "\": not " + expected + ": \"" + shown(value) + '"';
        return new CsvException(message, column, columnName, value, expected);
    }

    static CsvException ofCount(int expectedColumns, int foundColumns, String line) {
        String expected = expectedColumns + (expectedColumns == 1 ? " column" : " columns");
        return new CsvException("expected " + expected + ", found " + foundColumns, 0, "", line, expected);
    }

    static CsvException ofQuotes(int column, String columnName, String line, String fault) {
        String message = "column " + column + " \"" + columnName + "\": " + fault + ": \"" + shown(line) + '"';
        return new CsvException(message, column, columnName, line, "quotes as in RFC 4180");
    }

    /** The column's number, from 1; 0 if it is the line as a whole. */
    public int column() {
        return column;
    }

    /** The column's name; empty if it is the line as a whole. */
    public String columnName() {
        return columnName;
    }

    /** The offending text: that of the column, or the line. */
    public String value() {
        return value;
    }

    /** What would have been fine. */
    public String expected() {
        return expected;
    }

    private static String shown(String value) {
        return value.length() <= MOST_SHOWN_CHARS ? value : value.substring(0, MOST_SHOWN_CHARS) + "...";
    }
}

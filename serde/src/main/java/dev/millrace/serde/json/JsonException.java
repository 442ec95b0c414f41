package dev.millrace.serde.json;

/** A line is not a value of the format. The message names the place, the value and what was expected. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The longest piece of a value that a message repeats. */
    private static final int MOST_SHOWN_CHARS = 100;

    private final int column;
    private final String path;
    private final String value;
    private final String expected;

    private JsonException(String message, int column, String path, String value, String expected) {
        super(message);
        this.column = column;
        this.path = path;
        this.value = value;
        this.expected = expected;
    }

    static JsonException ofValue(int column, String path, String value, String expected) {
        String place = path.isEmpty() ? "" : " \"" + path + '"';
        return new JsonException(
                "column " + column + place + ": not " + expected + ": \"" + shown(value) + '"',
                column,
                path,
                value,
                expected);
    }

    static JsonException ofMissing(int column, String path) {
        String message = "column " + column + " \"" + path + "\": the property is missing";
        return new JsonException(message, column, path, "", "a property");
    }

    static JsonException ofSyntax(int column, String line, String fault) {
        String message = "column " + column + ": not JSON: " + fault + ": \"" + shown(line) + '"';
        return new JsonException(message, column, "", line, "JSON");
    }

    /** Where in the line the value starts, in bytes from 1. */
    public int column() {
        return column;
    }

    /** Where in the value it is, as a JSON pointer (RFC 6901); empty if it is the line as a whole. */
    public String path() {
        return path;
    }

    /** The offending text: that of the value, or the line. */
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

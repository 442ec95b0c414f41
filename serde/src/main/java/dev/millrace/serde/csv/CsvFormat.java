package dev.millrace.serde.csv;

import dev.millrace.serde.NullComponentException;
import dev.millrace.serde.UnsupportedTypeException;

/**
 * Values of one type as lines of comma-separated values in UTF-8, after RFC 4180.
 *
 * <p>Used by one thread at a time (it remembers short strings and where the columns of the last line are). Each call of
 * {@link #of} makes a class of its own, as with {@link dev.millrace.serde.FlatCodec}: ask for one for each place that uses
 * it. Short texts that come again, numbers of up to 15 digits and times in the first three forms leave no garbage.
 *
 * <pre>
 *   boolean        true, false
 *   integers       decimal, with an optional sign
 *   float, double  decimal with optional fraction and exponent; NaN, Infinity, -Infinity
 *   char           one character (of the basic plane)
 *   String         as it is; "..." with "" for a quote, where it holds a comma, a quote or a line's end
 *   enum           the constant's name
 *   Instant        2001-01-31 23:59   2001-01-31 23:59:58   2001-01-31 23:59:58.123 (1 to 9 digits), all in UTC,
 *                  or ISO 8601 as in 2001-01-31T23:59:58Z
 *   Duration, LocalDate, LocalDateTime, UUID, BigDecimal   as their toString
 *   Optional       as the value; nothing if there is none, so an empty text that is there reads back as missing
 * </pre>
 *
 * <p>What is written reads back as an equal value, except that half of a surrogate pair becomes {@code ?}. Times are written
 * in the shortest of these forms that holds them, fractions with 3, 6 or 9 digits, years outside 0 to 9999 as ISO 8601;
 * floating point numbers with the fewest fraction digits that name them, very large and small ones as {@code toString} does.
 *
 * @param <T> the type; a box where the format is that of a primitive
 */
public interface CsvFormat<T> {
    /**
     * Makes a format in a class of its own. A type that is no record has one column called {@code value}.
     *
     * @throws UnsupportedTypeException if a component has no text form; nested records have none
     */
    @SuppressWarnings("unchecked") // The class comes from the same argument.
    static <T> CsvFormat<T> of(Class<T> type) {
        return (CsvFormat<T>) CsvAssembly.newFormat(type);
    }

    /**
     * The names of the columns, separated by commas; without a line's end. A component {@code windowStart} is the column
     * {@code window_start}.
     */
    String header();

    /** How many columns a line has. */
    int columns();

    /**
     * Reads one line.
     *
     * @param line holds the line from start to end, without the line feed; a carriage return at its end is not part of it
     * @throws CsvException if the line is not a record of this format
     */
    T parse(byte[] line, int start, int end);

    /**
     * Appends one line, without the line's end.
     *
     * @throws NullComponentException if a component is null; the buffer is then as it was
     */
    void write(T value, CsvBuffer target);
}

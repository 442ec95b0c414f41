package dev.millrace.serde.json;

import dev.millrace.serde.NullComponentException;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;

/**
 * Values of one type as JSON (RFC 8259) in UTF-8, each without a line feed. A record is an object with a property for each
 * component; a type that is no record is its value alone.
 *
 * <p>Used by one thread at a time. Needs {@code com.fasterxml.jackson.core:jackson-core}. A line makes garbage, about
 * 2.6 kB when it is read and 0.7 kB when it is written: a parser, the boxes of its numbers, its texts, the record.
 *
 * <pre>
 *   boolean                  true, false
 *   integers, BigDecimal     a number
 *   float, double            a number, or "NaN", "Infinity", "-Infinity"
 *   char, String             a text
 *   enum                     the constant's name
 *   Instant                  ISO 8601 as in "2001-01-31T23:59:58.123Z", or a whole number of milliseconds since 1970
 *   Duration, LocalDate, LocalDateTime, UUID   as their toString
 *   byte[]                   Base64 (RFC 4648)
 *   List, other arrays       an array
 *   Map                      an object, its keys written as texts: they are numbers, texts, enums, times, UUIDs
 *   Optional                 the value; null or nothing if there is none
 *   nested record            an object
 *   sealed interface         {"Name": {..}}, the simple name of the record and the record
 * </pre>
 *
 * <p>What is written reads back as an equal value, except that half of a surrogate pair becomes {@code ?}. A property may also be
 * read under its name in snake case; properties of other names are passed over. Two of one name, and one that is missing, are
 * refused.
 *
 * @param <T> the type; a box where the format is that of a primitive
 */
public interface JsonFormat<T> {
    /** The most types inside each other that a line is read into or passed over. */
    int MAX_DEPTH = 500;

    /**
     * Makes a format.
     *
     * @throws UnsupportedTypeException if a component has no form in JSON: a map whose keys have parts, an optional optional value
     * @throws IllegalStateException if the parser is not on the class path; names its artifact
     */
    @SuppressWarnings("unchecked") // The layout is of the same type.
    static <T> JsonFormat<T> of(Class<T> type) {
        return (JsonFormat<T>) of(RecordLayout.of(type));
    }

    /** Makes a format for the values of a layout; otherwise as the other one. */
    static JsonFormat<?> of(RecordLayout layout) {
        try {
            return new JacksonFormat<>(layout);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "JSON needs a parser: missing=" + e.getMessage()
                            + "; add com.fasterxml.jackson.core:jackson-core to the class path",
                    e);
        }
    }

    /**
     * Reads one line.
     *
     * @throws JsonException if the line is not a value of this format
     */
    T parse(byte[] line, int start, int end);

    /**
     * Writes a value into {@link #bytes}, from 0 on, without a line's end but with room for one byte more.
     *
     * @return how many bytes it took
     * @throws NullComponentException if a component is null
     */
    int write(T value);

    /** Holds the last value written; valid until the next one is. */
    byte[] bytes();
}

package dev.millrace.engine.internal.plan;

/**
 * Something that an operator keeps under a name and a number of its own on disk. A state of a user's may be several.
 *
 * @param name the user's, or one with a slash, which users' names do not have
 * @param keyType of the user's key
 * @param valueType of what is kept, or of the repeated part of it
 * @param isKey whether the values are keys themselves, and must keep their bytes
 * @param form how entries look, in words: what was stored in one form cannot be read in another
 */
public record StoredState(String name, Class<?> keyType, Class<?> valueType, boolean isKey, String form) {
    /** What follows the name of an operator in the name of its timers. */
    private static final String TIMERS = "/timers";

    /** What follows the name of a map in the name of the list of its keys. */
    private static final String KEYS = "/keys";

    /** The name of the timers of an operator. */
    public static String timersOf(String operator) {
        return operator + TIMERS;
    }

    /** The name of the list of a map's keys. */
    public static String keysOf(String map) {
        return map + KEYS;
    }
}

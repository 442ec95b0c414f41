package dev.millrace.engine.stream;

import java.time.Instant;

/**
 * A timer that is due.
 *
 * @param name that it was set under; empty if it has none
 * @param time which time it goes by
 * @param at when it was to fire, which may be before now: then nothing came by earlier
 * @param isAtEnd whether it fires because the input has ended, and time with it; a timer that sets itself again must not do
 *     so then
 */
public record Timer(String name, TimeKind time, Instant at, boolean isAtEnd) {
    /** The longest name, in chars. */
    public static final int MAX_NAME_CHARS = 256;

    /** How many timers may follow from each other behind the end of the input. */
    public static final int MAX_LINKS_AT_END = 1000;
}

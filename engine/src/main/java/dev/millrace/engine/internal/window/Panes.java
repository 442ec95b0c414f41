package dev.millrace.engine.internal.window;

/**
 * Which results a window has besides its final one.
 *
 * @param latenessMillis how long behind its end it takes late events
 * @param earlyMillis an early result so long after the first event since the last, by the clock; 0 for none
 * @param earlyCount an early result every so many events; 0 for none
 */
public record Panes(long latenessMillis, long earlyMillis, long earlyCount) {
    /** The final one alone. */
    public static final Panes FINAL_ONLY = new Panes(0, 0, 0);
}

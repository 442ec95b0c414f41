package dev.millrace.engine.stream;

/** Which of the results of a window one is. A window has one, {@link #FINAL}, unless more were asked for. */
public enum Pane {
    /** Before the window closed: what it had by then, see {@link WindowedStream#earlyEvery}. */
    EARLY,
    /** When it closed. */
    FINAL,
    /** Behind a late event, see {@link WindowedStream#allowedLateness}: it takes the place of the results before it. */
    UPDATE
}

package dev.millrace.engine;

/** What a source is doing, in a {@link TimeReport}. */
public enum SourceState {
    /** It has events, and they are read. */
    READING,
    /** It has no events now, and holds back time until it is idle. */
    SILENT,
    /** It has had no events for the bound of idleness, and does not hold back others. */
    IDLE,
    /** It is ahead of another source by more than it may be, and waits for it. */
    AHEAD,
    /** Those behind are slower: the source is not read until they have room. */
    HELD_UP,
    /** It has no more events. */
    FINISHED
}

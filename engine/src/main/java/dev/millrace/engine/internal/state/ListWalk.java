package dev.millrace.engine.internal.state;

/** What an iterator asks of a list. */
interface ListWalk {
    /** Counts what was added and removed. */
    long changes();

    /** Fails if something was added or removed since. */
    void checkUnchangedSince(long changes);

    /** Moves on to the next element that is there, which may be the one at this place; false if there is none. */
    boolean advance(ListCursor cursor);

    /** A copy of the element at a place that {@link #advance} moved to. */
    Object at(ListCursor cursor);
}

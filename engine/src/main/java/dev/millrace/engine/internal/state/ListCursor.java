package dev.millrace.engine.internal.state;

/** A place in a list. */
final class ListCursor {
    /** The number of a chunk. */
    long chunk;
    /** Which element of the chunk. */
    long place;

    ListCursor(long chunk, long place) {
        this.chunk = chunk;
        this.place = place;
    }

    void step() {
        place++;
    }
}

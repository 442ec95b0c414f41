package dev.millrace.serde.internal;

import java.util.ConcurrentModificationException;
import org.jspecify.annotations.Nullable;

/**
 * The space that a value with lists or maps was measured for, one object a codec. A list may change between being measured and being
 * written, by the program that still holds it; it is then refused before anything is written behind its space. A value that was
 * not the last one to be measured is written without this. Used by one thread at a time.
 */
final class FlatSpace {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    /** The value that was measured last and not written yet. */
    private @Nullable Object measured;

    private int measuredBytes;
    /** Where the space of the value ends that is being written. */
    private long limit = NO_LIMIT;

    /** Remembers a value and its size. */
    void measure(Object value, int sizeBytes) {
        measured = value;
        measuredBytes = sizeBytes;
    }

    /** Says that a value is written from here on. */
    void open(Object value, long variable) {
        limit = value == measured ? variable + measuredBytes : NO_LIMIT;
        measured = null;
    }

    /** Whether anything is refused. */
    boolean isLimited() {
        return limit != NO_LIMIT;
    }

    /** Refuses what would end behind the space. */
    void require(long end, FlatPlace place) {
        if (end > limit) {
            throw passed(end, place);
        }
    }

    private ConcurrentModificationException passed(long end, FlatPlace place) {
        return new ConcurrentModificationException("value changed after it was measured: record=" + place.record()
                + ", component=" + place.component() + ", bytesTooMany=" + (end - limit)
                + "; hand over a copy, such as List.copyOf, of what the program goes on to change");
    }
}

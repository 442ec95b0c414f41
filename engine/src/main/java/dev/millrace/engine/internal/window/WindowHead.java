package dev.millrace.engine.internal.window;

/**
 * What is known of a window besides its contents. Times are epoch milliseconds.
 *
 * @param start its first millisecond
 * @param end the first behind it
 * @param eventCount how many events it took
 * @param shownCount how many there were at its last result
 * @param isClosed whether its final result is out
 */
public record WindowHead(long start, long end, long eventCount, long shownCount, boolean isClosed) {
    /** Its last millisecond. */
    long last() {
        return end - 1;
    }

    WindowHead withEvent() {
        return new WindowHead(start, end, eventCount + 1, shownCount, isClosed);
    }

    WindowHead shown(boolean closes) {
        return new WindowHead(start, end, eventCount, eventCount, isClosed || closes);
    }

    /** Grown by a stretch of time. */
    WindowHead with(long otherStart, long otherEnd) {
        return new WindowHead(Math.min(start, otherStart), Math.max(end, otherEnd), eventCount, shownCount, isClosed);
    }

    /** One window of two. */
    WindowHead and(WindowHead other) {
        return new WindowHead(
                Math.min(start, other.start),
                Math.max(end, other.end),
                eventCount + other.eventCount,
                shownCount + other.shownCount,
                isClosed || other.isClosed);
    }

    /** Open again if it grew beyond what has passed. */
    WindowHead closedBy(long watermark) {
        return new WindowHead(start, end, eventCount, shownCount, isClosed && last() <= watermark);
    }

    /** When something is to be done about it next. */
    long deadline(long latenessMillis) {
        return isClosed ? last() + latenessMillis : last();
    }
}

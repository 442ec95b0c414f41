package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.Window;

/**
 * Where sliding windows begin and end. Window <i>k</i> is {@code [k * slide, k * slide + size)}, counted from
 * 1970-01-01T00:00Z. Times are epoch milliseconds.
 */
record SlidingLayout(long sizeMillis, long slideMillis, long sliceMillis) {
    static SlidingLayout of(Window.Sliding kind) {
        return new SlidingLayout(kind.sizeMillis(), kind.slideMillis(), kind.sliceMillis());
    }

    /** The last millisecond of the last window that a moment belongs to. */
    long lastMillis(long millis) {
        return Math.floorDiv(millis, slideMillis) * slideMillis + sizeMillis - 1;
    }

    /**
     * The start of the first window that is not closed and takes in a slice.
     *
     * @param slice its start; its last window is open
     * @param watermark windows that end before or with it are closed
     */
    long firstStart(long slice, long watermark) {
        long first = ceiling(slice + sliceMillis - sizeMillis);
        return watermark == Receiver.NO_TIME ? first : Math.max(first, ceiling(watermark + 2 - sizeMillis));
    }

    /** The first start of a window that is not before a moment. */
    private long ceiling(long millis) {
        return -Math.floorDiv(-millis, slideMillis) * slideMillis;
    }
}

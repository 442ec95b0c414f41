package dev.millrace.engine;

import java.time.Duration;
import java.util.Objects;

/**
 * How events move between tasks: in pages, through channels of a fixed number of entries. Immutable.
 *
 * <p>Small pages and no linger bring an event on its way sooner; large ones cost less per event. What channels may take of the
 * memory is {@code channelPages} times {@code pageBytes} for each.
 *
 * @param pageBytes of an event page, a power of two from 4 KiB to 1 MiB; no event may be larger
 * @param channelPages pages that a producer may be ahead of its consumer, a power of two from 2 to 4096
 * @param batchEvents that a source reads before others get their turn, from 1 to 1,048,576
 * @param linger how long a page that is not full waits for more events when there are none, from 0 to a minute; 0 sends it at once
 */
public record FlowConfig(int pageBytes, int channelPages, int batchEvents, Duration linger) {
    private static final int MIN_PAGE_BYTES = 4 << 10;
    private static final int MAX_PAGE_BYTES = 1 << 20;
    private static final int MIN_CHANNEL_PAGES = 2;
    private static final int MAX_CHANNEL_PAGES = 4096;
    private static final int MAX_BATCH_EVENTS = 1 << 20;
    private static final Duration LONGEST_LINGER = Duration.ofMinutes(1);

    /** 64 KiB, 16 pages, 512 events, no linger. */
    public static final FlowConfig DEFAULT = new FlowConfig(64 << 10, 16, 512, Duration.ZERO);

    public FlowConfig {
        Objects.requireNonNull(linger, "linger");
        checkPower("page size", "pageBytes", pageBytes, MIN_PAGE_BYTES, MAX_PAGE_BYTES);
        checkPower("pages of a channel", "channelPages", channelPages, MIN_CHANNEL_PAGES, MAX_CHANNEL_PAGES);
        if (batchEvents < 1 || batchEvents > MAX_BATCH_EVENTS) {
            throw new IllegalArgumentException(
                    "batch must be from 1 to " + MAX_BATCH_EVENTS + " events: batchEvents=" + batchEvents);
        }
        if (linger.isNegative() || linger.compareTo(LONGEST_LINGER) > 0) {
            throw new IllegalArgumentException(
                    "linger must be from 0 to " + LONGEST_LINGER.toSeconds() + " s: linger=" + linger);
        }
    }

    public FlowConfig pageBytes(int bytes) {
        return new FlowConfig(bytes, channelPages, batchEvents, linger);
    }

    public FlowConfig channelPages(int pages) {
        return new FlowConfig(pageBytes, pages, batchEvents, linger);
    }

    public FlowConfig batchEvents(int events) {
        return new FlowConfig(pageBytes, channelPages, events, linger);
    }

    public FlowConfig linger(Duration time) {
        return new FlowConfig(pageBytes, channelPages, batchEvents, time);
    }

    private static void checkPower(String what, String name, int value, int least, int most) {
        if (value < least || value > most || Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException(
                    what + " must be a power of two from " + least + " to " + most + ": " + name + "=" + value);
        }
    }
}

package dev.millrace.engine.internal.window;

import dev.millrace.engine.stream.MapState;
import java.util.Comparator;
import java.util.Objects;

/**
 * The greatest events of a window, or of a key, the greatest first. Of equal ones the one that came first is greater.
 *
 * <p>To add one costs O(log n) reads, and a write for each event behind it.
 *
 * @param most how many are kept
 */
public record Ranks(MapState<EventAt, Object> events, Comparator<Object> order, int most) {
    /** The most ranks there are. */
    public static final int LIMIT = 1000;

    /** Refuses a number of ranks that is out of bounds. */
    static void checkMost(int most) {
        if (most < 1 || most > LIMIT) {
            throw new IllegalArgumentException("top must be from 1 to " + LIMIT + " events: n=" + most);
        }
    }

    /**
     * Adds an event.
     *
     * @param addedCount how many were added before
     * @return its rank from 0, or how many are kept if it has none
     */
    public int add(long window, long addedCount, Object event) {
        int count = count(addedCount);
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (order.compare(at(window, middle), event) >= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        if (from < most) {
            for (int i = Math.min(count, most - 1); i > from; i--) {
                events.put(new EventAt(window, i), at(window, i - 1));
            }
            events.put(new EventAt(window, from), event);
        }
        return from;
    }

    /** How many are kept of so many. */
    public int count(long addedCount) {
        return (int) Math.min(addedCount, most);
    }

    /** The event of a rank that is taken. */
    public Object at(long window, int rank) {
        return Objects.requireNonNull(events.get(new EventAt(window, rank)), "a rank below the count is taken");
    }

    void drop(long window, long addedCount) {
        for (int i = 0; i < count(addedCount); i++) {
            events.remove(new EventAt(window, i));
        }
    }
}

package dev.millrace.engine.internal.chain;

import dev.millrace.engine.operator.SourceReader;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Makes the watermark of a source of several parts: at a distance from the latest time of the part that is furthest behind,
 * of those that are not idle. If all are, the one that is furthest on counts. A template, see {@link TimeOp}.
 */
final class PartTimeOp extends TimeOp {
    /** Time between two questions counts for this part of the bound at most: silence of a source that is not read is no silence. */
    private static final int MOST_OF_BOUND = 8;

    private final Function<Object, Instant> time;
    private final long disorderMillis;
    private final SourceReader reader;
    private final long idleAfterNanos;
    private final LongSupplier nanoTime;

    private final long[] latest;
    private final boolean[] hasSpoken;
    private final long[] silentNanos;
    private long lastLookNanos;

    /**
     * @param latest of each part, or {@link Receiver#NO_TIME}
     * @param idleAfterNanos 0 for never
     */
    PartTimeOp(
            TimeMark mark,
            Function<Object, Instant> time,
            long disorderMillis,
            SourceReader reader,
            long idleAfterNanos,
            LongSupplier nanoTime,
            long[] latest,
            long watermarkMillis,
            Receiver next) {
        super(mark, most(latest), watermarkMillis, next);
        this.time = time;
        this.disorderMillis = disorderMillis;
        this.reader = reader;
        this.idleAfterNanos = idleAfterNanos;
        this.nanoTime = nanoTime;
        this.latest = latest;
        hasSpoken = new boolean[latest.length];
        silentNanos = new long[latest.length];
        lastLookNanos = nanoTime.getAsLong();
    }

    @SuppressWarnings("UnusedMethod") // the path leads to it
    long timeOf(Object event) {
        long millis = time.apply(event).toEpochMilli();
        int part = reader.part();
        if (part < 0 || part >= latest.length) {
            throw noSuchPart(part);
        }
        if (millis > latest[part]) {
            latest[part] = millis;
        }
        hasSpoken[part] = true;
        return millis;
    }

    private IllegalStateException noSuchPart(int part) {
        return new IllegalStateException("source has no such part: part=" + part + ", parts=" + latest.length
                + "; SourceReader.parts() must say how many there will ever be");
    }

    @Override
    long latestMillis() {
        return most(latest);
    }

    private static long most(long[] times) {
        long most = NO_TIME;
        for (long each : times) {
            most = Math.max(most, each);
        }
        return most;
    }

    @Override
    long permittedMillis() {
        look();
        long least = END_OF_TIME;
        for (int i = 0; i < latest.length; i++) {
            if (!isIdle(i)) {
                least = Math.min(least, latest[i]);
            }
        }
        if (least == END_OF_TIME) {
            least = most(latest);
        }
        return least == NO_TIME ? NO_TIME : least - disorderMillis - 1;
    }

    private boolean isIdle(int part) {
        return idleAfterNanos > 0 && silentNanos[part] >= idleAfterNanos;
    }

    /** Adds up how long each part has been silent. */
    private void look() {
        long now = nanoTime.getAsLong();
        long passed = Math.min(now - lastLookNanos, Math.max(1, idleAfterNanos / MOST_OF_BOUND));
        lastLookNanos = now;
        for (int i = 0; i < latest.length; i++) {
            silentNanos[i] = hasSpoken[i] ? 0 : Math.min(idleAfterNanos, silentNanos[i] + passed);
            hasSpoken[i] = false;
        }
    }

    @Override
    void note(String name, Barrier barrier) {
        for (int i = 0; i < latest.length; i++) {
            if (latest[i] != NO_TIME) {
                barrier.noteMoment(partName(name, i), latest[i]);
            }
        }
    }

    /** The name under which the latest time of a part is kept. */
    static String partName(String name, int part) {
        return name + ".part-" + part;
    }
}

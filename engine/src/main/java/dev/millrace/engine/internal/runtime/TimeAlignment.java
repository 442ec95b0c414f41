package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Receiver;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Where the aligned sources of a job are, so that those that are ahead can wait for the others. Each source writes its own
 * place; any may read all.
 */
final class TimeAlignment {
    /** The place of a source that nobody waits for. */
    private static final long NOT_WAITED_FOR = Receiver.END_OF_TIME;

    private final AtomicLongArray places;

    /** @param sources how many are aligned */
    TimeAlignment(int sources) {
        places = new AtomicLongArray(sources);
        for (int i = 0; i < sources; i++) {
            places.setPlain(i, Receiver.NO_TIME);
        }
    }

    /** Says where a source is: its watermark, or {@link Receiver#NO_TIME} if it has none yet. */
    void isAt(int source, long watermark) {
        places.setOpaque(source, watermark);
    }

    /** Says that a source is idle or has ended. */
    void isOut(int source) {
        places.setOpaque(source, NOT_WAITED_FOR);
    }

    /** Whether a source is further ahead of the slowest than it may be. The slowest one never is. */
    boolean isAhead(int source, long maxAheadMillis) {
        long own = places.getOpaque(source);
        if (own == Receiver.NO_TIME || own == NOT_WAITED_FOR) {
            return false;
        }
        long slowest = own;
        for (int i = 0; i < places.length(); i++) {
            slowest = Math.min(slowest, places.getOpaque(i));
        }
        // The difference is never negative; it may be more than a long holds.
        return slowest == Receiver.NO_TIME || Long.compareUnsigned(own - slowest, maxAheadMillis) > 0;
    }
}

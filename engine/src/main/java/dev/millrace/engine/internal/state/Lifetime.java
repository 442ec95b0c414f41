package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import org.jspecify.annotations.Nullable;

/**
 * How long entries of one state last. Each carries a stamp: the time at which it was last written, in epoch milliseconds; it
 * is over once {@code afterMillis} have passed since. A state without an expiry has no stamps. Used by the thread that steps
 * the task.
 *
 * <p>What an event sees depends on its own time, whatever events of other times saw: what is over for one is there for another
 * that is older. So an entry is removed only when the watermark has passed its end.
 */
final class Lifetime {
    private final KeyContext call;
    private final TimeKind time;
    private final long afterMillis;

    Lifetime(State.@Nullable Expiry expiry, KeyContext call) {
        this.call = call;
        time = expiry == null ? TimeKind.EVENT : expiry.time();
        afterMillis = expiry == null ? 0 : expiry.after().toMillis();
    }

    boolean isLimited() {
        return afterMillis != 0;
    }

    /** How long an entry lasts; 0 for ever. */
    long afterMillis() {
        return afterMillis;
    }

    int stampBytes() {
        return afterMillis == 0 ? 0 : Long.BYTES;
    }

    /** Whether what carries this stamp is over for the call that is going on. */
    boolean isOver(long stampAddress) {
        return afterMillis != 0 && isOver(Memory.getLong(stampAddress), afterMillis, call.now(time));
    }

    /** Whether what carries this stamp is over for every call from now on, so that it may be removed. */
    boolean isGone(long stampAddress) {
        return afterMillis != 0 && isOver(Memory.getLong(stampAddress), afterMillis, call.horizon(time));
    }

    /** Whether what carries this stamp is over at a time that has come. */
    static boolean isOver(long stamp, long afterMillis, long now) {
        return now != StatePart.NO_HORIZON && now - stamp >= afterMillis;
    }

    /** The stamp of what is written now; an event that came late does not make older what a later one has written. */
    long stampAfter(long oldStamp) {
        return Math.max(oldStamp, call.now(time));
    }

    /** The stamp of what is written now and was not there. */
    long stamp() {
        return call.now(time);
    }

    /** See {@link StatePart#horizon}. */
    long horizon() {
        return afterMillis == 0 ? StatePart.NO_HORIZON : call.horizon(time);
    }
}

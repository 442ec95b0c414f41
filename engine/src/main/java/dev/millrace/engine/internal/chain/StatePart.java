package dev.millrace.engine.internal.chain;

import dev.millrace.state.index.IndexSnapshot;

/**
 * What one index has to say about an epoch. Made by the thread that steps the task, read and then released by the epoch
 * service; the hand-over orders memory.
 */
public final class StatePart {
    /** The horizon of a state that does not expire, or while no time is known. */
    public static final long NO_HORIZON = Long.MIN_VALUE;

    private final StateFormat format;
    private final long namespace;
    private final IndexSnapshot snapshot;
    private final boolean isDropped;
    private final long horizon;
    private final boolean isPartly;
    private volatile boolean isReleased;

    /**
     * A part that is whole and lasts.
     *
     * @param namespace which part of the state the index holds: a window's start, or 0
     * @param isDropped whether all of the index is gone with this epoch
     */
    public StatePart(StateFormat format, long namespace, IndexSnapshot snapshot, boolean isDropped) {
        this(format, namespace, snapshot, isDropped, NO_HORIZON, false);
    }

    /**
     * @param namespace which part of the state the index holds: a window's start, or 0
     * @param isDropped whether all of the index is gone with this epoch
     * @param horizon see {@link #horizon}
     * @param isPartly whether the store may have entries that the index has not
     */
    public StatePart(
            StateFormat format,
            long namespace,
            IndexSnapshot snapshot,
            boolean isDropped,
            long horizon,
            boolean isPartly) {
        this.format = format;
        this.namespace = namespace;
        this.snapshot = snapshot;
        this.isDropped = isDropped;
        this.horizon = horizon;
        this.isPartly = isPartly;
    }

    public StateFormat format() {
        return format;
    }

    public long namespace() {
        return namespace;
    }

    public IndexSnapshot snapshot() {
        return snapshot;
    }

    public boolean isDropped() {
        return isDropped;
    }

    /**
     * The time that has come for good, in epoch milliseconds of the time by which the state expires: what is over by then is
     * not written but deleted. {@link #NO_HORIZON} if there is none.
     */
    public long horizon() {
        return horizon;
    }

    /** Whether the store may have entries that the index has not. */
    public boolean isPartly() {
        return isPartly;
    }

    /** Says that nobody reads it any more. A second call does nothing. */
    public void release() {
        if (!isReleased) {
            snapshot.release();
            isReleased = true;
        }
    }

    /** Whether it was released. Any thread may ask. */
    public boolean isReleased() {
        return isReleased;
    }
}

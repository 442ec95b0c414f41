package dev.millrace.engine.internal.chain;

import dev.millrace.state.index.IndexSnapshot;

/**
 * What one index has to say about an epoch. Made by the thread that steps the task, read and then released by the epoch
 * service; the hand-over orders memory.
 */
public final class StatePart {
    private final StateFormat format;
    private final long namespace;
    private final IndexSnapshot snapshot;
    private final boolean isDropped;
    private final boolean isPartly;
    private volatile boolean isReleased;

    /**
     * @param namespace which part of the state the index holds: a window's start, or 0
     * @param isDropped whether all of the index is gone with this epoch
     */
    public StatePart(StateFormat format, long namespace, IndexSnapshot snapshot, boolean isDropped) {
        this(format, namespace, snapshot, isDropped, false);
    }

    /**
     * @param namespace which part of the state the index holds: a window's start, or 0
     * @param isDropped whether all of the index is gone with this epoch
     * @param isPartly whether the store may have entries that the index has not
     */
    public StatePart(StateFormat format, long namespace, IndexSnapshot snapshot, boolean isDropped, boolean isPartly) {
        this.format = format;
        this.namespace = namespace;
        this.snapshot = snapshot;
        this.isDropped = isDropped;
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

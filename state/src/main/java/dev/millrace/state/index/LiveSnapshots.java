package dev.millrace.state.index;

import org.jspecify.annotations.Nullable;

/**
 * The snapshots that may still be read, oldest first. Touched by the index's writer only; learns of releases by asking
 * the snapshots.
 */
final class LiveSnapshots {
    private static final long NOBODY = 0;

    private final @Nullable IndexSnapshot[] snapshots;
    private int count;

    LiveSnapshots(int capacity) {
        snapshots = new IndexSnapshot[capacity];
    }

    boolean isFull() {
        return count == snapshots.length;
    }

    /** How many there are as of the last {@link #forgetReleased}. */
    int count() {
        return count;
    }

    /** Adds one that is newer than all others. */
    void add(IndexSnapshot snapshot) {
        snapshots[count++] = snapshot;
    }

    /** Drops those that were released. */
    void forgetReleased() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            final IndexSnapshot snapshot = snapshots[i];
            if (snapshot != null && snapshot.isLive()) {
                snapshots[kept++] = snapshot;
            }
        }
        while (count > kept) {
            snapshots[--count] = null;
        }
    }

    /** Says whether one sees what was there from the version {@code birth} until now. */
    boolean anySince(long birth) {
        return newest() >= birth;
    }

    /** Says whether one sees what was there from the version {@code birth} until before the version {@code death}. */
    boolean anyBetween(long birth, long death) {
        for (int i = 0; i < count; i++) {
            final IndexSnapshot snapshot = snapshots[i];
            if (snapshot != null && snapshot.version() >= birth && snapshot.version() < death && snapshot.isLive()) {
                return true;
            }
        }
        return false;
    }

    /** The version of the newest live one; versions start at 1. */
    private long newest() {
        while (count > 0) {
            final IndexSnapshot snapshot = snapshots[count - 1];
            if (snapshot != null && snapshot.isLive()) {
                return snapshot.version();
            }
            snapshots[--count] = null;
        }
        return NOBODY;
    }
}

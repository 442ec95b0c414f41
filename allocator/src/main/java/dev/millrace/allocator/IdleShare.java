package dev.millrace.allocator;

/**
 * What the credits of one handle may keep at hand, together: one that needs it may have what the others do not use.
 *
 * <p>Used by the thread that uses the handle, where a credit comes to an edge.
 */
final class IdleShare {
    private final long bytes;
    private Credit[] credits = {};

    IdleShare(long bytes) {
        this.bytes = bytes;
    }

    /** Says whose share it is. Called once. */
    void connect(Credit... all) {
        credits = all.clone();
    }

    /** What the others leave to one credit. From now on they may keep what they have, and no more until they ask. */
    long leftBy(Credit credit) {
        long left = bytes;
        for (Credit each : credits) {
            if (each != credit) {
                left -= each.lowerCeiling();
            }
        }
        return Math.max(0, left);
    }
}

package dev.millrace.state.index;

/** Knows the entries of a directory, in the format of its segments. Only reads; any thread may use it. */
interface SnapshotWalk {
    /** Shows every entry that is no tombstone. */
    void entries(long[] places, EntryVisitor visitor);

    /** Shows every entry that changed in a version, tombstones among them. */
    void dirtyEntries(long[] places, long version, DirtyVisitor visitor);
}

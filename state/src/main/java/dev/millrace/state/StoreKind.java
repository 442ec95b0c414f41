package dev.millrace.state;

/** Which cold store holds the state of a job. */
public enum StoreKind {
    /** An immutable B+tree with an overlay: for state that is mostly read. */
    MAPDB,
    /** A log-structured merge tree: for state that is mostly written. Needs {@code org.rocksdb:rocksdbjni} on the class path. */
    ROCKSDB
}

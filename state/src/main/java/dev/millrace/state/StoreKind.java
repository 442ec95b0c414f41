package dev.millrace.state;

import java.util.Locale;

/** Which cold store holds the state of a job, or of an operator. */
public enum StoreKind {
    /** An immutable B+tree with an overlay: for state that is mostly read. */
    MAPDB(16),
    /** A log-structured merge tree: for state that is mostly written. Needs {@code org.rocksdb:rocksdbjni} on the class path. */
    ROCKSDB(17);

    private final byte partKind;

    StoreKind(int partKind) {
        this.partKind = (byte) partKind;
    }

    /** The kind of the parts in the log that are for it where it is not the directory's own store. Never given to another one. */
    byte partKind() {
        return partKind;
    }

    /** As it is written in settings, messages and names of directories. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.millrace.state.file;

/** What a file is opened for. */
public enum OpenMode {
    /** The file must be there; it is only read. */
    READ,
    /** The file is created if it is not there (owner may read and write, nobody else); it is read and written. */
    WRITE,
    /** As {@link #WRITE}, but the file must not be there yet. */
    CREATE
}

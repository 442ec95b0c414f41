package dev.millrace.serde.internal;

/** Reads the fields of one record, as long as they come in the order of their numbers. */
interface MessageReader {
    /** Reads from what is open in the input up to a field that is out of order or not known, or up to the end. */
    void read(ReadValues values, int at);
}

package dev.millrace.serde;

/** How rows travel between two processes. */
public enum InFlightMode {
    /**
     * As the flat bytes that they are: nothing is converted, and each row is validated once where it arrives. Both sides need
     * the same layout, which a hash in each frame shows, and the same byte order.
     */
    UNSAFE,
    /** As Protobuf messages: the sides may have different versions of the record, and run on any machine. */
    RELIABLE
}

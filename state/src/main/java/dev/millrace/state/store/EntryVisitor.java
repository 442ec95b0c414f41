package dev.millrace.state.store;

/** Is shown the entries of a store. */
@FunctionalInterface
public interface EntryVisitor {
    /** One entry. The arrays are given away. */
    void entry(byte[] key, byte[] value);
}

package dev.millrace.serde.internal;

/**
 * The codec of one collection, optional value or union inside a flat codec, a class of its own for each, so that the JIT
 * compiles it with its own constants and without the rest. Used by one thread at a time.
 */
interface FlatPart {
    /** What a value takes in the variable part. */
    int size(Object value);

    /**
     * Writes a value.
     *
     * @param slot where the value's slot starts
     * @param variable where the free variable part starts
     * @return where it starts then
     */
    long write(Object value, long slot, long base, long variable);

    Object read(long slot, long base);
}

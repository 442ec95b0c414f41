package dev.millrace.state.index;

/** What is known of the entries of an {@link ActiveIndex} before the first one comes. Immutable. */
public sealed interface EntryShape {
    /** Keys and values of any size. */
    EntryShape VARIABLE = new Variable();

    /**
     * Keys of one size and values of one size.
     *
     * @param keyBytes the size of every key
     * @param valueBytes the size of every value
     * @param hashOf the function that every hash given to the index comes from: fixed entries leave no room for it
     */
    static EntryShape fixed(int keyBytes, int valueBytes, HashFunction hashOf) {
        return new Fixed(keyBytes, valueBytes, hashOf);
    }

    /** The hash of a key. Used by the index's writer and by readers of its snapshots, so any thread may call. */
    @FunctionalInterface
    interface HashFunction {
        /** The same for the same bytes, always. */
        long hash(long keyAddress, int keyBytes);
    }

    /** Keys and values of any size. */
    record Variable() implements EntryShape {}

    /**
     * Keys of one size and values of one size.
     *
     * @param keyBytes the size of every key
     * @param valueBytes the size of every value
     * @param hashOf the function that every hash given to the index comes from
     */
    record Fixed(int keyBytes, int valueBytes, HashFunction hashOf) implements EntryShape {
        /** Checks the sizes. */
        public Fixed {
            if (keyBytes < 0 || valueBytes < 0) {
                throw new IllegalArgumentException(
                        "sizes must not be negative: keyBytes=" + keyBytes + ", valueBytes=" + valueBytes);
            }
        }
    }
}

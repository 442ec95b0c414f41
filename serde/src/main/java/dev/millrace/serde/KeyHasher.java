package dev.millrace.serde;

/**
 * Hashes the keys of one table: {@link KeyHash}, with a seed of the table's own, and the way that fits the keys' size as
 * their layout tells it. Immutable; any thread may use it.
 *
 * <p>Keys of one word are folded by a single multiplication each; longer ones go through the wyhash construction word pair by
 * word pair. Both give what {@link KeyHash#hash} gives.
 */
public final class KeyHasher {
    /** What an item of the variable part is taken for: a short text, or a few numbers. */
    private static final int EXPECTED_ITEM_BYTES = 24;

    private final int estimatedBytes;
    private final boolean isOneWord;
    private final long seed;

    private KeyHasher(int estimatedBytes, boolean isOneWord, long seed) {
        this.estimatedBytes = estimatedBytes;
        this.isOneWord = isOneWord;
        this.seed = seed;
    }

    /**
     * Makes a hasher.
     *
     * @param seed of the table: random, so that nobody can make keys that collide
     */
    public static KeyHasher of(RecordLayout key, long seed) {
        boolean isOneWord = key.isFixedSize() && key.fixedBytes() == Long.BYTES;
        return new KeyHasher(key.fixedBytes() + EXPECTED_ITEM_BYTES * items(key), isOneWord, seed);
    }

    /** What a key's blob is expected to take: exact for keys of fixed size. */
    public int estimatedBytes() {
        return estimatedBytes;
    }

    /** Whether every key is one word, so that {@link #hashLong} will do. */
    public boolean isOneWord() {
        return isOneWord;
    }

    /**
     * The hash of a key's blob.
     *
     * @param address a multiple of 8
     */
    public long hash(long address, int lengthBytes) {
        return isOneWord ? KeyHash.hashWord(address, seed) : KeyHash.hash(address, lengthBytes, seed);
    }

    /** The hash of a key that is one {@code long}. */
    public long hashLong(long value) {
        return KeyHash.hashLong(value, seed);
    }

    private static int items(RecordLayout layout) {
        int items = 0;
        for (LayoutField field : layout.fields()) {
            if (field.fieldType() instanceof FieldType.RecordOf nested) {
                items += items(nested.layout());
            } else if (!field.fieldType().isFixedSize()) {
                items++;
            }
        }
        return items;
    }
}

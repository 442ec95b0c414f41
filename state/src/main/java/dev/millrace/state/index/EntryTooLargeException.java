package dev.millrace.state.index;

/**
 * An entry was put that fits no segment: it is too large by itself, or together with entries whose hashes are so alike
 * that splitting never parts them. The index is as it was before the put.
 */
public final class EntryTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int keyBytes;
    private final int valueBytes;
    private final int alikeEntries;
    private final long neededBytes;
    private final int limitBytes;

    EntryTooLargeException(int keyBytes, int valueBytes, int alikeEntries, long neededBytes, int limitBytes) {
        super("entry does not fit the largest index segment: keyBytes=" + keyBytes + ", valueBytes=" + valueBytes
                + ", entriesWithTheSameHashPrefix=" + alikeEntries + ", neededBytes=" + neededBytes + ", limitBytes="
                + limitBytes + "; "
                + (alikeEntries == 0 ? "spread the value over several keys" : "use a hash that tells the keys apart"));
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
        this.alikeEntries = alikeEntries;
        this.neededBytes = neededBytes;
        this.limitBytes = limitBytes;
    }

    /** The size of the entry's key. */
    public int keyBytes() {
        return keyBytes;
    }

    /** The size that was asked for the entry's value. */
    public int valueBytes() {
        return valueBytes;
    }

    /** How many other entries share the segment because their hashes are alike. */
    public int alikeEntries() {
        return alikeEntries;
    }

    /** The size of a segment that would hold them all. */
    public long neededBytes() {
        return neededBytes;
    }

    /** The size of the largest segment. */
    public int limitBytes() {
        return limitBytes;
    }
}

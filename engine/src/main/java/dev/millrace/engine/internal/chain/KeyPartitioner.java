package dev.millrace.engine.internal.chain;

import dev.millrace.serde.KeyGroups;
import dev.millrace.serde.KeyHash;

/** Says which partition owns a key: partitions share the key groups out evenly, in order. Immutable; any thread. */
public final class KeyPartitioner {
    /** The number of key groups. The most partitions there can be; state on disk carries it. */
    public static final int KEY_GROUPS = KeyGroups.DEFAULT_COUNT;

    private final int partitions;

    public KeyPartitioner(int partitions) {
        this.partitions = partitions;
    }

    int partitionOf(long keyAddress, int keyBytes) {
        return partitions == 1 ? 0 : partitionOf(groupOf(keyAddress, keyBytes));
    }

    /** The partition of a key group. */
    public int partitionOf(int keyGroup) {
        return (int) ((long) keyGroup * partitions / KEY_GROUPS);
    }

    /** The key group of a key blob: the same in every run, whatever the seed of the tables. */
    public static int groupOf(long keyAddress, int keyBytes) {
        return KeyGroups.ofHash(KeyHash.hash(keyAddress, keyBytes, KeyGroups.HASH_SEED), KEY_GROUPS);
    }
}

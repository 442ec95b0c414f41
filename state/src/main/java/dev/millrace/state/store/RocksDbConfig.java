package dev.millrace.state.store;

/**
 * Settings of a {@link RocksDbStore}: what RocksDB may take outside the heap.
 *
 * @param memoryBytes of all RocksDB stores of the process together: blocks read from files, with their indexes and filters, and what
 *     was folded and is not flushed, which takes half of it at most. While stores are open, the one that was opened first decides
 * @param maximumOpenFiles how many table files a store keeps open
 */
public record RocksDbConfig(long memoryBytes, int maximumOpenFiles) {
    /** The least memory that RocksDB works with. */
    public static final long LEAST_MEMORY_BYTES = 8L << 20;

    /** 64 MiB for the process. */
    public static final RocksDbConfig DEFAULT = new RocksDbConfig(64L << 20, 256);

    public RocksDbConfig {
        if (memoryBytes < LEAST_MEMORY_BYTES || maximumOpenFiles < 16) {
            throw new IllegalArgumentException("rocksdb bounds are too small: memoryBytes=" + memoryBytes + " (minimum "
                    + LEAST_MEMORY_BYTES + "), maximumOpenFiles=" + maximumOpenFiles + " (minimum 16)");
        }
    }

    /** The same with another bound of memory. */
    public RocksDbConfig memoryBytes(long bytes) {
        return new RocksDbConfig(bytes, maximumOpenFiles);
    }
}

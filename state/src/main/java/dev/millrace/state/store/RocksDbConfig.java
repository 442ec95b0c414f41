package dev.millrace.state.store;

/**
 * Settings of a {@link RocksDbStore}: what RocksDB may take outside the heap. The bounds are soft, as RocksDB's own are.
 *
 * @param cacheBytes blocks read from files, with their indexes and filters
 * @param writeBufferBytes one of the two buffers that take folded epochs until they are flushed
 * @param maximumOpenFiles how many table files are kept open
 */
public record RocksDbConfig(long cacheBytes, long writeBufferBytes, int maximumOpenFiles) {
    /** 32 MiB of cache and twice 16 MiB of write buffer. */
    public static final RocksDbConfig DEFAULT = new RocksDbConfig(32L << 20, 16L << 20, 256);

    public RocksDbConfig {
        if (cacheBytes < 1 << 20 || writeBufferBytes < 1 << 16 || maximumOpenFiles < 16) {
            throw new IllegalArgumentException("rocksdb bounds are too small: cacheBytes=" + cacheBytes
                    + " (minimum 1048576), writeBufferBytes=" + writeBufferBytes
                    + " (minimum 65536), maximumOpenFiles=" + maximumOpenFiles + " (minimum 16)");
        }
    }
}

package dev.millrace.state.store;

/**
 * What RocksDB takes outside the heap, of all stores of the process together, at one moment.
 *
 * @param limitBytes what it may take: the setting of the store that was opened first
 * @param usedBytes what it takes: blocks of files, and what was folded and is not flushed
 * @param storeCount how many stores share it; 0 if RocksDB is not in use
 */
public record RocksDbUsage(long limitBytes, long usedBytes, int storeCount) {
    /** Where RocksDB is not in use. */
    public static final RocksDbUsage NONE = new RocksDbUsage(0, 0, 0);
}

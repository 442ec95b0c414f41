package dev.millrace.state.store;

import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * The one cache of the process, which all RocksDB stores share: what they have folded and not flushed is counted in it, so that blocks
 * make room for it. There from the first store that is opened to the last one that is closed. Any thread may use it.
 *
 * <p>RocksDB could make a writer wait for memory, but one store would wait for ever for what another one, to which nothing is written,
 * does not flush. So a store flushes what is its own when {@link #isFull} says so, and the limit is passed only by an epoch that is larger
 * than half of it.
 */
final class RocksDbMemory {
    private static final Object LOCK = new Object();

    /** Of several shards one may be full of what cannot leave while others have room. Few threads read at once. */
    private static final int ONE_SHARD = 0;

    /** Guarded by the lock, as is the number of its users. */
    private static @Nullable RocksDbMemory shared;

    private final long limitBytes;
    private final LRUCache cache;
    private final WriteBufferManager writeBuffers;
    private int userCount;

    private RocksDbMemory(long limitBytes) {
        this.limitBytes = limitBytes;
        cache = new LRUCache(limitBytes, ONE_SHARD);
        writeBuffers = new WriteBufferManager(limitBytes / 2, cache);
    }

    /** Takes part in the memory of the process, which begins with this limit if nobody has any. Given back by {@link #release}. */
    static RocksDbMemory take(long limitBytes) {
        synchronized (LOCK) {
            RocksDbMemory memory = shared == null ? new RocksDbMemory(limitBytes) : shared;
            shared = memory;
            memory.userCount++;
            return memory;
        }
    }

    /** Gives it back: what it was told to is closed by then. */
    void release() {
        synchronized (LOCK) {
            userCount--;
            if (userCount == 0) {
                shared = null;
                writeBuffers.close();
                cache.close();
            }
        }
    }

    /** Lets a store work with it. */
    Options addTo(Options options) {
        return options.setWriteBufferManager(writeBuffers)
                .setWriteBufferSize(limitBytes / 8)
                .setMaxWriteBufferNumber(2)
                .setTableFormatConfig(
                        new BlockBasedTableConfig().setBlockCache(cache).setCacheIndexAndFilterBlocks(true));
    }

    /** Whether what was folded and is not flushed has its share. What is in use cannot leave the cache, and is little else. */
    boolean isFull() {
        return cache.getPinnedUsage() >= limitBytes / 2;
    }

    RocksDbUsage usage() {
        synchronized (LOCK) {
            return userCount == 0 ? RocksDbUsage.NONE : new RocksDbUsage(limitBytes, cache.getUsage(), userCount);
        }
    }
}

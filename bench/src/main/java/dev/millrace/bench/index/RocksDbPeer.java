package dev.millrace.bench.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** RocksDB as a state backend tunes it: no log, a filter for each block, half a gibibyte of cache. */
final class RocksDbPeer extends ByteMap {
    private static final long CACHE_BYTES = 512L << 20;
    private static final long WRITE_BUFFER_BYTES = 128L << 20;
    private static final int FILTER_BITS = 10;

    private final Path directory;
    private final LRUCache cache;
    private final BloomFilter filter;
    private final Options options;
    private final WriteOptions writes;
    private final RocksDB database;

    RocksDbPeer(int valueBytes) {
        super(valueBytes);
        RocksDB.loadLibrary();
        cache = new LRUCache(CACHE_BYTES);
        filter = new BloomFilter(FILTER_BITS);
        options = new Options()
                .setCreateIfMissing(true)
                .setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxWriteBufferNumber(2)
                .setTableFormatConfig(new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setFilterPolicy(filter)
                        .setCacheIndexAndFilterBlocks(true)
                        .setPinL0FilterAndIndexBlocksInCache(true));
        writes = new WriteOptions().setDisableWAL(true);
        try {
            directory = Files.createTempDirectory("millrace-rocksdb");
            database = RocksDB.open(options, directory.toString());
        } catch (IOException | RocksDBException e) {
            throw new IllegalStateException("RocksDB cannot be opened", e);
        }
    }

    @Override
    void read(byte[] key, byte[] value) throws RocksDBException {
        database.get(key, value);
    }

    @Override
    void write(byte[] key, byte[] value) throws RocksDBException {
        database.put(writes, key, value);
    }

    @Override
    void remove(byte[] key) throws RocksDBException {
        database.delete(writes, key);
    }

    @Override
    public long offHeapBytes() {
        return -1;
    }

    @Override
    public void close() {
        database.close();
        writes.close();
        options.close();
        filter.close();
        cache.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new IllegalStateException("files of a measurement stay behind: directory=" + directory, e);
        }
    }
}

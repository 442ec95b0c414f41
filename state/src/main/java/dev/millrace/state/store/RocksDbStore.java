package dev.millrace.state.store;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The store for state that is mostly written: a RocksDB without its write-ahead log, because the epoch log is one. An epoch is one
 * batch that carries the epoch's number under the empty key, so that whatever RocksDB has flushed when the process dies is an epoch.
 *
 * <p>This class is loaded only if it is used: {@code org.rocksdb:rocksdbjni} is an optional dependency. All native handles are behind
 * one check, because a closed one that is used does not throw, it kills the process.
 */
public final class RocksDbStore implements ColdStore {
    /** Below every key of an entry. */
    static final byte[] EPOCH_KEY = new byte[0];

    /** The lowest key that an entry can have. */
    static final byte[] FIRST_KEY = {0};

    private static final long LOAD_BATCH_BYTES = 4 << 20;

    private final Path directory;
    private final RocksDbMemory memory;
    private final Options options;
    private final WriteOptions writeOptions;
    private final RocksDB db;

    /** Held for writing while the handles are closed: RocksDB itself lets many threads read while one writes. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private volatile long appliedEpoch;
    private volatile long durableEpoch;
    private boolean isClosed;

    private RocksDbStore(Path directory, RocksDbConfig config) throws RocksDBException {
        this.directory = directory;
        memory = RocksDbMemory.take(config.memoryBytes());
        options = memory.addTo(new Options())
                .setCreateIfMissing(true)
                .setParanoidChecks(true)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setMaxOpenFiles(config.maximumOpenFiles())
                .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL)
                .setKeepLogFileNum(1);
        writeOptions = new WriteOptions().setDisableWAL(true);
        RocksDB opened = null;
        try {
            opened = RocksDB.open(options, directory.toString());
            byte[] epoch = opened.get(EPOCH_KEY);
            appliedEpoch = epoch == null ? 0 : ByteBuffer.wrap(epoch).getLong();
            durableEpoch = appliedEpoch;
        } catch (RocksDBException e) {
            if (opened != null) {
                opened.close();
            }
            closeOptions();
            throw e;
        }
        db = opened;
    }

    /** Opens the store in a directory, creating it if needed. */
    public static RocksDbStore open(FileOps files, Path directory, RocksDbConfig config) {
        try {
            files.createDirectories(directory);
            RocksDB.loadLibrary();
            return new RocksDbStore(directory, config);
        } catch (IOException e) {
            throw StateFileException.of("opening the rocksdb store", directory, e);
        } catch (RocksDBException e) {
            throw fault("opening", directory, e);
        }
    }

    static StateFileException fault(String tried, Path directory, RocksDBException cause) {
        return new StateFileException(
                "rocksdb store failed: tried=" + tried + ", directory=" + directory + ", cause=" + cause.getMessage(),
                cause);
    }

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public long appliedEpoch() {
        return appliedEpoch;
    }

    @Override
    public long durableEpoch() {
        return durableEpoch;
    }

    @Override
    public void fold(long epoch, SortedRun mutations) {
        checkOpen();
        if (epoch <= appliedEpoch) {
            return;
        }
        if (memory.isFull()) {
            checkpoint();
        }
        AscendingRun run = new AscendingRun(mutations);
        try (WriteBatch batch = new WriteBatch()) {
            while (run.next()) {
                byte[] value = run.value();
                if (value == null) {
                    batch.delete(run.key());
                } else {
                    batch.put(run.key(), value);
                }
            }
            batch.put(
                    EPOCH_KEY, ByteBuffer.allocate(Long.BYTES).putLong(0, epoch).array());
            db.write(writeOptions, batch);
        } catch (RocksDBException e) {
            throw fault("folding epoch " + epoch, directory, e);
        }
        appliedEpoch = epoch;
    }

    @Override
    public void load(long epoch, SortedRun entries) {
        checkOpen();
        AscendingRun.checkEmpty(this);
        AscendingRun run = new AscendingRun(entries);
        boolean hasMore = run.next();
        while (hasMore) {
            try (WriteBatch batch = new WriteBatch()) {
                while (hasMore && batch.getDataSize() < LOAD_BATCH_BYTES) {
                    batch.put(run.key(), run.put());
                    hasMore = run.next();
                }
                db.write(writeOptions, batch);
                if (memory.isFull()) {
                    flush();
                }
            } catch (RocksDBException e) {
                throw fault("loading epoch " + epoch, directory, e);
            }
        }
        fold(epoch, AscendingRun.NOTHING);
        checkpoint();
    }

    @Override
    public void checkpoint() {
        checkOpen();
        if (durableEpoch == appliedEpoch) {
            return;
        }
        try {
            flush();
        } catch (RocksDBException e) {
            throw fault("flushing", directory, e);
        }
        durableEpoch = appliedEpoch;
    }

    private void flush() throws RocksDBException {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flush);
        }
    }

    /** What all RocksDB stores of the process take outside the heap. Any thread may ask. */
    public RocksDbUsage usage() {
        lock.readLock().lock();
        try {
            checkOpen();
            return memory.usage();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        checkOpen();
        if (key.length == 0) {
            return null;
        }
        try {
            return db.get(key);
        } catch (RocksDBException e) {
            throw fault("reading", directory, e);
        }
    }

    @Override
    public void scan(byte[] fromInclusive, byte @Nullable [] toExclusive, EntryVisitor visitor) {
        checkOpen();
        show(fromInclusive, toExclusive, Long.MAX_VALUE, visitor);
    }

    /** Returns the first key that was not shown, or null if there is none. */
    private byte @Nullable [] show(
            byte[] fromInclusive, byte @Nullable [] toExclusive, long maxEntries, EntryVisitor visitor) {
        try (RocksIterator entries = db.newIterator()) {
            entries.seek(fromInclusive.length == 0 ? FIRST_KEY : fromInclusive);
            for (long left = maxEntries; entries.isValid(); left--) {
                byte[] key = entries.key();
                if (toExclusive != null && Arrays.compareUnsigned(key, toExclusive) >= 0) {
                    return null;
                }
                if (left == 0) {
                    return key;
                }
                visitor.entry(key, entries.value());
                entries.next();
            }
            entries.status();
            return null;
        } catch (RocksDBException e) {
            throw fault("scanning", directory, e);
        }
    }

    @Override
    public byte[] @Nullable [] getAll(byte[][] keys) {
        lock.readLock().lock();
        try {
            checkOpen();
            if (keys.length == 0) {
                return new byte[0][];
            }
            byte[][] values = db.multiGetAsList(List.of(keys)).toArray(new byte[0][]);
            for (int i = 0; i < values.length; i++) {
                // Of a key in a damaged block it says null too; a single read tells the two apart, from the cache.
                if (values[i] == null) {
                    values[i] = db.get(keys[i]);
                }
            }
            return values;
        } catch (RocksDBException e) {
            throw fault("reading " + keys.length + " keys", directory, e);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public byte @Nullable [] scanSome(
            byte[] fromInclusive, byte @Nullable [] toExclusive, int maxEntries, EntryVisitor visitor) {
        lock.readLock().lock();
        try {
            checkOpen();
            return show(fromInclusive, toExclusive, maxEntries, visitor);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("store is closed: store=rocksdb, directory=" + directory);
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        lock.writeLock().lock();
        try {
            isClosed = true;
            db.close();
            closeOptions();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeOptions() {
        writeOptions.close();
        options.close();
        memory.release();
    }
}

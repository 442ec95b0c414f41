package dev.millrace.state.store;

import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A RocksDB opened for reading: it takes no lock, and with a logger of its own it writes no file either. */
public final class RocksDbView implements StoreView {
    private final Path directory;
    private final List<Path> files;
    private final @Nullable Options options;
    private final @Nullable Logger logger;
    private final @Nullable RocksDB db;
    private final long durableEpoch;

    private RocksDbView(Path directory) {
        this.directory = directory;
        files = List.of();
        options = null;
        logger = null;
        db = null;
        durableEpoch = 0;
    }

    private RocksDbView(Path directory, List<Path> files) throws RocksDBException {
        this.directory = directory;
        this.files = files;
        Options opening = new Options().setParanoidChecks(true);
        Logger silent = new SilentLogger();
        RocksDB opened = null;
        try {
            opening.setLogger(silent);
            opened = RocksDB.openReadOnly(opening, directory.toString());
            byte[] epoch = opened.get(RocksDbStore.EPOCH_KEY);
            durableEpoch = epoch == null ? 0 : ByteBuffer.wrap(epoch).getLong();
        } catch (RocksDBException e) {
            close(opened, opening, silent);
            throw e;
        }
        db = opened;
        options = opening;
        logger = silent;
    }

    /** Opens the store in a directory; one that is not there, or that was not begun, is an empty store. */
    public static RocksDbView open(FileOps fileOps, Path directory) {
        try {
            if (fileOps.kind(directory) == FileKind.ABSENT
                    || fileOps.list(directory).isEmpty()) {
                return new RocksDbView(directory);
            }
            RocksDB.loadLibrary();
            return new RocksDbView(directory, fileOps.list(directory));
        } catch (IOException e) {
            throw StateFileException.of("looking at the rocksdb store", directory, e);
        } catch (RocksDBException e) {
            throw RocksDbStore.fault("looking at it", directory, e);
        }
    }

    @Override
    public long durableEpoch() {
        return durableEpoch;
    }

    @Override
    public List<Path> files() {
        return files;
    }

    /** None that could be told: RocksDB tidies up by itself. */
    @Override
    public List<Path> leftovers() {
        return List.of();
    }

    @Override
    public void scan(EntryVisitor visitor) {
        if (db == null) {
            return;
        }
        try (RocksIterator entries = db.newIterator()) {
            for (entries.seek(RocksDbStore.FIRST_KEY); entries.isValid(); entries.next()) {
                visitor.entry(entries.key(), entries.value());
            }
            entries.status();
        } catch (RocksDBException e) {
            throw RocksDbStore.fault("scanning", directory, e);
        }
    }

    @Override
    public void close() {
        close(db, options, logger);
    }

    private static void close(@Nullable AutoCloseable... handles) {
        for (AutoCloseable handle : handles) {
            try {
                if (handle != null) {
                    handle.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException("rocksdb handle does not close", e);
            }
        }
    }

    /** Says nothing; without it RocksDB begins a log file. */
    private static final class SilentLogger extends Logger {
        SilentLogger() {
            super(InfoLogLevel.FATAL_LEVEL);
        }

        @Override
        protected void log(InfoLogLevel level, String message) {
            // What matters comes as an exception.
        }
    }
}

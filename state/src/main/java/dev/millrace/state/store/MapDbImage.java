package dev.millrace.state.store;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mapdb.BTreeMap;
import org.mapdb.DB;
import org.mapdb.DBException;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;

/**
 * A MapDB file with one B+tree, written once in key order and only read from then on. MapDB's own locks and transactions are not used:
 * a file counts when a manifest names it.
 */
final class MapDbImage implements AutoCloseable {
    private static final String MAP_NAME = "state";

    private final DB db;
    private final BTreeMap<byte[], byte[]> map;

    private MapDbImage(DB db, BTreeMap<byte[], byte[]> map) {
        this.db = db;
        this.map = map;
    }

    /** Takes entries in ascending order of their keys. */
    static final class Writer {
        private final WrittenImage volume;
        private final DB db;
        private final DB.TreeMapSink<byte[], byte[]> sink;
        private long entryCount;

        /** @param handle of an empty file; stays the caller's */
        Writer(FileHandle handle) {
            volume = new WrittenImage(handle);
            db = DBMaker.volumeDB(volume, false).concurrencyDisable().make();
            sink = db.treeMap(MAP_NAME, Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
                    .createFromSink();
        }

        void add(byte[] key, byte[] value) {
            sink.put(key, value);
            entryCount++;
        }

        /** Writes what is not written yet. Returns how many entries the image has; one without entries is not to be used. */
        long finish() throws IOException {
            if (entryCount > 0) {
                sink.create();
            }
            db.close();
            volume.writeBack();
            return entryCount;
        }
    }

    static MapDbImage open(FileOps files, Path file) throws IOException {
        try {
            DB db = DBMaker.volumeDB(new MappedImage(files, file), true)
                    .readOnly()
                    .make();
            return new MapDbImage(
                    db,
                    db.treeMap(MAP_NAME, Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
                            .open());
        } catch (DBException e) {
            throw new CorruptImageException("image does not open, cause=" + e, file, e);
        }
    }

    byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    Iterator<Map.Entry<byte[], byte[]>> entries(byte[] fromInclusive, byte @Nullable [] toExclusive) {
        return map.entryIterator(fromInclusive, true, toExclusive, false);
    }

    @Override
    public void close() {
        db.close();
    }
}

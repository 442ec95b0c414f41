package dev.millrace.state.store;

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
    static final class Writer implements AutoCloseable {
        private final DB db;
        private final DB.TreeMapSink<byte[], byte[]> sink;
        private long entryCount;

        /** Through a channel, not mapped: a full disk under a mapping kills the process, here it is an exception. */
        Writer(Path file) {
            db = DBMaker.fileDB(file.toFile())
                    .fileChannelEnable()
                    .fileLockDisable()
                    .concurrencyDisable()
                    .make();
            sink = db.treeMap(MAP_NAME, Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
                    .createFromSink();
        }

        void add(byte[] key, byte[] value) {
            sink.put(key, value);
            entryCount++;
        }

        /** Returns how many entries the image has. */
        long finish() {
            if (entryCount > 0) {
                sink.create();
            }
            return entryCount;
        }

        @Override
        public void close() {
            db.close();
        }
    }

    static MapDbImage open(Path file) {
        try {
            DB db = DBMaker.fileDB(file.toFile())
                    .fileMmapEnableIfSupported()
                    .fileLockDisable()
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

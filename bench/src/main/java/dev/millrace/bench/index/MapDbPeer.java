package dev.millrace.bench.index;

import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.HTreeMap;
import org.mapdb.Serializer;

/** The hash tree of MapDB, in direct memory. */
final class MapDbPeer extends ByteMap {
    private final DB database = DBMaker.memoryDirectDB().make();
    private final HTreeMap<byte[], byte[]> map = database.hashMap(
                    "counts", Serializer.BYTE_ARRAY, Serializer.BYTE_ARRAY)
            .create();

    MapDbPeer(int valueBytes) {
        super(valueBytes);
    }

    @Override
    void read(byte[] key, byte[] value) {
        byte[] found = map.get(key);
        System.arraycopy(found, 0, value, 0, value.length);
    }

    @Override
    void write(byte[] key, byte[] value) {
        map.put(key.clone(), value.clone());
    }

    @Override
    void remove(byte[] key) {
        map.remove(key);
    }

    @Override
    public long offHeapBytes() {
        return -1;
    }

    @Override
    public void close() {
        database.close();
    }
}

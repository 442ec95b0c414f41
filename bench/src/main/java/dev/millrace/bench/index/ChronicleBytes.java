package dev.millrace.bench.index;

import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/** Chronicle Map in memory with values of several numbers. */
final class ChronicleBytes extends ByteMap {
    private final ChronicleMap<byte[], byte[]> map;

    ChronicleBytes(long entries, int valueBytes) {
        super(valueBytes);
        map = ChronicleMapBuilder.of(byte[].class, byte[].class)
                .constantKeySizeBySample(new byte[Long.BYTES])
                .constantValueSizeBySample(new byte[valueBytes])
                .putReturnsNull(true)
                .removeReturnsNull(true)
                .entries(entries + entries / 4)
                .create();
    }

    @Override
    void read(byte[] key, byte[] value) {
        map.getUsing(key, value);
    }

    @Override
    void write(byte[] key, byte[] value) {
        map.put(key, value);
    }

    @Override
    void remove(byte[] key) {
        map.remove(key);
    }

    @Override
    public long offHeapBytes() {
        return map.offHeapMemoryUsed();
    }

    @Override
    public void close() {
        map.close();
    }
}

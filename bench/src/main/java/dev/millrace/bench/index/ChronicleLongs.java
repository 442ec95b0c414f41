package dev.millrace.bench.index;

import net.openhft.chronicle.core.values.LongValue;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.values.Values;

/** Chronicle Map in memory, used as it is fastest: a value that points into the map. */
final class ChronicleLongs implements CountingMap {
    private final ChronicleMap<LongValue, LongValue> map;
    private final LongValue key = Values.newHeapInstance(LongValue.class);
    private final LongValue value = Values.newNativeReference(LongValue.class);

    ChronicleLongs(long entries) {
        map = ChronicleMapBuilder.of(LongValue.class, LongValue.class)
                .entries(entries + entries / 4)
                .create();
    }

    @Override
    public void insert(long number) {
        key.setValue(number);
        map.acquireUsing(key, value).setValue(1);
    }

    @Override
    public long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            key.setValue(keys[i]);
            sum += map.acquireUsing(key, value).addValue(1);
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            key.setValue(keys[i]);
            sum += map.getUsing(key, value).getValue();
        }
        return sum;
    }

    @Override
    public void remove(long[] keys, int from, int to) {
        for (int i = from; i < to; i++) {
            key.setValue(keys[i]);
            map.remove(key);
        }
    }

    @Override
    public long size() {
        return map.longSize();
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

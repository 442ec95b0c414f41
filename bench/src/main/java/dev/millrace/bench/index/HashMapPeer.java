package dev.millrace.bench.index;

import java.util.HashMap;
import java.util.Map;

/** The map of the JDK: boxed keys, and values that are changed in place. */
final class HashMapPeer implements CountingMap {
    private final Map<Long, long[]> map = new HashMap<>();
    private final int valueLongs;

    HashMapPeer(int valueBytes) {
        valueLongs = valueBytes / Long.BYTES;
    }

    @Override
    public void insert(long key) {
        long[] value = new long[valueLongs];
        value[0] = 1;
        map.put(key, value);
    }

    @Override
    public long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += ++map.get(keys[i])[0];
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += map.get(keys[i])[0];
        }
        return sum;
    }

    @Override
    public void remove(long[] keys, int from, int to) {
        for (int i = from; i < to; i++) {
            map.remove(keys[i]);
        }
    }

    @Override
    public long size() {
        return map.size();
    }

    @Override
    public void close() {
        map.clear();
    }
}

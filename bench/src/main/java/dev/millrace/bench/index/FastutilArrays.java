package dev.millrace.bench.index;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/** The map of fastutil with a value of several numbers, an array that is changed in place. */
final class FastutilArrays implements CountingMap {
    private final Long2ObjectOpenHashMap<long[]> map = new Long2ObjectOpenHashMap<>();
    private final int valueLongs;

    FastutilArrays(int valueBytes) {
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

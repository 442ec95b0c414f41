package dev.millrace.bench.index;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;

/** The fastest map on the heap for numbers: two numbers side by side in one array. */
final class FastutilLongs implements CountingMap {
    private final Long2LongOpenHashMap map = new Long2LongOpenHashMap();

    @Override
    public void insert(long key) {
        map.put(key, 1);
    }

    @Override
    public long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += map.addTo(keys[i], 1) + 1;
        }
        return sum;
    }

    @Override
    public long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += map.get(keys[i]);
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

package dev.millrace.bench.index;

import org.agrona.collections.Long2LongHashMap;

/** The map of agrona for numbers. */
final class AgronaLongs implements CountingMap {
    private static final long MISSING = Long.MIN_VALUE;

    private final Long2LongHashMap map = new Long2LongHashMap(MISSING);

    @Override
    public void insert(long key) {
        map.put(key, 1);
    }

    @Override
    public long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += map.merge(keys[i], 1, Long::sum);
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

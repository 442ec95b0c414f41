package dev.millrace.bench.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A map that reads and writes whole values, as stores do: the counter lies in the first eight bytes. */
abstract class ByteMap implements CountingMap {
    private final byte[] key = new byte[Long.BYTES];
    private final byte[] value;
    private final ByteBuffer keyView = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder());
    private final ByteBuffer valueView;
    private long length;

    ByteMap(int valueBytes) {
        value = new byte[valueBytes];
        valueView = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
    }

    /** Reads the value of a key that is there. */
    abstract void read(byte[] key, byte[] value) throws Exception;

    abstract void write(byte[] key, byte[] value) throws Exception;

    abstract void remove(byte[] key) throws Exception;

    @Override
    public final void insert(long number) {
        put(number, 1);
        length++;
    }

    @Override
    public final long update(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            long count = get(keys[i]) + 1;
            put(keys[i], count);
            sum += count;
        }
        return sum;
    }

    @Override
    public final long get(long[] keys, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += get(keys[i]);
        }
        return sum;
    }

    @Override
    public final void remove(long[] keys, int from, int to) {
        try {
            for (int i = from; i < to; i++) {
                keyView.putLong(0, keys[i]);
                remove(key);
                length--;
            }
        } catch (Exception e) {
            throw failed(e);
        }
    }

    @Override
    public final long size() {
        return length;
    }

    private long get(long number) {
        try {
            keyView.putLong(0, number);
            read(key, value);
            return valueView.getLong(0);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private void put(long number, long count) {
        try {
            keyView.putLong(0, number);
            valueView.putLong(0, count);
            write(key, value);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(Exception cause) {
        return new IllegalStateException("a peer failed in a measurement", cause);
    }
}

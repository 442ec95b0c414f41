package dev.millrace.bench;

import dev.millrace.allocator.Memory;

/**
 * The layout that a person writes by hand, as SBE generates it: a fixed block, then groups of which each has its count.
 *
 * <pre>
 *   0    8    16   20  24      32           32 + 8n
 *   +----+----+----+---+-------+------------+-------+----...
 *   | x1 | x3 | x2 |   | count | x4 values  | count | x5 ...
 *   +----+----+----+---+-------+------------+-------+----...
 * </pre>
 */
final class Flyweight {
    static final int X1 = 0;
    static final int X3 = 8;
    static final int X2 = 16;
    static final int GROUPS = 24;

    private Flyweight() {}

    static void write(Structs.SmallStruct value, long address) {
        Memory.putLong(address + X1, value.x1());
        Memory.putDouble(address + X3, value.x3());
        Memory.putInt(address + X2, value.x2());
    }

    /** Uses every field in place. */
    static double sumSmall(long address) {
        return Memory.getLong(address + X1) + Memory.getInt(address + X2) + Memory.getDouble(address + X3);
    }

    /** Uses every field in place. */
    static double sumLarge(long address) {
        long sum = Memory.getLong(address + X1) + Memory.getInt(address + X2);
        long at = address + GROUPS;
        for (int group = 0; group < 2; group++) {
            final long end = at + Long.BYTES * (1L + Memory.getLong(at));
            for (at += Long.BYTES; at < end; at += Long.BYTES) {
                sum += Memory.getLong(at);
            }
        }
        double total = sum + Memory.getDouble(address + X3);
        final long end = at + Double.BYTES * (1L + Memory.getLong(at));
        for (at += Double.BYTES; at < end; at += Double.BYTES) {
            total += Memory.getDouble(at);
        }
        return total;
    }

    static Structs.SmallStruct readSmall(long address) {
        return new Structs.SmallStruct(
                Memory.getLong(address + X1), Memory.getInt(address + X2), Memory.getDouble(address + X3));
    }

    static void write(Structs.LargeStruct value, long address) {
        Memory.putLong(address + X1, value.x1());
        Memory.putDouble(address + X3, value.x3());
        Memory.putInt(address + X2, value.x2());
        long at = write(value.x4(), address + GROUPS);
        at = write(value.x5(), at);
        final double[] x6 = value.x6();
        Memory.putLong(at, x6.length);
        for (double each : x6) {
            at += Double.BYTES;
            Memory.putDouble(at, each);
        }
    }

    private static long write(long[] values, long address) {
        Memory.putLong(address, values.length);
        long at = address + Long.BYTES;
        for (long each : values) {
            Memory.putLong(at, each);
            at += Long.BYTES;
        }
        return at;
    }

    static Structs.LargeStruct readLarge(long address) {
        final long[] x4 = longs(address + GROUPS);
        final long atX5 = address + GROUPS + Long.BYTES * (1L + x4.length);
        final long[] x5 = longs(atX5);
        final long atX6 = atX5 + Long.BYTES * (1L + x5.length);
        final double[] x6 = new double[(int) Memory.getLong(atX6)];
        for (int i = 0; i < x6.length; i++) {
            x6[i] = Memory.getDouble(atX6 + Double.BYTES * (1L + i));
        }
        return new Structs.LargeStruct(
                Memory.getLong(address + X1), Memory.getInt(address + X2), Memory.getDouble(address + X3), x4, x5, x6);
    }

    private static long[] longs(long address) {
        final long[] values = new long[(int) Memory.getLong(address)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getLong(address + Long.BYTES * (1L + i));
        }
        return values;
    }
}

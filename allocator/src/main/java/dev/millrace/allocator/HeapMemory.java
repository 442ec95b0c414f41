package dev.millrace.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The heap twin of {@link Memory}: the same operations over a Java array, for tools that follow every access and for tests
 * that want a stray address to be an exception.
 *
 * <p>Any thread may call any method, with the memory order of the off-heap twin: an aligned value of up to eight bytes is
 * never seen half written, and a write never disturbs its neighbours. Owned by the garbage collector. Addresses run from
 * {@link #firstAddress()}; any access outside throws {@link IndexOutOfBoundsException}.
 *
 * <pre>
 *   address   64            72
 *             +-------------+-------------+--
 *   words     |   words[0]  |   words[1]  |  ...      bytes inside a word in the machine's own order
 *             +-------------+-------------+--
 * </pre>
 */
public final class HeapMemory implements MemoryAccess {
    /** No block is at 0, and blocks start on cache lines. */
    private static final long FIRST_ADDRESS = 64;

    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;

    /** Makes a memory of zeros. */
    public HeapMemory(int sizeBytes) {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("memory size must not be negative: sizeBytes=" + sizeBytes);
        }
        words = new long[(int) ((sizeBytes + (long) Long.BYTES - 1) / Long.BYTES)];
    }

    /** The lowest address: a multiple of 64, and not 0. */
    public long firstAddress() {
        return FIRST_ADDRESS;
    }

    @Override
    public byte getByte(long address) {
        return (byte) get(address, Byte.BYTES);
    }

    @Override
    public void putByte(long address, byte value) {
        put(address, Byte.BYTES, value);
    }

    @Override
    public short getShort(long address) {
        return (short) get(address, Short.BYTES);
    }

    @Override
    public void putShort(long address, short value) {
        put(address, Short.BYTES, value);
    }

    @Override
    public char getChar(long address) {
        return (char) get(address, Character.BYTES);
    }

    @Override
    public void putChar(long address, char value) {
        put(address, Character.BYTES, value);
    }

    @Override
    public int getInt(long address) {
        return (int) get(address, Integer.BYTES);
    }

    @Override
    public void putInt(long address, int value) {
        put(address, Integer.BYTES, value);
    }

    @Override
    public long getLong(long address) {
        return get(address, Long.BYTES);
    }

    @Override
    public void putLong(long address, long value) {
        put(address, Long.BYTES, value);
    }

    @Override
    public float getFloat(long address) {
        return Float.intBitsToFloat(getInt(address));
    }

    @Override
    public void putFloat(long address, float value) {
        putInt(address, Float.floatToRawIntBits(value));
    }

    @Override
    public double getDouble(long address) {
        return Double.longBitsToDouble(getLong(address));
    }

    @Override
    public void putDouble(long address, double value) {
        putLong(address, Double.doubleToRawLongBits(value));
    }

    @Override
    public int getIntVolatile(long address) {
        requireAligned(address, Integer.BYTES);
        return (int) ((long) WORD.getVolatile(words, index(address)) >>> shift(address, Integer.BYTES));
    }

    @Override
    public void putIntRelease(long address, int value) {
        requireAligned(address, Integer.BYTES);
        put(address, Integer.BYTES, value);
    }

    @Override
    public int getAndAddInt(long address, int delta) {
        requireAligned(address, Integer.BYTES);
        int before;
        do {
            before = getIntVolatile(address);
        } while (!compareAndSetInt(address, before, before + delta));
        return before;
    }

    /** The other half of the word may change meanwhile; that is no reason to say no. */
    @Override
    public boolean compareAndSetInt(long address, int expected, int value) {
        requireAligned(address, Integer.BYTES);
        while (true) {
            final long word = (long) WORD.getVolatile(words, index(address));
            if ((int) getFrom(word, address, Integer.BYTES) != expected) {
                return false;
            }
            if (WORD.compareAndSet(words, index(address), word, with(word, address, Integer.BYTES, value))) {
                return true;
            }
        }
    }

    @Override
    public long getLongVolatile(long address) {
        requireAligned(address, Long.BYTES);
        return (long) WORD.getVolatile(words, index(address));
    }

    @Override
    public void putLongRelease(long address, long value) {
        requireAligned(address, Long.BYTES);
        WORD.setRelease(words, index(address), value);
    }

    @Override
    public long getAndAddLong(long address, long delta) {
        requireAligned(address, Long.BYTES);
        return (long) WORD.getAndAdd(words, index(address), delta);
    }

    @Override
    public boolean compareAndSetLong(long address, long expected, long value) {
        requireAligned(address, Long.BYTES);
        return WORD.compareAndSet(words, index(address), expected, value);
    }

    @Override
    public void copy(long from, long to, long lengthBytes) {
        if (from < to) {
            for (long at = lengthBytes - 1; at >= 0; at--) {
                putByte(to + at, getByte(from + at));
            }
        } else {
            for (long at = 0; at < lengthBytes; at++) {
                putByte(to + at, getByte(from + at));
            }
        }
    }

    @Override
    public void copyFrom(byte[] source, int sourceOffset, long to, int lengthBytes) {
        for (int at = 0; at < lengthBytes; at++) {
            putByte(to + at, source[sourceOffset + at]);
        }
    }

    @Override
    public void copyTo(long from, byte[] target, int targetOffset, int lengthBytes) {
        for (int at = 0; at < lengthBytes; at++) {
            target[targetOffset + at] = getByte(from + at);
        }
    }

    @Override
    public void copyElementsFrom(Object source, long to, int lengthBytes) {
        if (source instanceof byte[] bytes) {
            for (int i = 0; i < lengthBytes / Byte.BYTES; i++) {
                putByte(to + (long) i * Byte.BYTES, bytes[i]);
            }
        } else if (source instanceof short[] shorts) {
            for (int i = 0; i < lengthBytes / Short.BYTES; i++) {
                putShort(to + (long) i * Short.BYTES, shorts[i]);
            }
        } else if (source instanceof char[] chars) {
            for (int i = 0; i < lengthBytes / Character.BYTES; i++) {
                putChar(to + (long) i * Character.BYTES, chars[i]);
            }
        } else if (source instanceof int[] ints) {
            for (int i = 0; i < lengthBytes / Integer.BYTES; i++) {
                putInt(to + (long) i * Integer.BYTES, ints[i]);
            }
        } else if (source instanceof long[] longs) {
            for (int i = 0; i < lengthBytes / Long.BYTES; i++) {
                putLong(to + (long) i * Long.BYTES, longs[i]);
            }
        } else if (source instanceof float[] floats) {
            for (int i = 0; i < lengthBytes / Float.BYTES; i++) {
                putFloat(to + (long) i * Float.BYTES, floats[i]);
            }
        } else if (source instanceof double[] doubles) {
            for (int i = 0; i < lengthBytes / Double.BYTES; i++) {
                putDouble(to + (long) i * Double.BYTES, doubles[i]);
            }
        } else {
            throw new IllegalArgumentException(
                    "not an array of numbers: " + source.getClass().getTypeName());
        }
    }

    @Override
    public void copyElementsTo(long from, Object target, int lengthBytes) {
        if (target instanceof byte[] bytes) {
            for (int i = 0; i < lengthBytes / Byte.BYTES; i++) {
                bytes[i] = getByte(from + (long) i * Byte.BYTES);
            }
        } else if (target instanceof short[] shorts) {
            for (int i = 0; i < lengthBytes / Short.BYTES; i++) {
                shorts[i] = getShort(from + (long) i * Short.BYTES);
            }
        } else if (target instanceof char[] chars) {
            for (int i = 0; i < lengthBytes / Character.BYTES; i++) {
                chars[i] = getChar(from + (long) i * Character.BYTES);
            }
        } else if (target instanceof int[] ints) {
            for (int i = 0; i < lengthBytes / Integer.BYTES; i++) {
                ints[i] = getInt(from + (long) i * Integer.BYTES);
            }
        } else if (target instanceof long[] longs) {
            for (int i = 0; i < lengthBytes / Long.BYTES; i++) {
                longs[i] = getLong(from + (long) i * Long.BYTES);
            }
        } else if (target instanceof float[] floats) {
            for (int i = 0; i < lengthBytes / Float.BYTES; i++) {
                floats[i] = getFloat(from + (long) i * Float.BYTES);
            }
        } else if (target instanceof double[] doubles) {
            for (int i = 0; i < lengthBytes / Double.BYTES; i++) {
                doubles[i] = getDouble(from + (long) i * Double.BYTES);
            }
        } else {
            throw new IllegalArgumentException(
                    "not an array of numbers: " + target.getClass().getTypeName());
        }
    }

    @Override
    public void fill(long address, long lengthBytes, byte value) {
        for (long at = 0; at < lengthBytes; at++) {
            putByte(address + at, value);
        }
    }

    @Override
    public boolean equal(long left, long right, int lengthBytes) {
        for (int at = 0; at < lengthBytes; at++) {
            if (getByte(left + at) != getByte(right + at)) {
                return false;
            }
        }
        return true;
    }

    /** Reads a value; one that lies across two words is read byte by byte. */
    private long get(long address, int bytes) {
        if ((address & (Long.BYTES - 1)) + bytes <= Long.BYTES) {
            return getFrom((long) WORD.getOpaque(words, index(address)), address, bytes);
        }
        long value = 0;
        for (int at = 0; at < bytes; at++) {
            value |= (getByte(address + at) & 0xFFL) << shiftInValue(at, bytes);
        }
        return value;
    }

    /** Writes a value. The rest of the word is another value's, so it is exchanged only if nobody touched it. */
    private void put(long address, int bytes, long value) {
        if ((address & (Long.BYTES - 1)) + bytes > Long.BYTES) {
            for (int at = 0; at < bytes; at++) {
                putByte(address + at, (byte) (value >>> shiftInValue(at, bytes)));
            }
            return;
        }
        if (bytes == Long.BYTES) {
            WORD.setRelease(words, index(address), value);
            return;
        }
        long word;
        do {
            word = (long) WORD.getOpaque(words, index(address));
        } while (!WORD.weakCompareAndSetRelease(words, index(address), word, with(word, address, bytes, value)));
    }

    private static long getFrom(long word, long address, int bytes) {
        return (word >>> shift(address, bytes)) & mask(bytes);
    }

    private static long with(long word, long address, int bytes, long value) {
        final int shift = shift(address, bytes);
        return (word & ~(mask(bytes) << shift)) | ((value & mask(bytes)) << shift);
    }

    private static long mask(int bytes) {
        return -1L >>> (Long.SIZE - bytes * Byte.SIZE);
    }

    private static int shift(long address, int bytes) {
        final int inWord = (int) (address & (Long.BYTES - 1));
        return (IS_LITTLE_ENDIAN ? inWord : Long.BYTES - bytes - inWord) * Byte.SIZE;
    }

    private static int shiftInValue(int at, int bytes) {
        return (IS_LITTLE_ENDIAN ? at : bytes - 1 - at) * Byte.SIZE;
    }

    private int index(long address) {
        final long index = (address - FIRST_ADDRESS) >> 3;
        if (index < 0 || index >= words.length) {
            throw outside(address);
        }
        return (int) index;
    }

    private IndexOutOfBoundsException outside(long address) {
        return new IndexOutOfBoundsException("address outside this memory: address=" + address + ", firstAddress="
                + FIRST_ADDRESS + ", sizeBytes=" + (long) words.length * Long.BYTES);
    }

    private static void requireAligned(long address, int alignmentBytes) {
        if ((address & (alignmentBytes - 1)) != 0) {
            throw new IllegalArgumentException(
                    "ordered access must be aligned: address=" + address + ", alignmentBytes=" + alignmentBytes);
        }
    }
}

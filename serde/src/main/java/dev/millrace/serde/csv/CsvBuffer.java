package dev.millrace.serde.csv;

import java.util.Arrays;

/**
 * Bytes that lines are written to; grows as needed up to {@link #MAX_BYTES} and is used again. Used by one thread at a
 * time; whoever holds it owns it.
 */
public final class CsvBuffer {
    /** The most that one buffer holds. */
    public static final int MAX_BYTES = 1 << 30;

    private byte[] bytes;
    private int length;

    public CsvBuffer() {
        this(1024);
    }

    /**
     * Makes a buffer.
     *
     * @param capacityBytes what it holds before it grows; 1 or more
     */
    public CsvBuffer(int capacityBytes) {
        if (capacityBytes < 1 || capacityBytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "buffer capacity out of range: capacityBytes=" + capacityBytes + ", min=1, max=" + MAX_BYTES);
        }
        this.bytes = new byte[capacityBytes];
    }

    /** The array that holds the bytes, up to {@link #length}; another one after the buffer grew. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public void clear() {
        length = 0;
    }

    /** Forgets what was appended after the buffer had this length. */
    public void truncate(int lengthBytes) {
        if (lengthBytes < 0 || lengthBytes > length) {
            throw new IllegalArgumentException(
                    "cannot truncate to more than there is: lengthBytes=" + lengthBytes + ", length=" + length);
        }
        length = lengthBytes;
    }

    public void append(byte value) {
        reserve(1);
        bytes[length++] = value;
    }

    public void append(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** Appends a text if it is ASCII that needs no quotes; otherwise appends nothing and says no. */
    boolean appendPlain(String text) {
        final int chars = text.length();
        reserve(chars);
        final byte[] target = bytes;
        final int start = length;
        for (int i = 0; i < chars; i++) {
            final char unit = text.charAt(i);
            if (unit >= 0x80 || unit == ',' || unit == '"' || unit == '\n' || unit == '\r') {
                return false;
            }
            target[start + i] = (byte) unit;
        }
        length = start + chars;
        return true;
    }

    /** Makes room for this many bytes. */
    private void reserve(int moreBytes) {
        if (bytes.length - length < moreBytes) {
            grow(moreBytes);
        }
    }

    /** Appends a decimal number of a fixed count of digits, with leading zeros. */
    void appendDigits(long value, int digits) {
        reserve(digits);
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void grow(int moreBytes) {
        long needed = (long) length + moreBytes;
        if (needed > MAX_BYTES) {
            throw new IllegalStateException("buffer is full: neededBytes=" + needed + ", limitBytes=" + MAX_BYTES
                    + "; write what is there before the next line");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * bytes.length)));
    }
}

package dev.millrace.state;

import com.google.protobuf.CodedOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The payload that a {@link StateDeltaWriter} is filling. */
final class DeltaOutput {
    static final byte DELETE = 0;
    static final byte PUT = 1;

    private byte[] bytes = new byte[1 << 12];
    private int size;

    int sizeBytes() {
        return size;
    }

    /** The size of an entry; a value length below zero is a delete. */
    static int entryBytes(int keyLength, int valueLength) {
        int valueBytes = valueLength < 0 ? 0 : CodedOutputStream.computeUInt32SizeNoTag(valueLength) + valueLength;
        return CodedOutputStream.computeUInt32SizeNoTag(keyLength) + keyLength + 1 + valueBytes;
    }

    /** Adds an entry whose key lies at an offset of an array, and its value behind it. */
    void add(byte[] source, int offset, int keyLength, int valueLength, int length) {
        if (length > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
        }
        varint(keyLength);
        copy(source, offset, keyLength);
        bytes[size++] = valueLength < 0 ? DELETE : PUT;
        if (valueLength >= 0) {
            varint(valueLength);
            copy(source, offset + keyLength, valueLength);
        }
    }

    private void copy(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    private void varint(int value) {
        int rest = value;
        while (rest >= 0x80) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** The payload, valid until the next entry is added. */
    ByteBuffer take() {
        ByteBuffer payload = ByteBuffer.wrap(bytes, 0, size).slice();
        size = 0;
        return payload;
    }
}

package dev.millrace.serde;

import dev.millrace.allocator.Memory;

/**
 * Blobs of one layout, one behind the other, in memory that the caller owns.
 *
 * <pre>
 *   fixed size      +--------+--------+ - -        otherwise   +--------------+-----+--------+ - -
 *                   | blob   | blob   |                        | length (int) |  0  | blob   |
 *                   +--------+--------+ - -                    +--------------+-----+--------+ - -
 * </pre>
 *
 * <p>Used by one thread at a time. The memory starts at a multiple of 8 and outlives this object.
 */
public final class FlatRows {
    private static final int PREFIX_BYTES = Long.BYTES;

    private final RecordLayout layout;
    private final int prefixBytes;
    private final long address;
    private final int capacityBytes;

    private int rowCount;
    private int usedBytes;

    /**
     * Makes an empty page of rows.
     *
     * @param address of memory that holds {@code capacityBytes}
     */
    public FlatRows(RecordLayout layout, long address, int capacityBytes) {
        this.layout = layout;
        this.prefixBytes = layout.isFixedSize() ? 0 : PREFIX_BYTES;
        this.address = address;
        this.capacityBytes = capacityBytes;
    }

    public RecordLayout layout() {
        return layout;
    }

    public int rowCount() {
        return rowCount;
    }

    /** What the rows take, prefixes included: a multiple of 8. */
    public int usedBytes() {
        return usedBytes;
    }

    /** Where the rows start. */
    public long address() {
        return address;
    }

    /** Drops all rows. */
    public void clear() {
        rowCount = 0;
        usedBytes = 0;
    }

    /**
     * Appends a value. Returns false, and leaves the rows as they are, if there is no room.
     *
     * @param codec of this layout
     */
    public <T> boolean tryAppend(FlatCodec<T> codec, T value) {
        int blobBytes = codec.blobBytes(value);
        if (!fits(blobBytes)) {
            return false;
        }
        codec.writeBlob(value, address + usedBytes + prefixBytes);
        grow(blobBytes);
        return true;
    }

    /** Appends a blob of this layout from an array. Returns false, and leaves the rows as they are, if there is no room. */
    public boolean tryAppend(byte[] blob) {
        if (!fits(blob.length)) {
            return false;
        }
        Memory.copyFrom(blob, 0, address + usedBytes + prefixBytes, blob.length);
        grow(blob.length);
        return true;
    }

    /** The first row; there is one if {@link #rowCount} says so. A row is the address of its blob. */
    public long first() {
        return address + prefixBytes;
    }

    /** The row behind a row. */
    public long next(long row) {
        return row + blobBytes(row) + prefixBytes;
    }

    /** The size of a row's blob. */
    public int blobBytes(long row) {
        return prefixBytes == 0 ? layout.fixedBytes() : Memory.getInt(row - PREFIX_BYTES);
    }

    /** Takes over rows from outside, once each of them is valid. None are there if one is not. */
    void takeOver(long from, int lengthBytes, int count, FlatCodec<?> codec) {
        clear();
        if (lengthBytes > capacityBytes) {
            throw new IllegalArgumentException("rows do not fit their page: neededBytes=" + lengthBytes
                    + ", capacityBytes=" + capacityBytes + "; give it as much as a frame may have");
        }
        Memory.copy(from, address, lengthBytes);
        int at = 0;
        for (int i = 0; i < count; i++) {
            at += prefixBytes + validRow(at, lengthBytes, codec);
        }
        if (at != lengthBytes) {
            throw new MalformedRecordException("malformed frame: bytes behind the last row: rowCount=" + count
                    + ", payloadBytes=" + lengthBytes + ", expectedBytes=" + at);
        }
        rowCount = count;
        usedBytes = lengthBytes;
    }

    private int validRow(int at, int lengthBytes, FlatCodec<?> codec) {
        int left = lengthBytes - at - prefixBytes;
        int blobBytes = layout.fixedBytes();
        if (prefixBytes != 0 && left >= 0) {
            blobBytes = Memory.getInt(address + at);
            if (Memory.getInt(address + at + Integer.BYTES) != 0) {
                throw new MalformedRecordException(
                        "malformed frame: padding is not zero: offset=" + (at + Integer.BYTES));
            }
        }
        if (blobBytes < 0 || blobBytes > left) {
            throw new MalformedRecordException("malformed frame: row is out of bounds: offset=" + at + ", blobBytes="
                    + blobBytes + ", leftBytes=" + left);
        }
        codec.validate(address + at + prefixBytes, blobBytes);
        return blobBytes;
    }

    private boolean fits(int blobBytes) {
        return blobBytes <= capacityBytes - usedBytes - prefixBytes;
    }

    private void grow(int blobBytes) {
        if (prefixBytes != 0) {
            Memory.putLong(address + usedBytes, 0L);
            Memory.putInt(address + usedBytes, blobBytes);
        }
        usedBytes += prefixBytes + blobBytes;
        rowCount++;
    }

    @Override
    public String toString() {
        return "FlatRows[record=" + layout.typeName() + ", rowCount=" + rowCount + ", usedBytes=" + usedBytes + ']';
    }
}

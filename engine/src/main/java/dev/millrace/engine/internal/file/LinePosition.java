package dev.millrace.engine.internal.file;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A place in a text of lines, as sources over such files note it.
 *
 * <pre>
 *   0         1             5                 13        21        29
 *   +---------+-------------+-----------------+---------+---------+
 *   | version | checksum of | offset of the   | lines   | skipped |     big-endian
 *   | 1       | what is     | next line, long | long    | long    |
 *   |         | before, int |                 |         |         |
 *   +---------+-------------+-----------------+---------+---------+
 * </pre>
 *
 * @param checksum of what is before the offset, see {@link LineReader}
 * @param offsetBytes where the next line begins in the text, which for gzip is not the place in the file
 * @param lineCount how many lines are before
 * @param skippedCount how many of them were skipped
 */
public record LinePosition(int checksum, long offsetBytes, long lineCount, long skippedCount) {
    private static final byte VERSION = 1;
    private static final int SIZE_BYTES = 29;

    byte[] toBytes() {
        return ByteBuffer.allocate(SIZE_BYTES)
                .put(VERSION)
                .putInt(checksum)
                .putLong(offsetBytes)
                .putLong(lineCount)
                .putLong(skippedCount)
                .array();
    }

    /** Reads a position; empty if the bytes are not of this form. */
    public static Optional<LinePosition> parse(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return bytes.length != SIZE_BYTES || in.get() != VERSION
                ? Optional.empty()
                : Optional.of(new LinePosition(in.getInt(), in.getLong(), in.getLong(), in.getLong()));
    }
}

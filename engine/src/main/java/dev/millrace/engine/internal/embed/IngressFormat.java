package dev.millrace.engine.internal.embed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How events lie in the files of an {@link IngressLog}. Numbers are big-endian; blobs are in the machine's byte order.
 *
 * <pre>
 *   segment   0         4         8               16            24         28         32
 *             +---------+---------+---------------+-------------+----------+----------+---------+---------+
 *             | "MLIS"  | version | first event's | layout hash | blobs in | CRC32C   | batch 1 | batch 2 ...
 *             | int     | int: 1  | number, long  | long        | order    | of 0..28 |         |
 *             +---------+---------+---------------+-------------+----------+----------+---------+---------+
 *   batch     0         4         8               16            20         24
 *             +---------+---------+---------------+-------------+----------+------------------------------+
 *             | "MLIB"  | CRC32C  | first event's | event       | entry    | for each event: blob bytes,  |
 *             | int     | of 8..  | number, long  | count, int  | bytes    | int; zero, int; blob         |
 *             +---------+---------+---------------+-------------+----------+------------------------------+
 * </pre>
 *
 * <p>A batch is written after the one before it was forced. So a damaged one with a good one behind it was durable and is
 * reported; a damaged one at the end of the last segment is what a crash left of a batch that nobody was told of. For that the last
 * batch needs one behind it too: once it is forced an empty one is written, the mark, which the next batch overwrites.
 */
final class IngressFormat {
    static final int SEGMENT_HEADER_BYTES = 32;
    static final int BATCH_HEADER_BYTES = 24;
    static final int ENTRY_HEADER_BYTES = 8;

    private static final int SEGMENT_MAGIC = 0x4D4C4953;
    private static final int BATCH_MAGIC = 0x4D4C4942;
    private static final int VERSION = 1;
    private static final int ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 1 : 2;
    private static final int SEGMENT_CRC_OFFSET = 28;
    private static final int BATCH_CRC_FROM = 8;

    private IngressFormat() {}

    static ByteBuffer segmentHeader(long firstNumber, long layoutHash) {
        ByteBuffer header = ByteBuffer.allocate(SEGMENT_HEADER_BYTES)
                .putInt(SEGMENT_MAGIC)
                .putInt(VERSION)
                .putLong(firstNumber)
                .putLong(layoutHash)
                .putInt(ORDER);
        return header.putInt(crc(header.array(), 0, SEGMENT_CRC_OFFSET)).flip();
    }

    /** Whether bytes are the header of a segment that begins with this event. */
    static boolean isSegmentHeader(byte[] bytes, int length, long firstNumber) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return length >= SEGMENT_HEADER_BYTES
                && in.getInt(0) == SEGMENT_MAGIC
                && in.getInt(4) == VERSION
                && in.getLong(8) == firstNumber
                && in.getInt(SEGMENT_CRC_OFFSET) == crc(bytes, 0, SEGMENT_CRC_OFFSET);
    }

    /** Whether the blobs of a segment are what this process reads; its header is intact. */
    static boolean isOfLayout(byte[] header, long layoutHash) {
        ByteBuffer in = ByteBuffer.wrap(header);
        return in.getLong(16) == layoutHash && in.getInt(24) == ORDER;
    }

    /** Writes the header of a batch whose entries are behind it. */
    static void finishBatch(byte[] batch, int length, long firstNumber, int count) {
        ByteBuffer header = ByteBuffer.wrap(batch);
        header.putInt(0, BATCH_MAGIC).putLong(8, firstNumber).putInt(16, count).putInt(20, length - BATCH_HEADER_BYTES);
        header.putInt(4, crc(batch, BATCH_CRC_FROM, length - BATCH_CRC_FROM));
    }

    /** Says that everything before this event is durable. */
    static ByteBuffer mark(long nextNumber) {
        byte[] mark = new byte[BATCH_HEADER_BYTES];
        finishBatch(mark, mark.length, nextNumber, 0);
        return ByteBuffer.wrap(mark);
    }

    /** The length of the batch that begins at an offset, which may be a mark; 0 if none does. */
    static int batchBytes(byte[] bytes, int offset, int end) {
        if (end - offset < BATCH_HEADER_BYTES) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int entryBytes = in.getInt(offset + 20);
        if (in.getInt(offset) != BATCH_MAGIC
                || entryBytes < 0
                || entryBytes > end - offset - BATCH_HEADER_BYTES
                || in.getInt(offset + 16) < 0) {
            return 0;
        }
        int length = BATCH_HEADER_BYTES + entryBytes;
        return in.getInt(offset + 4) == crc(bytes, offset + BATCH_CRC_FROM, length - BATCH_CRC_FROM) ? length : 0;
    }

    /** The length that the header of a batch claims; for what was checked before. */
    static int claimedBytes(byte[] header) {
        return BATCH_HEADER_BYTES + ByteBuffer.wrap(header).getInt(20);
    }

    static long firstNumber(byte[] bytes, int batchOffset) {
        return ByteBuffer.wrap(bytes).getLong(batchOffset + 8);
    }

    static int count(byte[] bytes, int batchOffset) {
        return ByteBuffer.wrap(bytes).getInt(batchOffset + 16);
    }

    static int blobBytes(byte[] bytes, int entryOffset) {
        return ByteBuffer.wrap(bytes).getInt(entryOffset);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}

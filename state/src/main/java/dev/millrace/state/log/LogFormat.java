package dev.millrace.state.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The bytes of a log segment, format 1. All numbers are little-endian.
 *
 * <p>A segment file is called {@code epochs-<first epoch, 16 digits>.log}. The first epoch is one more than the last epoch that was
 * committed when the segment was begun, so a missing segment in the middle shows. It starts with
 *
 * <pre>
 *   0         4         8               16                24         28        32
 *   +---------+---------+---------------+-----------------+----------+---------+
 *   | "MLEL"  | version |  first epoch  |  carried epoch  |  crc32c  |    0    |     crc32c of bytes 0..23
 *   +---------+---------+---------------+-----------------+----------+---------+
 * </pre>
 *
 * where the carried epoch is the highest that any record of an earlier segment speaks of: the epochs above it are whole without those
 * segments. It goes on with records:
 *
 * <pre>
 *   0          4          8      9        17        21
 *   +----------+----------+------+--------+---------+ - - - - -
 *   |  length  |  crc32c  | type | epoch  | attempt | payload       length: of what follows the crc32c
 *   +----------+----------+------+--------+---------+ - - - - -
 *
 *   type 1, part:     21     22       26
 *                     +------+--------+ - - - - - - - -
 *                     | kind | owner  | bytes of the part
 *                     +------+--------+ - - - - - - - -
 *
 *   type 2, commit:   21           25
 *                     +------------+ - - - - -
 *                     | part count | metadata
 *                     +------------+ - - - - -
 *
 *   type 3, settled:  21           25
 *                     +------------+
 *                     |     0      |
 *                     +------------+
 * </pre>
 *
 * The checksum of a record covers the segment's first epoch, the record's offset in the file, the length and everything behind the
 * checksum. Because it covers the place, a record that is part of somebody's payload, or that was written astray, is no record.
 *
 * <p>Parts and commit of an epoch are forced together, so losing power may leave the commit and not all of the parts. Then the epoch
 * never was, and nobody was told of it. A settled record is written behind a commit once its force has returned: like any other record
 * behind a commit it shows that the commit was promised, and that what is missing before it is damage.
 *
 * <p>A part belongs to a commit if epoch and attempt are equal. The attempt is the incarnation of the log: one more at each opening, so
 * parts that a process wrote ahead of a commit that it never reached do not count for its successor.
 */
final class LogFormat {
    static final int MAGIC = 'M' | 'L' << 8 | 'E' << 16 | 'L' << 24;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    static final int VERSION_OFFSET = 4;
    static final int FIRST_EPOCH_OFFSET = 8;
    static final int CARRIED_EPOCH_OFFSET = 16;
    static final int HEADER_CRC_OFFSET = 24;

    static final byte TYPE_PART = 1;
    static final byte TYPE_COMMIT = 2;
    static final byte TYPE_SETTLED = 3;

    /** Length and checksum. */
    static final int PREFIX_BYTES = 8;

    static final int TYPE_OFFSET = 0;
    static final int EPOCH_OFFSET = 1;
    static final int ATTEMPT_OFFSET = 9;
    static final int BODY_HEADER_BYTES = 13;
    static final int KIND_OFFSET = BODY_HEADER_BYTES;
    static final int OWNER_OFFSET = KIND_OFFSET + 1;
    static final int PART_HEADER_BYTES = OWNER_OFFSET + Integer.BYTES;
    static final int PART_COUNT_OFFSET = BODY_HEADER_BYTES;
    static final int COMMIT_HEADER_BYTES = PART_COUNT_OFFSET + Integer.BYTES;
    static final int SETTLED_BYTES = BODY_HEADER_BYTES + Integer.BYTES;
    static final int MIN_LENGTH_BYTES = COMMIT_HEADER_BYTES;

    private static final String NAME_PREFIX = "epochs-";
    private static final String NAME_SUFFIX = ".log";
    private static final int NAME_DIGITS = 16;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer place = allocate(8 + 8 + 4);

    static ByteBuffer allocate(int capacityBytes) {
        return ByteBuffer.allocate(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static String fileName(long firstEpoch) {
        return NAME_PREFIX + String.format("%0" + NAME_DIGITS + "d", firstEpoch) + NAME_SUFFIX;
    }

    /** The first epoch in a file name, or -1 if it is not the name of a segment. */
    static long firstEpoch(String fileName) {
        if (fileName.length() != NAME_PREFIX.length() + NAME_DIGITS + NAME_SUFFIX.length()
                || !fileName.startsWith(NAME_PREFIX)
                || !fileName.endsWith(NAME_SUFFIX)) {
            return -1;
        }
        String digits = fileName.substring(NAME_PREFIX.length(), NAME_PREFIX.length() + NAME_DIGITS);
        return digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(digits) : -1;
    }

    /** A segment's header, ready to be written. */
    static ByteBuffer header(long firstEpoch, long carriedEpoch) {
        ByteBuffer header = allocate(HEADER_BYTES);
        header.putInt(MAGIC).putInt(VERSION).putLong(firstEpoch).putLong(carriedEpoch);
        header.putInt(headerCrc(header)).putInt(0);
        return header.flip();
    }

    static int headerCrc(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().position(0).limit(HEADER_CRC_OFFSET));
        return (int) crc.getValue();
    }

    /** The checksum of a record: see the class comment. The buffers' positions stay where they are. */
    int recordCrc(long firstEpoch, long offsetBytes, int lengthBytes, ByteBuffer body, ByteBuffer payload) {
        place.clear()
                .putLong(firstEpoch)
                .putLong(offsetBytes)
                .putInt(lengthBytes)
                .flip();
        crc.reset();
        crc.update(place);
        crc.update(body.duplicate());
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}

package dev.millrace.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The bytes of a savepoint: a directory with numbered files of blocks, and the file {@code SAVEPOINT} that is written last and makes
 * the directory one. Numbers are little-endian.
 *
 * <pre>
 *   SAVEPOINT      "MLSP" | version u32 | job name (u16 length, UTF-8) | commit record (u32 length, Protobuf)
 *                  | file count u32 | for each file: kind u8, size u64, block count u32 | crc32c u32 of all before it
 *
 *   entries-NNNNNN | outputs-NNNNNN
 *   0        4         8           12
 *   +--------+---------+-----------+ - - - then blocks until the end of the file:
 *   | "MLSB" | version | file no.  |
 *   +--------+---------+-----------+
 *
 *   0          4          8
 *   +----------+----------+ - - - - - -
 *   |  length  |  crc32c  |  payload        the checksum covers file number, offset of the block, length and payload
 *   +----------+----------+ - - - - - -
 * </pre>
 *
 * The payload of a block of entries is one of a {@link StateDeltaWriter}, only with puts; keys ascend over all blocks and files. That of
 * a block of outputs is {@code sink number u32} and the bytes that the sink wrote, in the order of writing.
 */
final class SavepointFormat {
    static final String MANIFEST = "SAVEPOINT";
    static final String UNFINISHED_MANIFEST = MANIFEST + ".tmp";
    static final byte ENTRIES = 1;
    static final byte OUTPUTS = 2;
    static final int VERSION = 1;
    static final int MANIFEST_MAGIC = 'M' | 'L' << 8 | 'S' << 16 | 'P' << 24;
    static final int FILE_HEADER_BYTES = 12;
    static final int BLOCK_HEADER_BYTES = 8;

    /** The longest block: what the log takes as one part. */
    static final int MAX_BLOCK_BYTES = 64 << 20;

    /** The longest manifest. */
    static final int MAX_MANIFEST_BYTES = 64 << 20;

    private static final int FILE_MAGIC = 'M' | 'L' << 8 | 'S' << 16 | 'B' << 24;

    private SavepointFormat() {}

    /** A file of blocks. */
    record BlockFile(byte kind, int number, long sizeBytes, int blockCount) {
        Path in(Path directory) {
            return directory.resolve(name(kind, number));
        }
    }

    static String name(byte kind, int number) {
        return String.format(java.util.Locale.ROOT, "%s-%06d", kind == ENTRIES ? "entries" : "outputs", number);
    }

    /** Whether a file of this name is one that a savepoint consists of. */
    static boolean isOurs(String name) {
        return name.equals(MANIFEST)
                || name.equals(UNFINISHED_MANIFEST)
                || name.matches("(entries|outputs)-[0-9]{6,9}");
    }

    static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer fileHeader(int number) {
        return allocate(FILE_HEADER_BYTES)
                .putInt(FILE_MAGIC)
                .putInt(VERSION)
                .putInt(number)
                .flip();
    }

    static int blockCrc(int number, long offset, ByteBuffer payload) {
        ByteBuffer place = allocate(16);
        place.putInt(number).putLong(offset).putInt(payload.remaining()).flip();
        CRC32C crc = new CRC32C();
        crc.update(place);
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }

    static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}

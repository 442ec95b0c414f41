package dev.millrace.engine.internal.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A place in the files of a directory.
 *
 * <pre>
 *   0         1               5                    13           15
 *   +---------+---------------+--------------------+------------+------+---------------+
 *   | version | files read    | hash of their      | length of  | name | LinePosition  |     big-endian
 *   | 2       | before, int   | names, sizes, long | name,      |      | in this file  |
 *   |         |               |                    | short      |      |               |
 *   +---------+---------------+--------------------+------------+------+---------------+
 * </pre>
 *
 * @param filesBefore how many files were read before this one
 * @param hash of them, see {@link InputDirectory#hash(long, String, long)}
 * @param name of the file, empty if there was none yet
 * @param lines the place in it
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record DirectoryPosition(int filesBefore, long hash, String name, byte[] lines) {
    private static final byte VERSION = 2;
    private static final int NAME_OFFSET = 15;

    byte[] toBytes() {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(NAME_OFFSET + nameBytes.length + lines.length)
                .put(VERSION)
                .putInt(filesBefore)
                .putLong(hash)
                .putShort((short) nameBytes.length)
                .put(nameBytes)
                .put(lines)
                .array();
    }

    /** Reads a position; empty if the bytes are not of this form. */
    public static Optional<DirectoryPosition> parse(byte[] bytes) {
        if (bytes.length < NAME_OFFSET || bytes[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        int filesBefore = in.getInt();
        long hash = in.getLong();
        int nameBytes = in.getShort();
        if (nameBytes < 0 || nameBytes > in.remaining()) {
            return Optional.empty();
        }
        String name = new String(bytes, NAME_OFFSET, nameBytes, StandardCharsets.UTF_8);
        byte[] lines = Arrays.copyOfRange(bytes, NAME_OFFSET + nameBytes, bytes.length);
        return Optional.of(new DirectoryPosition(filesBefore, hash, name, lines));
    }
}

package dev.millrace.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a state directory is for: the contents of its file {@code FORMAT}, written once, when the directory is begun. Numbers are
 * little-endian.
 *
 * <pre>
 *   0         4         8          10                                                          n - 4      n
 *   +---------+---------+----------+----------+------------+------------+-------------+---------+----------+
 *   | "MLSD"  | version |  length  | job name |   length   | store kind |   length    | finger- |  crc32c  |
 *   |         |         |   (u16)  |  (UTF-8) |   (u16)    |  (UTF-8)   |    (u16)    | print   |          |
 *   +---------+---------+----------+----------+------------+------------+-------------+---------+----------+
 * </pre>
 *
 * The checksum covers everything before it. Only the version is looked at before the rest is understood.
 *
 * @param jobName the job's name
 * @param storeKind the name of the {@link StoreKind}
 * @param fingerprint of the job that began the directory; whether another graph fits is told by what is committed
 */
record DirectoryFormat(String jobName, String storeKind, String fingerprint) {
    static final int MAX_TEXT_BYTES = 4096;
    static final int MAX_FILE_BYTES = 16 << 10;

    private static final int MAGIC = 'M' | 'L' << 8 | 'S' << 16 | 'D' << 24;
    private static final int VERSION = 1;

    DirectoryFormat {
        checkLength("jobName", jobName);
        checkLength("fingerprint", fingerprint);
    }

    private static void checkLength(String what, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    what + " is too long: lengthBytes=" + length + ", limitBytes=" + MAX_TEXT_BYTES);
        }
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION);
        for (String text : new String[] {jobName, storeKind, fingerprint}) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            bytes.putShort((short) utf8.length).put(utf8);
        }
        return bytes.putInt(crc(bytes, bytes.position())).flip();
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(length));
        return (int) crc.getValue();
    }

    /** Refuses a directory of another job or another store. */
    void check(Path directory, ByteBuffer found) {
        DirectoryFormat other = decode(directory, found);
        String[] texts = {other.jobName, other.storeKind};
        String[] expected = {jobName, storeKind};
        String[] names = {"job", "store"};
        String[] fixes = {
            "choose a directory for this job", "run with that store, or take a savepoint and restore it into the other"
        };
        int at = Arrays.mismatch(texts, expected);
        if (at >= 0) {
            throw new StateDirectoryMismatchException(directory, names[at], texts[at], expected[at], fixes[at]);
        }
    }

    /** What a format file says. */
    static DirectoryFormat decode(Path directory, ByteBuffer found) {
        ByteBuffer bytes = found.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.remaining() - Integer.BYTES;
        if (length < 8 || bytes.getInt(0) != MAGIC || bytes.getInt(length) != crc(bytes, length)) {
            throw new StateDirectoryMismatchException(
                    directory,
                    "FORMAT file",
                    "damaged or foreign",
                    "one that Millrace wrote",
                    "restore the directory from a copy, or choose another one");
        }
        if (bytes.getInt(4) != VERSION) {
            throw new StateDirectoryMismatchException(
                    directory,
                    "format version",
                    Integer.toString(bytes.getInt(4)),
                    Integer.toString(VERSION),
                    "use the release that wrote it, or choose another directory");
        }
        bytes.position(8);
        String[] texts = new String[3];
        for (int i = 0; i < texts.length; i++) {
            byte[] utf8 = new byte[Short.toUnsignedInt(bytes.getShort())];
            bytes.get(utf8);
            texts[i] = new String(utf8, StandardCharsets.UTF_8);
        }
        return new DirectoryFormat(texts[0], texts[1], texts[2]);
    }
}

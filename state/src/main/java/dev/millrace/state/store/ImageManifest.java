package dev.millrace.state.store;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Says which image file is the store, and what it must look like. All numbers are little-endian.
 *
 * <pre>
 *   0         4         8          16            24           32          36        40
 *   +---------+---------+----------+-------------+------------+-----------+---------+
 *   | "MLIM"  | version |  epoch   | image epoch | image size | image crc | crc32c  |    crc32c of bytes 0..35
 *   +---------+---------+----------+-------------+------------+-----------+---------+
 * </pre>
 *
 * @param epoch the epoch that the image equals
 * @param imageEpoch the epoch in the image's file name: an older one if the epochs since then changed nothing
 * @param imageBytes the size of the image file; 0 if there is no file because the store is empty
 * @param imageCrc the CRC32C of the whole image file
 */
record ImageManifest(long epoch, long imageEpoch, long imageBytes, int imageCrc) {
    static final ImageManifest EMPTY = new ImageManifest(0, 0, 0, 0);

    private static final String FILE_NAME = "MANIFEST";
    private static final int MAGIC = 'M' | 'L' << 8 | 'I' << 16 | 'M' << 24;
    private static final int VERSION = 1;
    private static final int CRC_OFFSET = 36;
    private static final int SIZE_BYTES = 40;
    private static final int CHUNK_BYTES = 1 << 20;

    static ImageManifest read(FileOps files, Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        if (files.kind(file) == FileKind.ABSENT) {
            return EMPTY;
        }
        ByteBuffer bytes = files.readAll(file, SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != SIZE_BYTES || bytes.getInt(0) != MAGIC || bytes.getInt(CRC_OFFSET) != crc(bytes)) {
            throw new CorruptImageException("manifest is not right", file, null);
        }
        if (bytes.getInt(4) != VERSION) {
            throw new CorruptImageException(
                    "unknown format: version=" + bytes.getInt(4) + ", knownVersion=" + VERSION, file, null);
        }
        return new ImageManifest(bytes.getLong(8), bytes.getLong(16), bytes.getLong(24), bytes.getInt(32));
    }

    void write(FileOps files, Path directory) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(MAGIC).putInt(VERSION).putLong(epoch).putLong(imageEpoch).putLong(imageBytes);
        bytes.putInt(imageCrc).putInt(crc(bytes));
        files.replace(directory.resolve(FILE_NAME), bytes.flip());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(CRC_OFFSET));
        return (int) crc.getValue();
    }

    boolean hasImage() {
        return imageBytes > 0;
    }

    Path image(Path directory) {
        return directory.resolve(String.format("image-%016d.db", imageEpoch));
    }

    static boolean isImage(Path file) {
        Path name = file.getFileName();
        return name != null && name.toString().startsWith("image-");
    }

    /** The manifest of a finished image file. */
    static ImageManifest of(FileOps files, Path directory, long epoch) throws IOException {
        Path file = new ImageManifest(epoch, epoch, 0, 0).image(directory);
        try (FileHandle handle = files.open(file, OpenMode.READ)) {
            return new ImageManifest(epoch, epoch, handle.size(), crc(handle));
        }
    }

    /** Refuses an image file that is not the one that was written. Reads all of it. */
    void check(FileOps files, Path directory) throws IOException {
        check(files, directory, true);
    }

    /** Refuses an image file that is not the one that was written; without its checksum if all of it shall not be read. */
    void check(FileOps files, Path directory, boolean readsWhole) throws IOException {
        Path file = image(directory);
        if (files.kind(file) != FileKind.FILE) {
            throw new CorruptImageException("image is missing", file, null);
        }
        try (FileHandle handle = files.open(file, OpenMode.READ)) {
            if (handle.size() != imageBytes) {
                throw new CorruptImageException(
                        "image has another size: sizeBytes=" + handle.size() + ", expectedBytes=" + imageBytes,
                        file,
                        null);
            }
            if (readsWhole && crc(handle) != imageCrc) {
                throw new CorruptImageException("image has another checksum", file, null);
            }
        }
    }

    private static int crc(FileHandle handle) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, Math.max(1, handle.size())));
        for (long position = 0; handle.read(position, chunk.clear()) > 0; position += chunk.limit()) {
            crc.update(chunk.flip());
        }
        return (int) crc.getValue();
    }
}

package dev.millrace.state;

import dev.millrace.state.SavepointFormat.BlockFile;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a savepoint into a directory of its own: entries in ascending order of their keys, what sinks wrote, and at last the manifest
 * that makes it a savepoint. A crash before that leaves files that the next writer removes. Used by one thread, once; closing it before
 * {@link #finish} leaves no savepoint.
 */
final class SavepointWriter implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final long FILE_BYTES = 256L << 20;

    private final FileOps files;
    private final Path directory;
    private final List<BlockFile> finished = new ArrayList<>();
    private final DeltaOutput block = new DeltaOutput();
    private byte[] lastKey = new byte[0];
    private byte[] entry = new byte[1 << 10];
    private @Nullable FileHandle handle;
    private byte kind;
    private long sizeBytes;
    private int blockCount;

    private SavepointWriter(FileOps files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /**
     * Begins a savepoint.
     *
     * @throws StateDirectoryUnusableException if the directory holds anything but an unfinished savepoint
     */
    static SavepointWriter begin(FileOps files, Path directory) {
        try {
            FileKind found = files.kind(directory);
            if (found != FileKind.ABSENT && found != FileKind.DIRECTORY) {
                throw new StateDirectoryUnusableException(directory, "is not a directory", null);
            }
            if (found == FileKind.DIRECTORY) {
                removeUnfinished(files, directory);
            }
            files.createDirectories(directory);
            return new SavepointWriter(files, directory);
        } catch (IOException e) {
            throw StateFileException.of("beginning a savepoint", directory, e);
        }
    }

    private static void removeUnfinished(FileOps files, Path directory) throws IOException {
        List<Path> contents = files.list(directory);
        for (Path file : contents) {
            String name = String.valueOf(file.getFileName());
            if (name.equals(SavepointFormat.MANIFEST)) {
                throw new StateDirectoryUnusableException(directory, "holds a savepoint already", null);
            }
            if (!SavepointFormat.isOurs(name)) {
                throw new StateDirectoryUnusableException(directory, "is not empty: file=" + name, null);
            }
        }
        for (Path file : contents) {
            files.delete(file);
        }
    }

    /** Adds an entry; keys ascend. */
    void entry(byte[] key, byte[] value) {
        if (Arrays.compareUnsigned(lastKey, key) >= 0) {
            throw new IllegalArgumentException(
                    "keys of a savepoint must ascend: lastKeyBytes=" + lastKey.length + ", keyBytes=" + key.length);
        }
        lastKey = key;
        int length = DeltaOutput.entryBytes(key.length, value.length);
        if (block.sizeBytes() > 0 && block.sizeBytes() + length > BLOCK_BYTES) {
            write(SavepointFormat.ENTRIES, block.take());
        }
        if (entry.length < key.length + value.length) {
            entry = new byte[Math.max(2 * entry.length, key.length + value.length)];
        }
        System.arraycopy(key, 0, entry, 0, key.length);
        System.arraycopy(value, 0, entry, key.length, value.length);
        block.add(entry, 0, key.length, value.length, length);
    }

    /** Adds what a sink wrote; behind the entries, in the order of writing. */
    void output(int sink, ByteBuffer payload) {
        flushEntries();
        ByteBuffer bytes = SavepointFormat.allocate(Integer.BYTES + payload.remaining());
        bytes.putInt(sink).put(payload).flip();
        write(SavepointFormat.OUTPUTS, bytes);
    }

    private void flushEntries() {
        if (block.sizeBytes() > 0) {
            write(SavepointFormat.ENTRIES, block.take());
        }
    }

    private void write(byte blockKind, ByteBuffer payload) {
        try {
            if (handle != null && (kind != blockKind || sizeBytes > FILE_BYTES)) {
                finishFile();
            }
            FileHandle file = handle == null ? beginFile(blockKind) : handle;
            ByteBuffer head = SavepointFormat.allocate(SavepointFormat.BLOCK_HEADER_BYTES);
            head.putInt(payload.remaining())
                    .putInt(SavepointFormat.blockCrc(number(), sizeBytes, payload))
                    .flip();
            int length = payload.remaining();
            file.write(sizeBytes, head);
            file.write(sizeBytes + SavepointFormat.BLOCK_HEADER_BYTES, payload);
            sizeBytes += SavepointFormat.BLOCK_HEADER_BYTES + length;
            blockCount++;
        } catch (IOException e) {
            throw StateFileException.of("writing a savepoint", directory, e);
        }
    }

    private int number() {
        return finished.size() + 1;
    }

    private FileHandle beginFile(byte fileKind) throws IOException {
        FileHandle file = files.open(directory.resolve(SavepointFormat.name(fileKind, number())), OpenMode.CREATE);
        handle = file;
        kind = fileKind;
        blockCount = 0;
        file.write(0, SavepointFormat.fileHeader(number()));
        sizeBytes = SavepointFormat.FILE_HEADER_BYTES;
        return file;
    }

    private void finishFile() throws IOException {
        FileHandle file = handle;
        if (file != null) {
            file.force();
            file.close();
            handle = null;
            finished.add(new BlockFile(kind, number(), sizeBytes, blockCount));
        }
    }

    /** Makes it a savepoint. Returns when all of it is durable. */
    void finish(String jobName, CommitRecord commit) {
        flushEntries();
        try {
            finishFile();
            files.forceDirectory(directory);
            files.forceName(directory);
            files.replace(directory.resolve(SavepointFormat.MANIFEST), manifest(jobName, commit));
        } catch (IOException e) {
            throw StateFileException.of("finishing a savepoint", directory, e);
        }
    }

    private ByteBuffer manifest(String jobName, CommitRecord commit) {
        byte[] name = jobName.getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = commit.encode();
        ByteBuffer bytes = SavepointFormat.allocate(32 + name.length + record.remaining() + finished.size() * 13);
        bytes.putInt(SavepointFormat.MANIFEST_MAGIC).putInt(SavepointFormat.VERSION);
        bytes.putShort((short) name.length).put(name);
        bytes.putInt(record.remaining()).put(record);
        bytes.putInt(finished.size());
        for (BlockFile file : finished) {
            bytes.put(file.kind()).putLong(file.sizeBytes()).putInt(file.blockCount());
        }
        int crc = SavepointFormat.crc(bytes.duplicate().flip());
        return bytes.putInt(crc).flip();
    }

    @Override
    public void close() {
        try {
            if (handle != null) {
                handle.close();
                handle = null;
            }
        } catch (IOException e) {
            throw StateFileException.of("closing a savepoint", directory, e);
        }
    }
}

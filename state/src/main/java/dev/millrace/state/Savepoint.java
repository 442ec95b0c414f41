package dev.millrace.state;

import dev.millrace.state.SavepointFormat.BlockFile;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.store.SortedRun;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole copy of what a job knew at one committed epoch, in the durable form of Protobuf and without a store: {@link SavepointFormat}
 * draws its bytes. It changes no more, and needs nothing from the directory it was taken of. Every block is compared with its checksum
 * when it is read. Immutable; any thread may use it.
 */
public final class Savepoint {
    private final FileOps files;
    private final Path directory;
    private final String jobName;
    private final CommitRecord commit;
    private final List<BlockFile> blockFiles;

    private Savepoint(FileOps files, Path directory, String jobName, CommitRecord commit, List<BlockFile> blockFiles) {
        this.files = files;
        this.directory = directory;
        this.jobName = jobName;
        this.commit = commit;
        this.blockFiles = List.copyOf(blockFiles);
    }

    /**
     * Opens a savepoint: reads its manifest and compares the sizes of its files.
     *
     * @throws StateFileException if it is none, was never finished, or is damaged
     */
    public static Savepoint open(FileOps files, Path directory) {
        try {
            Path manifest = directory.resolve(SavepointFormat.MANIFEST);
            if (files.kind(directory) != FileKind.DIRECTORY || files.kind(manifest) != FileKind.FILE) {
                throw new StateFileException("no savepoint is here: directory=" + directory
                        + "; name the directory that a savepoint was taken into");
            }
            Savepoint savepoint = parse(files, directory, files.readAll(manifest, SavepointFormat.MAX_MANIFEST_BYTES));
            savepoint.checkSizes();
            return savepoint;
        } catch (IOException e) {
            throw StateFileException.of("opening a savepoint", directory, e);
        }
    }

    private static Savepoint parse(FileOps files, Path directory, ByteBuffer found) {
        ByteBuffer bytes = found.duplicate().order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int length = bytes.remaining() - Integer.BYTES;
        if (length < 8
                || bytes.getInt(0) != SavepointFormat.MANIFEST_MAGIC
                || bytes.getInt(length) != SavepointFormat.crc(bytes.duplicate().limit(length))) {
            throw damaged(directory, SavepointFormat.MANIFEST, 0);
        }
        if (bytes.getInt(4) != SavepointFormat.VERSION) {
            throw new StateFileException("savepoint is of another release: directory=" + directory + ", version="
                    + bytes.getInt(4) + ", knownVersion=" + SavepointFormat.VERSION);
        }
        try {
            bytes.position(8);
            byte[] name = new byte[Short.toUnsignedInt(bytes.getShort())];
            bytes.get(name);
            byte[] record = new byte[bytes.getInt()];
            bytes.get(record);
            List<BlockFile> blockFiles = new ArrayList<>();
            int count = bytes.getInt();
            for (int i = 1; i <= count; i++) {
                blockFiles.add(new BlockFile(bytes.get(), i, bytes.getLong(), bytes.getInt()));
            }
            return new Savepoint(
                    files,
                    directory,
                    new String(name, StandardCharsets.UTF_8),
                    CommitRecord.decode(ByteBuffer.wrap(record)),
                    blockFiles);
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw damaged(directory, SavepointFormat.MANIFEST, bytes.position());
        }
    }

    private static StateFileException damaged(Path directory, String file, long offset) {
        return new StateFileException("savepoint is damaged: directory=" + directory + ", file=" + file
                + ", offsetBytes=" + offset + "; copy it again, or use another one");
    }

    private void checkSizes() throws IOException {
        for (BlockFile file : blockFiles) {
            Path path = file.in(directory);
            if (files.kind(path) != FileKind.FILE) {
                throw damaged(directory, SavepointFormat.name(file.kind(), file.number()), 0);
            }
            try (FileHandle handle = files.open(path, OpenMode.READ)) {
                if (handle.size() != file.sizeBytes()) {
                    throw damaged(directory, SavepointFormat.name(file.kind(), file.number()), handle.size());
                }
            }
        }
    }

    /** Whose state it is. */
    public String jobName() {
        return jobName;
    }

    /** What was committed with its epoch: positions, schemas, times. */
    public CommitRecord commit() {
        return commit;
    }

    /** How many bytes its files have. */
    public long sizeBytes() {
        return blockFiles.stream().mapToLong(BlockFile::sizeBytes).sum();
    }

    /** Reads every block and compares it with its checksum; returns how many entries there are. */
    public long verify() {
        long count = 0;
        SortedRun run = entries();
        while (run.next()) {
            count++;
        }
        forEachOutput((sink, bytes) -> {});
        return count;
    }

    /** All entries, with ascending stored keys. Read by one thread. */
    public SortedRun entries() {
        return new Entries();
    }

    /** Shows what sinks wrote and may have lost, in the order of writing: the number of the sink in the log, and its bytes. */
    void forEachOutput(BiConsumer<Integer, ByteBuffer> visitor) {
        for (BlockFile file : of(SavepointFormat.OUTPUTS)) {
            forEachBlock(file, payload -> {
                if (payload.remaining() < Integer.BYTES) {
                    throw damaged(directory, SavepointFormat.name(file.kind(), file.number()), 0);
                }
                visitor.accept(payload.getInt(), payload);
            });
        }
    }

    private List<BlockFile> of(byte kind) {
        return blockFiles.stream().filter(file -> file.kind() == kind).toList();
    }

    private void forEachBlock(BlockFile file, java.util.function.Consumer<ByteBuffer> visitor) {
        Blocks blocks = new Blocks(file);
        for (ByteBuffer payload = blocks.next(); payload != null; payload = blocks.next()) {
            visitor.accept(payload);
        }
    }

    /** The blocks of one file, one after the other; the file is open only while a block is read. */
    private final class Blocks {
        private final BlockFile file;
        private long offset = SavepointFormat.FILE_HEADER_BYTES;
        private int blockCount;

        Blocks(BlockFile file) {
            this.file = file;
        }

        @Nullable
        ByteBuffer next() {
            String name = SavepointFormat.name(file.kind(), file.number());
            if (blockCount == file.blockCount()) {
                if (offset != file.sizeBytes()) {
                    throw damaged(directory, name, offset);
                }
                return null;
            }
            try (FileHandle handle = files.open(file.in(directory), OpenMode.READ)) {
                if (blockCount == 0) {
                    ByteBuffer header = SavepointFormat.allocate(SavepointFormat.FILE_HEADER_BYTES);
                    handle.read(0, header);
                    if (!header.flip().equals(SavepointFormat.fileHeader(file.number()))) {
                        throw damaged(directory, name, 0);
                    }
                }
                ByteBuffer head = SavepointFormat.allocate(SavepointFormat.BLOCK_HEADER_BYTES);
                handle.read(offset, head);
                if (head.flip().remaining() < SavepointFormat.BLOCK_HEADER_BYTES) {
                    throw damaged(directory, name, offset);
                }
                int length = head.getInt();
                long end = offset + SavepointFormat.BLOCK_HEADER_BYTES + length;
                if (length < 1 || length > SavepointFormat.MAX_BLOCK_BYTES || end > file.sizeBytes()) {
                    throw damaged(directory, name, offset);
                }
                ByteBuffer payload = SavepointFormat.allocate(length);
                handle.read(offset + SavepointFormat.BLOCK_HEADER_BYTES, payload);
                payload.flip();
                if (payload.remaining() != length
                        || head.getInt() != SavepointFormat.blockCrc(file.number(), offset, payload)) {
                    throw damaged(directory, name, offset);
                }
                offset = end;
                blockCount++;
                return payload;
            } catch (IOException e) {
                throw StateFileException.of("reading a savepoint", directory, e);
            }
        }
    }

    /** The entries of all blocks as one run. */
    private final class Entries implements SortedRun {
        private final Iterator<BlockFile> rest = of(SavepointFormat.ENTRIES).iterator();
        private @Nullable Blocks blocks;
        private @Nullable StateDeltaReader block;

        @Override
        public boolean next() {
            while (true) {
                if (block != null && block.next()) {
                    return true;
                }
                if (!nextBlock()) {
                    return false;
                }
            }
        }

        private boolean nextBlock() {
            while (true) {
                if (blocks != null) {
                    ByteBuffer payload = blocks.next();
                    if (payload != null) {
                        block = new StateDeltaReader(payload);
                        return true;
                    }
                }
                block = null;
                if (!rest.hasNext()) {
                    return false;
                }
                blocks = new Blocks(rest.next());
            }
        }

        private StateDeltaReader block() {
            return java.util.Objects.requireNonNull(block, "run is not at an entry");
        }

        @Override
        public byte[] key() {
            return block().key();
        }

        @Override
        public byte @Nullable [] value() {
            return block().value();
        }
    }
}

package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * A file system that fails one operation, chosen by its number, and works again afterwards: run a script once to learn how many
 * operations it takes, then once for each of them. A write that fails has written half of its bytes. Any thread; the order of several
 * threads, and so what a number means, differs from run to run.
 *
 * <p>Operations that only look ({@link #kind}, {@link #list}, sizes) and {@code close} are not counted.
 */
public final class FaultyFileOps implements FileOps {
    private static final int KEPT_OPERATIONS = 4;

    private final FileOps files;
    private long failAt;
    private boolean isDead;
    private final boolean staysDead;
    private long operationCount;
    private final ArrayDeque<String> lastOperations = new ArrayDeque<>();

    private FaultyFileOps(FileOps files, long failAt, boolean staysDead) {
        this.files = files;
        this.failAt = failAt;
        this.staysDead = staysDead;
    }

    /** Counts, and fails nothing until {@link #failNext}. */
    public static FaultyFileOps counting(FileOps files) {
        return new FaultyFileOps(files, Long.MAX_VALUE, false);
    }

    /** Fails the operation of that number (from 0) and no other. */
    public static FaultyFileOps failingOnce(FileOps files, long operation) {
        return new FaultyFileOps(files, operation, false);
    }

    /** Fails the operation of that number and all that come after it, as a process does that is dead. */
    public static FaultyFileOps dyingAt(FileOps files, long operation) {
        return new FaultyFileOps(files, operation, true);
    }

    /** Fails the next operation. */
    public void failNext() {
        failAfter(0);
    }

    /** Fails one operation, after so many that work. */
    public void failAfter(int workingCount) {
        failAt = operationCount + workingCount;
    }

    /** The last operation in words: what it was, and on which file. */
    public String lastOperation() {
        return lastOperations(1).get(0);
    }

    /** The last few operations, the latest last. */
    public List<String> lastOperations(int count) {
        return lastOperations.stream()
                .skip(Math.max(0, lastOperations.size() - count))
                .toList();
    }

    /** How many operations there were, with the failed ones. */
    public long operationCount() {
        return operationCount;
    }

    private synchronized boolean isFailing(String what) {
        lastOperations.add(what);
        if (lastOperations.size() > KEPT_OPERATIONS) {
            lastOperations.remove();
        }
        boolean fails = isDead || operationCount == failAt;
        operationCount++;
        isDead |= fails && staysDead;
        return fails;
    }

    private void step(String what) throws IOException {
        if (isFailing(what)) {
            throw fault(what);
        }
    }

    private IOException fault(String what) {
        return new IOException("injected fault: operation=" + (operationCount - 1) + ", what=" + what);
    }

    @Override
    public FileHandle open(Path file, OpenMode mode) throws IOException {
        step("open " + file);
        return new FaultyHandle(file, files.open(file, mode));
    }

    @Override
    public List<ByteBuffer> map(Path file, int sliceBytes) throws IOException {
        step("map " + file);
        return files.map(file, sliceBytes);
    }

    @Override
    public FileKind kind(Path path) throws IOException {
        return files.kind(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public FileHandle openOutput(Path file) throws IOException {
        step("open output " + file);
        return new FaultyHandle(file, files.openOutput(file));
    }

    @Override
    public boolean isWritableDirectory(Path path) throws IOException {
        return files.isWritableDirectory(path);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return files.realPath(path);
    }

    @Override
    public void delete(Path file) throws IOException {
        step("delete " + file);
        files.delete(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step("rename " + from);
        files.rename(from, to);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        step("create " + directory);
        files.createDirectories(directory);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        step("force " + directory);
        files.forceDirectory(directory);
    }

    @Override
    public FileHandle lock(Path file, String holder) throws IOException {
        step("lock " + file);
        return new FaultyHandle(file, files.lock(file, holder));
    }

    @Override
    public Optional<String> lockHolder(Path file) throws IOException {
        return files.lockHolder(file);
    }

    private final class FaultyHandle implements FileHandle {
        private final Path file;
        private final FileHandle handle;

        FaultyHandle(Path file, FileHandle handle) {
            this.file = file;
            this.handle = handle;
        }

        @Override
        public int read(long positionBytes, ByteBuffer into) throws IOException {
            step("read " + file);
            return handle.read(positionBytes, into);
        }

        @Override
        public void write(long positionBytes, ByteBuffer from) throws IOException {
            boolean wasDead = isDead;
            if (isFailing("write " + file)) {
                if (!wasDead) {
                    ByteBuffer half = from.duplicate();
                    half.limit(half.position() + half.remaining() / 2);
                    handle.write(positionBytes, half);
                }
                throw fault("write " + file);
            }
            handle.write(positionBytes, from);
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            step("truncate " + file);
            handle.truncate(sizeBytes);
        }

        @Override
        public void force() throws IOException {
            step("force " + file);
            handle.force();
        }

        @Override
        public long size() throws IOException {
            return handle.size();
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }
}

package dev.millrace.state.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A file system in memory that knows what losing power may leave of it: of each file what was forced and any of what was written since, in
 * any order, pieces torn; of each directory the names that were forced and any of the changes since. {@link #afterPowerLoss} gives one of
 * the possible images, as a file system of its own.
 *
 * <p>Used by one thread at a time. It can be told to lose single forces, to see whether somebody notices.
 */
public final class SimulatedFiles implements FileOps {
    private final SimulatedDirectory root;

    /** What could not be forced and is lost: the data of a failed force. */
    private final Random luckOfFailedForces;

    private final Set<String> forceSites = new TreeSet<>();
    private final Set<String> locks = new TreeSet<>();
    private Predicate<String> isLost = site -> false;
    private Runnable afterOperation = () -> {};
    private boolean isNextForceFailing;

    public SimulatedFiles(long seed) {
        this(new SimulatedDirectory(), new Random(seed));
    }

    private SimulatedFiles(SimulatedDirectory root, Random luck) {
        this.root = root;
        this.luckOfFailedForces = luck;
    }

    /** What a machine may find that lost power now. */
    public SimulatedFiles afterPowerLoss(Random random) {
        return new SimulatedFiles(root.afterPowerLoss(random), new Random(random.nextLong()));
    }

    /** What the next process finds when this one is killed now: everything that was written. */
    public SimulatedFiles afterKill() {
        return new SimulatedFiles(root.copy(), new Random(0));
    }

    /** Calls this after each operation that changes something, or forces it. */
    public void afterEachOperation(Runnable call) {
        afterOperation = call;
    }

    /** Forces from such places in the code do nothing. A place is {@code Class.method:line}, with the caller's if it is a shared one. */
    public void loseForcesAt(Predicate<String> sites) {
        isLost = sites;
    }

    /** The places in the code that have forced something. */
    public Set<String> forceSites() {
        return forceSites;
    }

    private boolean isLostHere() {
        String site = ForceSite.current();
        forceSites.add(site);
        return isLost.test(site);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private SimulatedDirectory directory(Path path) throws IOException {
        SimulatedDirectory at = root;
        for (Path name : absolute(path)) {
            if (!(at.get(name.toString()) instanceof SimulatedDirectory next)) {
                throw new NoSuchFileException(path.toString());
            }
            at = next;
        }
        return at;
    }

    private SimulatedDirectory parent(Path path) throws IOException {
        return directory(absolute(path).getParent());
    }

    private static String name(Path path) {
        return absolute(path).getFileName().toString();
    }

    private SimulatedFile file(Path path) throws IOException {
        if (parent(path).get(name(path)) instanceof SimulatedFile file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    @Override
    public FileHandle open(Path file, OpenMode mode) throws IOException {
        SimulatedDirectory parent = parent(file);
        Object there = parent.get(name(file));
        if (there instanceof SimulatedDirectory || (there != null && mode == OpenMode.CREATE)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        if (there == null && mode == OpenMode.READ) {
            throw new NoSuchFileException(file.toString());
        }
        if (there == null) {
            parent.put(name(file), new SimulatedFile());
            afterOperation.run();
        }
        return new Handle(file(file));
    }

    @Override
    public FileHandle openOutput(Path file) throws IOException {
        createDirectories(absolute(file).getParent());
        return open(file, OpenMode.WRITE);
    }

    @Override
    public boolean isWritableDirectory(Path path) throws IOException {
        return kind(path) == FileKind.DIRECTORY;
    }

    @Override
    public Path realPath(Path path) throws IOException {
        if (kind(path) == FileKind.ABSENT) {
            throw new NoSuchFileException(path.toString());
        }
        return absolute(path);
    }

    @Override
    public List<ByteBuffer> map(Path file, int sliceBytes) throws IOException {
        List<ByteBuffer> slices = new ArrayList<>();
        byte[] bytes = file(file).contents();
        for (int start = 0; start < bytes.length; start += sliceBytes) {
            int count = Math.min(sliceBytes, bytes.length - start);
            slices.add(ByteBuffer.wrap(bytes, start, count).slice().asReadOnlyBuffer());
        }
        return slices;
    }

    @Override
    public FileKind kind(Path path) throws IOException {
        SimulatedDirectory at = root;
        Object found = root;
        for (Path name : absolute(path)) {
            if (at == null) {
                return FileKind.ABSENT;
            }
            found = at.get(name.toString());
            at = found instanceof SimulatedDirectory next ? next : null;
        }
        return found == null ? FileKind.ABSENT : at == null ? FileKind.FILE : FileKind.DIRECTORY;
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return directory(directory).names().stream().map(directory::resolve).toList();
    }

    @Override
    public void delete(Path file) throws IOException {
        if (kind(file) != FileKind.ABSENT) {
            parent(file).remove(name(file));
            afterOperation.run();
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        SimulatedDirectory directory = parent(from);
        if (directory != parent(to)) {
            throw new IllegalArgumentException("only inside of a directory: from=" + from + ", to=" + to);
        }
        file(from);
        directory.rename(name(from), name(to));
        afterOperation.run();
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        SimulatedDirectory at = root;
        for (Path element : absolute(directory)) {
            String name = element.toString();
            if (at.get(name) == null) {
                at.put(name, new SimulatedDirectory());
                afterOperation.run();
            }
            if (!(at.get(name) instanceof SimulatedDirectory next)) {
                throw new FileAlreadyExistsException(directory.toString());
            }
            at = next;
        }
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (!isLostHere()) {
            directory(directory).force();
        }
        afterOperation.run();
    }

    @Override
    public FileHandle lock(Path file, String holder) throws IOException {
        if (!locks.add(absolute(file).toString())) {
            throw new FileInUseException(file, "somebody");
        }
        FileHandle handle = open(file, OpenMode.WRITE);
        return new Handle(file(file)) {
            @Override
            public void close() throws IOException {
                locks.remove(absolute(file).toString());
                handle.close();
            }
        };
    }

    @Override
    public Optional<String> lockHolder(Path file) {
        return locks.contains(absolute(file).toString()) ? Optional.of("somebody") : Optional.empty();
    }

    /**
     * The next force of a file fails: what was not forced before is on the device or not, and no later force will change that, though
     * processes go on seeing it.
     */
    public void failNextForce() {
        isNextForceFailing = true;
    }

    private class Handle implements FileHandle {
        private final SimulatedFile file;

        Handle(SimulatedFile file) {
            this.file = file;
        }

        @Override
        public int read(long positionBytes, ByteBuffer into) {
            return file.read(positionBytes, into);
        }

        @Override
        public void write(long positionBytes, ByteBuffer from) {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            file.write(positionBytes, bytes);
            afterOperation.run();
        }

        @Override
        public void truncate(long sizeBytes) {
            if (sizeBytes < file.size()) {
                file.truncate(sizeBytes);
                afterOperation.run();
            }
        }

        @Override
        public void force() throws IOException {
            if (isNextForceFailing) {
                isNextForceFailing = false;
                file.failForce(luckOfFailedForces);
                afterOperation.run();
                throw new IOException("injected fault: force");
            }
            if (!isLostHere()) {
                file.force();
            }
            afterOperation.run();
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void close() throws IOException {}
    }
}

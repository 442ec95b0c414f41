package dev.millrace.state.store;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mapdb.DBException;

/**
 * The store for state that is mostly read: an immutable B+tree image in a MapDB file, and over it a sorted map on the heap with what
 * was folded since. A fold that finds the overlay larger than a quarter of the image, or than its part of the heap, first builds a new image from both: written, forced,
 * and named in the {@linkplain ImageManifest manifest} in one step; then the old one is deleted. A fold that is so large by itself goes
 * straight into a new image.
 *
 * <p>So folding alone makes nothing durable: the durable epoch is the image's. MapDB never changes a file that counts, because its own
 * commit is not atomic under {@code kill -9} (it writes in place and does not read its log again).
 */
public final class MapDbStore implements ColdStore {
    private static final int OVERLAY_ENTRY_BYTES = 64;
    private static final byte[] DELETED = new byte[0];

    private final FileOps files;
    private final Path directory;
    private final MapDbConfig config;

    /** Held for writing while what readers see changes, which is never while something is written to the disk. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Newer than the image. {@link #DELETED}, by identity, hides a key. */
    private TreeMap<byte[], byte[]> overlay = new TreeMap<>(Arrays::compareUnsigned);

    private long overlayBytes;
    private volatile long appliedEpoch;
    private volatile ImageManifest manifest;
    private @Nullable MapDbImage image;
    private boolean isClosed;

    private MapDbStore(
            FileOps files, Path directory, MapDbConfig config, ImageManifest manifest, @Nullable MapDbImage image) {
        this.files = files;
        this.directory = directory;
        this.config = config;
        this.manifest = manifest;
        this.appliedEpoch = manifest.epoch();
        this.image = image;
    }

    /**
     * Opens the store in a directory, creating it if needed, and removes images that were never finished or are replaced.
     *
     * @throws CorruptImageException if the image is not what the manifest says; reads all of it to know
     */
    public static MapDbStore open(FileOps files, Path directory, MapDbConfig config) {
        try {
            files.createDirectories(directory);
            // The last process may have died between naming a manifest and forcing its name.
            files.forceDirectory(directory);
            ImageManifest manifest = ImageManifest.read(files, directory);
            if (manifest.hasImage()) {
                manifest.check(files, directory);
            }
            deleteOtherImages(files, directory, manifest);
            MapDbImage image = manifest.hasImage() ? MapDbImage.open(files, manifest.image(directory)) : null;
            return new MapDbStore(files, directory, config, manifest, image);
        } catch (IOException e) {
            throw StateFileException.of("opening the mapdb store", directory, e);
        }
    }

    private static void deleteOtherImages(FileOps files, Path directory, ImageManifest manifest) throws IOException {
        for (Path file : files.list(directory)) {
            if (ImageManifest.isImage(file) && !(manifest.hasImage() && file.equals(manifest.image(directory)))) {
                files.delete(file);
            }
        }
    }

    @Override
    public String name() {
        return "mapdb";
    }

    @Override
    public long appliedEpoch() {
        return appliedEpoch;
    }

    @Override
    public long durableEpoch() {
        return manifest.epoch();
    }

    /** What the overlay takes, about, on the heap. */
    long overlayBytes() {
        return overlayBytes;
    }

    @Override
    public void fold(long epoch, SortedRun mutations) {
        checkOpen();
        if (epoch <= appliedEpoch) {
            return;
        }
        AscendingRun run = new AscendingRun(mutations);
        long mostBytes = Math.min(
                config.maximumOverlayBytes(), Math.max(config.minimumOverlayBytes(), manifest.imageBytes() / 4));
        if (run.sizeBytes() > mostBytes) {
            foldIntoImage(epoch, run);
            return;
        }
        // Before, not after: if it fails, the epoch is not applied.
        if (overlayBytes > mostBytes) {
            checkpoint();
        }
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        while (run.next()) {
            keys.add(run.key());
            values.add(markDeleted(run.value()));
        }
        lock.writeLock().lock();
        try {
            for (int i = 0; i < keys.size(); i++) {
                overlay(keys.get(i), values.get(i));
            }
            appliedEpoch = epoch;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static byte[] markDeleted(byte @Nullable [] value) {
        return value == null ? DELETED : value.length == 0 ? new byte[0] : value;
    }

    private void foldIntoImage(long epoch, AscendingRun run) {
        Iterator<Entry<byte[], byte[]>> newers = new Iterator<>() {
            private boolean hasNext = run.next();

            @Override
            public boolean hasNext() {
                return hasNext;
            }

            @Override
            public Entry<byte[], byte[]> next() {
                Entry<byte[], byte[]> entry = Map.entry(run.key(), markDeleted(run.value()));
                hasNext = run.next();
                return entry;
            }
        };
        try {
            replaceImage(
                    epoch,
                    visitor -> show(new NewerOverOlder(entries(new byte[0], null), newers), Long.MAX_VALUE, visitor));
            appliedEpoch = epoch;
        } catch (IOException e) {
            throw StateFileException.of("building a mapdb image", directory, e);
        }
    }

    private void overlay(byte[] key, byte[] value) {
        byte[] earlier = overlay.put(key, value);
        overlayBytes +=
                earlier == null ? OVERLAY_ENTRY_BYTES + key.length + value.length : value.length - earlier.length;
    }

    /** An image is built in the order of the keys, so nothing of it is kept on the heap. */
    @Override
    public void load(long epoch, SortedRun entries) {
        checkOpen();
        AscendingRun.checkEmpty(this);
        AscendingRun run = new AscendingRun(entries);
        try {
            replaceImage(epoch, visitor -> {
                while (run.next()) {
                    visitor.entry(run.key(), run.put());
                }
            });
            appliedEpoch = epoch;
        } catch (IOException e) {
            throw StateFileException.of("building a mapdb image", directory, e);
        }
    }

    @Override
    public void checkpoint() {
        checkOpen();
        if (manifest.epoch() == appliedEpoch) {
            return;
        }
        try {
            if (overlay.isEmpty()) {
                ImageManifest same = new ImageManifest(
                        appliedEpoch, manifest.imageEpoch(), manifest.imageBytes(), manifest.imageCrc());
                same.write(files, directory);
                manifest = same;
            } else {
                replaceImage(appliedEpoch, visitor -> merge(new byte[0], null, Long.MAX_VALUE, visitor));
            }
        } catch (IOException e) {
            throw StateFileException.of("building a mapdb image", directory, e);
        }
    }

    private void replaceImage(long epoch, Consumer<EntryVisitor> entries) throws IOException {
        ImageManifest next = new ImageManifest(epoch, epoch, 0, 0);
        Path file = next.image(directory);
        files.delete(file);
        MapDbImage nextImage = null;
        if (build(file, entries) > 0) {
            next = ImageManifest.of(files, directory, epoch);
            nextImage = MapDbImage.open(files, file);
        }
        boolean isNamed = false;
        try {
            files.forceDirectory(directory);
            next.write(files, directory);
            isNamed = true;
        } finally {
            if (!isNamed && nextImage != null) {
                nextImage.close();
            }
        }
        turnTo(nextImage);
        manifest = next;
        overlayBytes = 0;
        deleteOtherImages(files, directory, manifest);
    }

    private void turnTo(@Nullable MapDbImage nextImage) {
        lock.writeLock().lock();
        try {
            if (image != null) {
                image.close();
            }
            image = nextImage;
            overlay = new TreeMap<>(Arrays::compareUnsigned);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Returns how many entries the finished and forced image has. */
    private long build(Path file, Consumer<EntryVisitor> entries) throws IOException {
        try {
            return buildIn(file, entries);
        } catch (IOException | RuntimeException e) {
            deleteHalf(file, e);
            throw e;
        }
    }

    /** Half an image is of no use, and on a full device it has the room that the log waits for. */
    private void deleteHalf(Path file, Exception cause) {
        try {
            files.delete(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private long buildIn(Path file, Consumer<EntryVisitor> entries) throws IOException {
        try (FileHandle handle = files.open(file, OpenMode.CREATE)) {
            MapDbImage.Writer writer = new MapDbImage.Writer(handle);
            entries.accept(writer::add);
            long entryCount = writer.finish();
            handle.force();
            return entryCount;
        } catch (DBException e) {
            throw new IOException("mapdb cannot write an image: " + e, e);
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        checkOpen();
        byte[] newer = overlay.get(key);
        if (newer != null) {
            return newer == DELETED ? null : newer.clone();
        }
        return image == null ? null : image.get(key);
    }

    @Override
    public void scan(byte[] fromInclusive, byte @Nullable [] toExclusive, EntryVisitor visitor) {
        checkOpen();
        merge(fromInclusive, toExclusive, Long.MAX_VALUE, (key, value) -> visitor.entry(key.clone(), value.clone()));
    }

    @Override
    public byte[] @Nullable [] getAll(byte[][] keys) {
        lock.readLock().lock();
        try {
            byte[][] values = new byte[keys.length][];
            for (int i = 0; i < keys.length; i++) {
                values[i] = get(keys[i]);
            }
            return values;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public byte @Nullable [] scanSome(
            byte[] fromInclusive, byte @Nullable [] toExclusive, int maxEntries, EntryVisitor visitor) {
        lock.readLock().lock();
        try {
            checkOpen();
            return merge(
                    fromInclusive, toExclusive, maxEntries, (key, value) -> visitor.entry(key.clone(), value.clone()));
        } finally {
            lock.readLock().unlock();
        }
    }

    private byte @Nullable [] merge(byte[] from, byte @Nullable [] to, long maxEntries, EntryVisitor visitor) {
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return null;
        }
        return show(entries(from, to), maxEntries, visitor);
    }

    /** What the image and the overlay hold, with marks of what is deleted. */
    private Iterator<Entry<byte[], byte[]>> entries(byte[] from, byte @Nullable [] to) {
        Map<byte[], byte[]> range = to == null ? overlay.tailMap(from, true) : overlay.subMap(from, true, to, false);
        Iterator<Entry<byte[], byte[]>> newers = range.entrySet().iterator();
        return image == null ? newers : new NewerOverOlder(image.entries(from, to), newers);
    }

    /** Returns the first key that was not shown, or null if there is none. */
    private static byte @Nullable [] show(
            Iterator<Entry<byte[], byte[]>> entries, long maxEntries, EntryVisitor visitor) {
        long left = maxEntries;
        while (entries.hasNext()) {
            Entry<byte[], byte[]> first = entries.next();
            if (first.getValue() != DELETED) {
                if (left-- == 0) {
                    return first.getKey().clone();
                }
                visitor.entry(first.getKey(), first.getValue());
            }
        }
        return null;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("store is closed: store=mapdb, directory=" + directory);
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        lock.writeLock().lock();
        try {
            isClosed = true;
            if (image != null) {
                image.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}

package dev.millrace.state.store;

import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The image that the manifest names. */
public final class MapDbView implements StoreView {
    private final ImageManifest manifest;
    private final List<Path> files;
    private final List<Path> leftovers;
    private final @Nullable MapDbImage image;

    private MapDbView(ImageManifest manifest, List<Path> files, List<Path> leftovers, @Nullable MapDbImage image) {
        this.manifest = manifest;
        this.files = files;
        this.leftovers = leftovers;
        this.image = image;
    }

    /**
     * Opens the store in a directory; one that is not there is an empty store.
     *
     * @param checksWhole whether all of the image is compared with its checksum
     * @throws CorruptImageException if manifest or image are not what was written
     */
    public static MapDbView open(FileOps fileOps, Path directory, boolean checksWhole) {
        List<Path> files = new ArrayList<>();
        List<Path> leftovers = new ArrayList<>();
        try {
            if (fileOps.kind(directory) == FileKind.ABSENT) {
                return new MapDbView(ImageManifest.EMPTY, files, leftovers, null);
            }
            ImageManifest manifest = ImageManifest.read(fileOps, directory);
            if (manifest.hasImage()) {
                manifest.check(fileOps, directory, checksWhole);
            }
            for (Path file : fileOps.list(directory)) {
                boolean isOther =
                        ImageManifest.isImage(file) && !(manifest.hasImage() && file.equals(manifest.image(directory)));
                (isOther ? leftovers : files).add(file);
            }
            MapDbImage image = manifest.hasImage() ? MapDbImage.open(fileOps, manifest.image(directory)) : null;
            return new MapDbView(manifest, files, leftovers, image);
        } catch (IOException e) {
            throw StateFileException.of("looking at the mapdb store", directory, e);
        }
    }

    @Override
    public long durableEpoch() {
        return manifest.epoch();
    }

    @Override
    public List<Path> files() {
        return files;
    }

    @Override
    public List<Path> leftovers() {
        return leftovers;
    }

    @Override
    public void scan(EntryVisitor visitor) {
        if (image == null) {
            return;
        }
        Iterator<Map.Entry<byte[], byte[]>> entries = image.entries(new byte[0], null);
        while (entries.hasNext()) {
            Map.Entry<byte[], byte[]> entry = entries.next();
            visitor.entry(entry.getKey().clone(), entry.getValue().clone());
        }
    }

    @Override
    public void close() {
        if (image != null) {
            image.close();
        }
    }
}

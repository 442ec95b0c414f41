package dev.millrace.state.store;

import dev.millrace.state.file.FileOps;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mapdb.volume.ByteBufferVol;

/**
 * What MapDB reads a finished image through: the file as the file seam maps it. MapDB keeps values inside of aligned stretches of 1 MiB,
 * so none of them lies in two slices.
 */
final class MappedImage extends ByteBufferVol {
    private static final int SLICE_SHIFT = 28;

    private final long sizeBytes;

    MappedImage(FileOps files, Path file) throws IOException {
        super(true, SLICE_SHIFT, false);
        slices = files.map(file, 1 << SLICE_SHIFT).toArray(new ByteBuffer[0]);
        long sum = 0;
        for (ByteBuffer slice : slices) {
            sum += slice.capacity();
        }
        sizeBytes = sum;
    }

    @Override
    public long length() {
        return sizeBytes;
    }

    @Override
    public void ensureAvailable(long offset) {
        if (offset > sizeBytes) {
            throw new IllegalStateException("image is only read: offset=" + offset + ", sizeBytes=" + sizeBytes);
        }
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException("image is only read");
    }

    @Override
    public boolean isReadOnly() {
        return true;
    }

    @Override
    public @Nullable File getFile() {
        return null;
    }

    @Override
    public boolean getFileLocked() {
        return false;
    }

    @Override
    public void sync() {}

    /** The mapping goes when the collector finds it, as all mappings of Java do. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            slices = new ByteBuffer[0];
        }
    }
}

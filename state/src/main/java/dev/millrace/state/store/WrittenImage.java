package dev.millrace.state.store;

import dev.millrace.state.file.FileHandle;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mapdb.DBException;
import org.mapdb.DataInput2;
import org.mapdb.volume.Volume;

/**
 * What MapDB builds an image in: the file behind a handle of the file seam, through {@value #MAX_PAGES} pages of
 * {@value #PAGE_BYTES} bytes on the heap. MapDB fills an image nearly in order, in very small pieces; what it goes back to are the
 * header and the index pages. Not mapped: a full disk under a mapping would kill the process, here it is an exception.
 *
 * <p>Used by one thread. The handle stays the caller's; {@link #writeBack} comes last.
 */
final class WrittenImage extends Volume {
    private static final int PAGE_SHIFT = 20;
    private static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    private static final int MAX_PAGES = 16;

    private static final class Page {
        final ByteBuffer bytes = ByteBuffer.allocate(PAGE_BYTES);
        boolean isDirty;
    }

    private final FileHandle handle;

    /** The least recently used page first. */
    private final LinkedHashMap<Long, Page> pages = new LinkedHashMap<>(2 * MAX_PAGES, 0.75f, true);

    private long sizeBytes;

    /** How far the file was written; behind that, pages are zeros and not read. */
    private long writtenBytes;

    WrittenImage(FileHandle handle) {
        this.handle = handle;
    }

    private ByteBuffer page(long offset, boolean forWriting) {
        long number = offset >>> PAGE_SHIFT;
        Page page = pages.get(number);
        if (page == null) {
            page = load(number);
        }
        page.isDirty |= forWriting;
        return page.bytes;
    }

    private Page load(long number) {
        try {
            if (pages.size() == MAX_PAGES) {
                Map.Entry<Long, Page> oldest = pages.entrySet().iterator().next();
                write(oldest.getKey(), oldest.getValue());
                pages.remove(oldest.getKey());
            }
            Page page = new Page();
            if (number << PAGE_SHIFT < writtenBytes) {
                handle.read(number << PAGE_SHIFT, page.bytes);
                page.bytes.clear();
            }
            pages.put(number, page);
            return page;
        } catch (IOException e) {
            throw new DBException.VolumeIOError(e);
        }
    }

    private void write(long number, Page page) throws IOException {
        if (page.isDirty) {
            long start = number << PAGE_SHIFT;
            int count = (int) Math.min(PAGE_BYTES, sizeBytes - start);
            handle.write(start, page.bytes.duplicate().limit(count));
            writtenBytes = Math.max(writtenBytes, start + count);
            page.isDirty = false;
        }
    }

    /** Writes what is on the heap into the file, which then is as long as the image. */
    void writeBack() throws IOException {
        for (Map.Entry<Long, Page> entry : pages.entrySet()) {
            write(entry.getKey(), entry.getValue());
        }
        pages.clear();
    }

    private static int inPage(long offset) {
        return (int) offset & PAGE_BYTES - 1;
    }

    @Override
    public void ensureAvailable(long offset) {
        long rounded = (offset + PAGE_BYTES - 1) & -PAGE_BYTES;
        if (rounded > sizeBytes) {
            sizeBytes = rounded;
            page(sizeBytes - 1, true); // so that the file gets that long
        }
    }

    @Override
    public void truncate(long size) {
        throw new UnsupportedOperationException("an image only grows");
    }

    @Override
    public void putLong(long offset, long value) {
        page(offset, true).putLong(inPage(offset), value);
    }

    @Override
    public void putInt(long offset, int value) {
        page(offset, true).putInt(inPage(offset), value);
    }

    @Override
    public void putByte(long offset, byte value) {
        page(offset, true).put(inPage(offset), value);
    }

    @Override
    public void putData(long offset, byte[] source, int sourceOffset, int length) {
        putData(offset, ByteBuffer.wrap(source, sourceOffset, length));
    }

    @Override
    public void putData(long offset, ByteBuffer source) {
        ByteBuffer from = source.duplicate();
        long at = offset;
        while (from.hasRemaining()) {
            int count = Math.min(from.remaining(), PAGE_BYTES - inPage(at));
            page(at, true).put(inPage(at), from, from.position(), count);
            from.position(from.position() + count);
            at += count;
        }
    }

    @Override
    public void clear(long start, long end) {
        for (long at = start; at < end; ) {
            int count = (int) Math.min(end - at, PAGE_BYTES - inPage(at));
            page(at, true).put(inPage(at), new byte[count]);
            at += count;
        }
    }

    @Override
    public long getLong(long offset) {
        return page(offset, false).getLong(inPage(offset));
    }

    @Override
    public int getInt(long offset) {
        return page(offset, false).getInt(inPage(offset));
    }

    @Override
    public byte getByte(long offset) {
        return page(offset, false).get(inPage(offset));
    }

    @Override
    public void getData(long offset, byte[] target, int targetOffset, int length) {
        for (int done = 0; done < length; ) {
            long at = offset + done;
            int count = Math.min(length - done, PAGE_BYTES - inPage(at));
            page(at, false).get(inPage(at), target, targetOffset + done, count);
            done += count;
        }
    }

    @Override
    public DataInput2 getDataInput(long offset, int length) {
        byte[] bytes = new byte[length];
        getData(offset, bytes, 0, length);
        return new DataInput2.ByteArray(bytes);
    }

    @Override
    public long length() {
        return sizeBytes;
    }

    @Override
    public boolean isSliced() {
        return false;
    }

    @Override
    public int sliceSize() {
        return -1;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public @Nullable File getFile() {
        return null;
    }

    @Override
    public boolean getFileLocked() {
        return false;
    }

    /** Nothing: whoever owns the handle forces it. */
    @Override
    public void sync() {}

    /** Nothing: see {@link #writeBack}. */
    @Override
    public void close() {}
}

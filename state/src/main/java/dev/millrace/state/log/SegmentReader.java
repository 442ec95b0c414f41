package dev.millrace.state.log;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the records of one segment through a window that grows to the largest record and no further. Used by one thread; whoever opens
 * it closes it.
 */
final class SegmentReader implements AutoCloseable {
    private static final int WINDOW_BYTES = 64 << 10;

    private final Segment segment;
    private final FileHandle handle;
    private final long sizeBytes;
    private final LogFormat format = new LogFormat();

    private ByteBuffer window = LogFormat.allocate(WINDOW_BYTES).limit(0);
    private long windowOffset;
    private long offset;
    private int length;
    private int body;

    private SegmentReader(Segment segment, FileHandle handle, long sizeBytes) {
        this.segment = segment;
        this.handle = handle;
        this.sizeBytes = sizeBytes;
    }

    @SuppressWarnings("resource") // The reader closes it.
    static SegmentReader open(FileOps files, Segment segment) throws IOException {
        FileHandle handle = files.open(segment.file, OpenMode.READ);
        try {
            return new SegmentReader(segment, handle, handle.size());
        } catch (IOException e) {
            handle.close();
            throw e;
        }
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether the file begins as a segment of its name does. */
    boolean hasGoodHeader() throws IOException {
        offset = 0;
        if (!fill(LogFormat.HEADER_BYTES)) {
            return false;
        }
        ByteBuffer header = window.slice(0, LogFormat.HEADER_BYTES).order(window.order());
        return header.getInt(0) == LogFormat.MAGIC
                && header.getLong(LogFormat.FIRST_EPOCH_OFFSET) == segment.firstEpoch
                && header.getInt(LogFormat.HEADER_CRC_OFFSET) == LogFormat.headerCrc(header)
                && header.getInt(LogFormat.HEADER_CRC_OFFSET + Integer.BYTES) == 0;
    }

    /** The format version in the header; to be asked right after {@link #hasGoodHeader}. */
    int version() {
        return window.getInt(LogFormat.VERSION_OFFSET);
    }

    /** The carried epoch in the header; to be asked right after {@link #hasGoodHeader}. */
    long carriedEpoch() {
        return window.getLong(LogFormat.CARRIED_EPOCH_OFFSET);
    }

    /**
     * Whether the bytes at an offset are a commit, or the settled record of one, of an epoch above the given one. Looks at the cheap signs
     * before the checksum, so that it can be asked for every offset of a file.
     */
    boolean isEndAt(long offsetBytes, long aboveEpoch) throws IOException {
        offset = offsetBytes;
        if (!fill(LogFormat.PREFIX_BYTES + LogFormat.MIN_LENGTH_BYTES)) {
            return false;
        }
        body = (int) (offset - windowOffset) + LogFormat.PREFIX_BYTES;
        boolean isEnd = isCommit() || type() == LogFormat.TYPE_SETTLED;
        return isEnd && epoch() > aboveEpoch && epoch() - aboveEpoch <= Integer.MAX_VALUE && readAt(offsetBytes);
    }

    /** Tries to read the record at an offset. False if there is none that is whole and right. */
    boolean readAt(long offsetBytes) throws IOException {
        offset = offsetBytes;
        if (!fill(LogFormat.PREFIX_BYTES + LogFormat.MIN_LENGTH_BYTES)) {
            return false;
        }
        int at = (int) (offset - windowOffset);
        length = window.getInt(at);
        if (length < LogFormat.MIN_LENGTH_BYTES
                || length > EpochLog.MAX_RECORD_BYTES
                || length > sizeBytes - offset - LogFormat.PREFIX_BYTES) {
            return false;
        }
        byte type = window.get(at + LogFormat.PREFIX_BYTES);
        boolean isPart = type == LogFormat.TYPE_PART && length >= LogFormat.PART_HEADER_BYTES;
        boolean isSettled = type == LogFormat.TYPE_SETTLED && length == LogFormat.SETTLED_BYTES;
        if (!(isPart || isSettled || type == LogFormat.TYPE_COMMIT) || !fill(LogFormat.PREFIX_BYTES + length)) {
            return false;
        }
        at = (int) (offset - windowOffset);
        body = at + LogFormat.PREFIX_BYTES;
        ByteBuffer checked = window.slice(body, length);
        return window.getInt(at + 4)
                == format.recordCrc(
                        segment.firstEpoch,
                        offset,
                        length,
                        checked,
                        checked.duplicate().position(length));
    }

    /** Makes {@code count} bytes at the offset available; false if the file is shorter. */
    private boolean fill(int count) throws IOException {
        if (count > sizeBytes - offset) {
            return false;
        }
        if (offset >= windowOffset && offset + count <= windowOffset + window.limit()) {
            return true;
        }
        if (count > window.capacity()) {
            window = LogFormat.allocate(count);
        }
        windowOffset = offset;
        window.clear();
        handle.read(offset, window);
        window.flip();
        return count <= window.limit();
    }

    long endOffset() {
        return offset + LogFormat.PREFIX_BYTES + length;
    }

    boolean isCommit() {
        return type() == LogFormat.TYPE_COMMIT;
    }

    boolean isPart() {
        return type() == LogFormat.TYPE_PART;
    }

    private byte type() {
        return window.get(body + LogFormat.TYPE_OFFSET);
    }

    long epoch() {
        return window.getLong(body + LogFormat.EPOCH_OFFSET);
    }

    int attempt() {
        return window.getInt(body + LogFormat.ATTEMPT_OFFSET);
    }

    byte partKind() {
        return window.get(body + LogFormat.KIND_OFFSET);
    }

    int partOwner() {
        return window.getInt(body + LogFormat.OWNER_OFFSET);
    }

    int commitPartCount() {
        return window.getInt(body + LogFormat.PART_COUNT_OFFSET);
    }

    /** The bytes of the part or the metadata of the commit, big-endian, until the next read. */
    ByteBuffer payload() {
        int header = isCommit() ? LogFormat.COMMIT_HEADER_BYTES : LogFormat.PART_HEADER_BYTES;
        return window.slice(body + header, length - header);
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}

package dev.millrace.state.log;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.file.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log whose commit records decide which epochs happened. An epoch is committed when its commit record is durable, and then all its
 * parts are; an epoch without one never was. {@link LogFormat} draws the bytes.
 *
 * <p>Used by one thread at a time. The directory must be locked by the caller for as long as the log is open.
 *
 * <p>A damaged record with a commit behind it is refused at opening ({@link CorruptLogException}); a damaged end without one is what a
 * crash leaves and is cut off. A failed write or force ends the log ({@link LogFailedException}).
 */
public final class EpochLog implements AutoCloseable {
    /** The longest record, without its length and checksum: 64 MiB. A longer part is to be cut into several. */
    public static final int MAX_RECORD_BYTES = 64 << 20;

    /** The longest payload of a part. */
    public static final int MAX_PART_BYTES = MAX_RECORD_BYTES - LogFormat.PART_HEADER_BYTES;

    private final FileOps files;
    private final Path directory;
    private final EpochLogConfig config;
    private final int attempt;
    private final List<Segment> segments;
    private final CommittedEpochs epochs;
    private final LogFormat format = new LogFormat();

    private Segment current;
    private FileHandle handle;
    private Segment lastCommitSegment;
    private long committedEndBytes;
    private long lastCommitted;
    private long trimmedEpoch;
    private ByteBuffer lastMetadata;
    private boolean isAtCommit = true;
    private boolean isClosed;
    private @Nullable LogFailedException failure;

    private EpochLog(
            FileOps files, Path directory, EpochLogConfig config, LogScan scan, Segment current, FileHandle handle) {
        this.files = files;
        this.directory = directory;
        this.config = config;
        this.attempt = scan.lastAttempt + 1;
        this.segments = scan.segments;
        this.epochs = scan.epochs;
        this.current = current;
        this.handle = handle;
        this.lastCommitSegment = current;
        this.committedEndBytes = current.endBytes;
        this.lastCommitted = scan.lastCommitted;
        this.trimmedEpoch = scan.trimmedEpoch;
        this.lastMetadata = scan.lastMetadata;
    }

    /**
     * Opens the log in a directory, creating both if needed, and cuts off what was never committed.
     *
     * @throws CorruptLogException if something that was committed cannot be read; nothing is changed then
     * @throws StateFileException if a file operation fails
     */
    public static EpochLog open(FileOps files, Path directory, EpochLogConfig config) {
        try {
            files.createDirectories(directory);
            LogScan scan = new LogScan(files, directory);
            scan.read();
            scan.cut();
            if (scan.segments.isEmpty()) {
                Segment first = new Segment(directory, 1);
                FileHandle handle = begin(files, directory, first, 0);
                scan.segments.add(first);
                return new EpochLog(files, directory, config, scan, first, handle);
            }
            Segment last = scan.segments.get(scan.segments.size() - 1);
            EpochLog log = new EpochLog(files, directory, config, scan, last, files.open(last.file, OpenMode.WRITE));
            if (!scan.isLastSettled) {
                log.settle(log.lastCommitted);
            }
            return log;
        } catch (IOException e) {
            throw StateFileException.of("opening the epoch log", directory, e);
        }
    }

    private static FileHandle begin(FileOps files, Path directory, Segment segment, long carriedEpoch)
            throws IOException {
        FileHandle handle = files.open(segment.file, OpenMode.CREATE);
        try {
            // The header is forced with the first commit behind it; the name is forced here, for all of them.
            handle.write(0, LogFormat.header(segment.firstEpoch, carriedEpoch));
            files.forceDirectory(directory);
            return handle;
        } catch (IOException e) {
            handle.close();
            if (StorageFullException.isCause(e)) {
                files.delete(segment.file); // To be begun again when there is room.
            }
            throw e;
        }
    }

    /** The last committed epoch, 0 before the first. */
    public long lastCommitted() {
        return lastCommitted;
    }

    /** What the last commit carried: a read-only view, empty before the first commit. */
    public ByteBuffer lastMetadata() {
        return lastMetadata.duplicate();
    }

    /** Epochs up to and with this one may be gone; the committed ones behind it are all here. */
    public long trimmedEpoch() {
        return trimmedEpoch;
    }

    /** The first committed epoch above one, or 0 if there is none. */
    public long nextCommitted(long afterEpoch) {
        return epochs.next(afterEpoch);
    }

    /** How many bytes the segment files hold. */
    public long sizeBytes() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.endBytes;
        }
        return sum;
    }

    /**
     * Adds a part to an epoch that is not committed yet; parts of the next epochs may be added before the commit of this one. It is
     * durable when its epoch is.
     *
     * @param kind what it is, for the reader
     * @param owner who wrote it, for the reader
     * @param payload its bytes, {@link #MAX_PART_BYTES} at most; taken from the buffer unless it throws
     * @throws StorageFullException if the device is full; nothing was added, and the call may be made again
     */
    public void appendPart(long epoch, byte kind, int owner, ByteBuffer payload) {
        check(epoch, payload, MAX_PART_BYTES);
        if (!epochs.accepts(epoch)) {
            throw new IllegalStateException("too many epochs wait for their commit: epoch=" + epoch + ", lastCommitted="
                    + lastCommitted + ", maximumCount=" + CommittedEpochs.MAX_PENDING);
        }
        ByteBuffer head = LogFormat.allocate(LogFormat.PREFIX_BYTES + LogFormat.PART_HEADER_BYTES);
        head.position(LogFormat.PREFIX_BYTES);
        head.put(LogFormat.TYPE_PART).putLong(epoch).putInt(attempt).put(kind).putInt(owner);
        try {
            rollIfFull();
            epochs.part(epoch, attempt, write(head, payload.duplicate()));
        } catch (IOException e) {
            throw StorageFullException.isCause(e)
                    ? new StorageFullException("appending a part", current.file, e)
                    : fail("appending a part", e);
        }
        payload.position(payload.limit());
        current.maxEpoch = Math.max(current.maxEpoch, epoch);
        isAtCommit = false;
    }

    /**
     * Commits an epoch with all its parts. Returns when it is durable.
     *
     * @param epoch above the last committed one; epochs that are left out never happen
     * @param metadata what {@link #lastMetadata} gives back; taken from the buffer
     * @throws StorageFullException if the device is full; nothing was committed, and the call may be made again
     */
    public void commit(long epoch, ByteBuffer metadata) {
        int limitBytes = MAX_RECORD_BYTES - LogFormat.COMMIT_HEADER_BYTES;
        check(epoch, metadata, limitBytes);
        ByteBuffer kept = ByteBuffer.allocate(metadata.remaining())
                .put(metadata.duplicate())
                .flip()
                .asReadOnlyBuffer();
        ByteBuffer head = LogFormat.allocate(LogFormat.PREFIX_BYTES + LogFormat.COMMIT_HEADER_BYTES);
        head.position(LogFormat.PREFIX_BYTES);
        head.put(LogFormat.TYPE_COMMIT).putLong(epoch).putInt(attempt).putInt(epochs.partCount(epoch, attempt));
        Segment.Place place;
        try {
            rollIfFull();
            place = write(head, kept.duplicate());
        } catch (IOException e) {
            throw StorageFullException.isCause(e)
                    ? new StorageFullException("committing an epoch", current.file, e)
                    : fail("committing an epoch", e);
        }
        try {
            handle.force();
            settle(epoch);
        } catch (IOException e) {
            throw fail("committing an epoch", e);
        }
        current.maxEpoch = Math.max(current.maxEpoch, epoch);
        epochs.commit(epoch, attempt, place);
        lastCommitted = epoch;
        lastMetadata = kept;
        lastCommitSegment = current;
        isAtCommit = true;
    }

    /** Notes behind a commit that it is durable. The note itself need not be. */
    private void settle(long epoch) throws IOException {
        ByteBuffer head = LogFormat.allocate(LogFormat.PREFIX_BYTES + LogFormat.SETTLED_BYTES);
        head.position(LogFormat.PREFIX_BYTES);
        head.put(LogFormat.TYPE_SETTLED).putLong(epoch).putInt(attempt).putInt(0);
        try {
            write(head, ByteBuffer.allocate(0));
        } catch (IOException e) {
            if (!StorageFullException.isCause(e)) {
                throw e;
            }
            // Full: the commit is durable without the note, and the next record comes where the note would have been.
        }
        committedEndBytes = current.endBytes;
    }

    private void check(long epoch, ByteBuffer payload, int limitBytes) {
        checkUsable();
        if (epoch <= lastCommitted) {
            throw new IllegalArgumentException(
                    "epoch is committed already: epoch=" + epoch + ", lastCommitted=" + lastCommitted);
        }
        if (payload.remaining() > limitBytes) {
            throw new IllegalArgumentException("log record is too long: payloadBytes=" + payload.remaining()
                    + ", limitBytes=" + limitBytes + "; cut it into several parts");
        }
    }

    private void checkUsable() {
        if (failure != null) {
            throw failure;
        }
        if (isClosed) {
            throw new IllegalStateException("epoch log is closed: directory=" + directory);
        }
    }

    /** Only behind a commit, so that every segment but the last ends with one and the names have no gaps. */
    private void rollIfFull() throws IOException {
        if (!isAtCommit || current.endBytes < config.segmentBytes()) {
            return;
        }
        Segment next = new Segment(directory, lastCommitted + 1);
        long carriedEpoch = trimmedEpoch;
        for (Segment segment : segments) {
            carriedEpoch = Math.max(carriedEpoch, segment.maxEpoch);
        }
        FileHandle nextHandle = begin(files, directory, next, carriedEpoch);
        FileHandle full = handle;
        handle = nextHandle;
        current = next;
        committedEndBytes = next.endBytes;
        segments.add(next);
        full.close();
    }

    private Segment.Place write(ByteBuffer head, ByteBuffer payload) throws IOException {
        Segment.Place place = new Segment.Place(current, current.endBytes);
        ByteBuffer body = head.duplicate().flip().position(LogFormat.PREFIX_BYTES);
        int length = body.remaining() + payload.remaining();
        int crc = format.recordCrc(current.firstEpoch, current.endBytes, length, body, payload);
        head.flip().putInt(0, length).putInt(4, crc);
        handle.write(current.endBytes, head);
        if (payload.hasRemaining()) {
            handle.write(current.endBytes + LogFormat.PREFIX_BYTES + body.remaining(), payload);
        }
        current.endBytes += LogFormat.PREFIX_BYTES + length;
        return place;
    }

    /**
     * Ends the log. What is behind the last acknowledged commit is cut off if that still works: a commit record whose force failed may
     * sit in the page cache and nowhere else, and whoever opens the log next must not build on it. What is on the device may come back
     * when power is lost: a whole epoch that nobody was told of.
     */
    private LogFailedException fail(String tried, IOException cause) {
        LogFailedException failed = new LogFailedException(tried, current.file, lastCommitted, cause);
        failure = failed;
        try {
            handle.truncate(committedEndBytes);
        } catch (IOException e) {
            failed.addSuppressed(e);
        }
        return failed;
    }

    /**
     * Shows the parts of committed epochs, epoch by epoch, within an epoch in the order of writing. Reads from the disk through one
     * window; nothing is kept.
     *
     * @param afterEpoch not below {@link #trimmedEpoch}
     * @param upToEpoch the last epoch to show, if it is committed
     */
    public void forEachPart(long afterEpoch, long upToEpoch, PartVisitor visitor) {
        checkUsable();
        if (afterEpoch < trimmedEpoch) {
            throw new IllegalArgumentException(
                    "epochs are trimmed: afterEpoch=" + afterEpoch + ", trimmedEpoch=" + trimmedEpoch);
        }
        for (CommittedEpochs.Span span : epochs.spans(afterEpoch, upToEpoch)) {
            SpanReader.showParts(files, segments, span, visitor);
        }
    }

    /**
     * Deletes the segment files that speak of no epoch above the given one. The file with the last commit always stays.
     *
     * @param epoch everything up to here is safe elsewhere
     */
    public void trim(long epoch) {
        checkUsable();
        long safeEpoch = Math.min(epoch, lastCommitted);
        while (true) {
            Segment oldest = segments.get(0);
            if (oldest.maxEpoch > safeEpoch || oldest == lastCommitSegment || oldest == current) {
                return;
            }
            try {
                files.delete(oldest.file);
                // One at a time, or a power cut could bring an older file back and not a newer one.
                files.forceDirectory(directory);
            } catch (IOException e) {
                throw fail("trimming", e);
            }
            segments.remove(0);
            trimmedEpoch = Math.max(trimmedEpoch, oldest.maxEpoch);
            epochs.dropThrough(trimmedEpoch);
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            handle.close();
        } catch (IOException e) {
            throw StateFileException.of("closing the epoch log", current.file, e);
        }
    }
}

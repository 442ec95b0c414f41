package dev.millrace.state.log;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds when it is opened: every record up to the first that is not whole. If a commit stands anywhere behind that which was
 * promised, the log is damaged; if none does, it is the torn end of a crash and is cut off together with the parts that no commit
 * followed. A commit was promised if anything was written behind it, see {@link LogFormat}.
 */
final class LogScan {
    /** Is shown every record that is whole, in the order of writing. */
    interface Observer {
        /** One record; the reader stands on it. */
        void record(Segment segment, SegmentReader reader);
    }

    private static final int WRITE_BYTES = 1 << 20;

    private final FileOps files;
    private final Path directory;
    private final Observer observer;

    final List<Segment> segments = new ArrayList<>();
    final CommittedEpochs epochs = new CommittedEpochs();
    long lastCommitted;
    long trimmedEpoch;
    int lastAttempt;
    ByteBuffer lastMetadata = ByteBuffer.allocate(0);

    /** Whether the last commit is followed by its settled record. */
    boolean isLastSettled;

    private int lastCommitSegment = -1;
    private long lastCommitEnd;
    private long lastCommitMaxEpoch;

    /** Where the last commit ends without its settled record, which nobody forces. */
    private long lastCommitRecordEnd;

    /** Up to where the segment with the last commit was forced before something was written behind it. */
    private long provenEnd;

    LogScan(FileOps files, Path directory) {
        this(files, directory, (segment, reader) -> {});
    }

    LogScan(FileOps files, Path directory, Observer observer) {
        this.files = files;
        this.directory = directory;
        this.observer = observer;
    }

    /** Reads everything; writes nothing. */
    void read() throws IOException {
        for (Path file : files.list(directory)) {
            Path name = file.getFileName();
            long firstEpoch = name == null ? -1 : LogFormat.firstEpoch(name.toString());
            if (firstEpoch > 0) {
                segments.add(new Segment(directory, firstEpoch));
            }
        }
        if (!segments.isEmpty()) {
            lastCommitted = segments.get(0).firstEpoch - 1;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!readSegment(i)) {
                break;
            }
        }
        if (lastCommitSegment < 0 && !segments.isEmpty() && segments.get(0).firstEpoch != 1) {
            throw new CorruptLogException(
                    "no commit is left of those that were made", segments.get(0).file, LogFormat.HEADER_BYTES);
        }
    }

    /** True if the segment is whole and the next one may be read. */
    private boolean readSegment(int index) throws IOException {
        Segment segment = segments.get(index);
        try (SegmentReader reader = SegmentReader.open(files, segment)) {
            if (!reader.hasGoodHeader()) {
                refuseIfPromised(index, 0, "segment header is not right");
                return false;
            }
            if (reader.version() != LogFormat.VERSION) {
                throw new CorruptLogException(
                        "unknown format: version=" + reader.version() + ", knownVersion=" + LogFormat.VERSION,
                        segment.file,
                        LogFormat.VERSION_OFFSET);
            }
            if (index == 0) {
                trimmedEpoch = Math.max(lastCommitted, reader.carriedEpoch());
            }
            if (segment.firstEpoch != lastCommitted + 1) {
                refuseIfPromised(index, 0, "segment is missing: expectedEpoch=" + (lastCommitted + 1));
                return false;
            }
            long offset = LogFormat.HEADER_BYTES;
            String problem = "record is not right";
            while (reader.readAt(offset)) {
                if (!hasItsParts(reader, segment, offset)) {
                    problem = "parts are missing: epoch=" + reader.epoch() + ", partCount=" + reader.commitPartCount()
                            + ", found=" + epochs.partCount(reader.epoch(), reader.attempt());
                    break;
                }
                note(index, reader, offset);
                observer.record(segment, reader);
                offset = reader.endOffset();
            }
            if (offset == reader.sizeBytes() || isContinued(index, offset)) {
                return true;
            }
            refuseIfPromised(index, offset, problem);
            return false;
        }
    }

    /** Whether only the settled record of a full segment is missing or torn: the segment behind it shows the same. */
    private boolean isContinued(int index, long offset) throws IOException {
        if (index != lastCommitSegment || offset != lastCommitEnd || index + 1 == segments.size()) {
            return false;
        }
        Segment next = segments.get(index + 1);
        try (SegmentReader reader = SegmentReader.open(files, next)) {
            return next.firstEpoch == lastCommitted + 1 && reader.hasGoodHeader();
        }
    }

    /** Whether a record may follow those that were read: a commit needs all the parts that it speaks of. */
    private boolean hasItsParts(SegmentReader reader, Segment segment, long offset) {
        if (!reader.isCommit()) {
            return true;
        }
        long epoch = reader.epoch();
        if (epoch <= lastCommitted) {
            throw new CorruptLogException(
                    "epochs go backwards: epoch=" + epoch + ", after=" + lastCommitted, segment.file, offset);
        }
        // The first parts of a trimmed epoch may have been in a segment that is gone.
        return epoch <= trimmedEpoch || epochs.partCount(epoch, reader.attempt()) == reader.commitPartCount();
    }

    private void note(int index, SegmentReader reader, long offset) {
        Segment segment = segments.get(index);
        long epoch = reader.epoch();
        int attempt = reader.attempt();
        provenEnd = index == lastCommitSegment ? lastCommitRecordEnd : 0;
        lastAttempt = Math.max(lastAttempt, attempt);
        segment.endBytes = reader.endOffset();
        segment.maxEpoch = Math.max(segment.maxEpoch, epoch);
        Segment.Place place = new Segment.Place(segment, offset);
        if (reader.isPart()) {
            epochs.part(epoch, attempt, place);
            return;
        }
        if (!reader.isCommit()) {
            if (index == lastCommitSegment && offset == lastCommitEnd) {
                isLastSettled = true;
                lastCommitEnd = reader.endOffset();
            }
            return;
        }
        isLastSettled = false;
        epochs.commit(epoch, attempt, place);
        lastCommitted = epoch;
        lastCommitSegment = index;
        lastCommitEnd = reader.endOffset();
        lastCommitRecordEnd = lastCommitEnd;
        lastCommitMaxEpoch = segment.maxEpoch;
        ByteBuffer metadata = reader.payload();
        lastMetadata =
                ByteBuffer.allocate(metadata.remaining()).put(metadata).flip().asReadOnlyBuffer();
    }

    /** Looks for commits at every offset from the bad one on: a length that is not right cannot be followed. */
    private void refuseIfPromised(int index, long badOffset, String what) throws IOException {
        long lostEpoch = 0;
        for (int i = index; i < segments.size(); i++) {
            try (SegmentReader reader = SegmentReader.open(files, segments.get(i))) {
                // A segment is begun behind a commit.
                boolean isBehind = i > index && reader.hasGoodHeader();
                for (long offset = i == index ? badOffset : 0; offset < reader.sizeBytes(); offset++) {
                    if (lostEpoch > 0 && isBehind) {
                        throw lost(what, lostEpoch, index, badOffset);
                    }
                    if (reader.isEndAt(offset, lastCommitted)) {
                        long epoch = reader.epoch();
                        // Two commits, or one that is settled.
                        isBehind = lostEpoch > 0 || !reader.isCommit() || reader.readAt(reader.endOffset());
                        lostEpoch = Math.max(lostEpoch, epoch);
                    }
                }
            }
        }
    }

    private CorruptLogException lost(String what, long lostEpoch, int index, long badOffset) {
        return new CorruptLogException(what + ", lostEpoch=" + lostEpoch, segments.get(index).file, badOffset);
    }

    /**
     * Writes what is there already. If a force failed in the last process, the system shows what was written before and takes it for
     * forced, although it is not on the device: a force alone would lie (Rebello et al., "Can applications recover from fsync
     * failures?", 2020).
     */
    private static void writeAgain(FileHandle handle, long from, long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(to - from, WRITE_BYTES));
        long at = from;
        while (at < to) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), to - at));
            if (handle.read(at, buffer) <= 0) {
                throw new EOFException("file is shorter than it was: offsetBytes=" + at);
            }
            buffer.flip();
            long read = buffer.remaining();
            handle.write(at, buffer);
            at += read;
        }
    }

    /** The segment with the last commit, which is the one that will be written on; null if there is no commit. */
    @Nullable
    Segment lastCommitSegment() {
        return lastCommitSegment < 0 ? null : segments.get(lastCommitSegment);
    }

    /** Where in its segment the last commit ends. */
    long lastCommitEnd() {
        return lastCommitEnd;
    }

    /** Cuts off what is behind the last commit. The last segment that is left, if any, is the one to write on. */
    void cut() throws IOException {
        while (segments.size() > lastCommitSegment + 1) {
            // Not forced: one that comes back when power is lost still holds no commit that was promised.
            files.delete(segments.remove(segments.size() - 1).file);
        }
        if (lastCommitSegment >= 0) {
            Segment last = segments.get(lastCommitSegment);
            try (FileHandle handle = files.open(last.file, OpenMode.WRITE)) {
                if (handle.size() > lastCommitEnd) {
                    handle.truncate(lastCommitEnd);
                }
                writeAgain(handle, provenEnd, lastCommitEnd);
                // Also when nothing was cut: the last process may have died between its write and its force.
                handle.force();
            }
            last.endBytes = lastCommitEnd;
            last.maxEpoch = lastCommitMaxEpoch;
        }
        epochs.dropThrough(trimmedEpoch);
        epochs.dropPending();
    }
}

package dev.millrace.state.log;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds when it is opened: every record up to the first that is not whole. If a commit stands anywhere behind that, the log
 * is damaged; if none does, it is the torn end of a crash and is cut off together with the parts that no commit followed.
 */
final class LogScan {
    /** Is shown every record that is whole, in the order of writing. */
    interface Observer {
        /** One record; the reader stands on it. */
        void record(Segment segment, SegmentReader reader);
    }

    private final FileOps files;
    private final Path directory;
    private final Observer observer;

    final List<Segment> segments = new ArrayList<>();
    final CommittedEpochs epochs = new CommittedEpochs();
    long lastCommitted;
    long trimmedEpoch;
    int lastAttempt;
    ByteBuffer lastMetadata = ByteBuffer.allocate(0);

    private int lastCommitSegment = -1;
    private long lastCommitEnd;
    private long lastCommitMaxEpoch;

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
                refuseCommitBehind(index, 0, "segment header is not right");
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
                refuseCommitBehind(index, 0, "segment is missing: expectedEpoch=" + (lastCommitted + 1));
                return false;
            }
            long offset = LogFormat.HEADER_BYTES;
            while (reader.readAt(offset)) {
                note(index, reader, offset);
                observer.record(segment, reader);
                offset = reader.endOffset();
            }
            if (offset == reader.sizeBytes()) {
                return true;
            }
            refuseCommitBehind(index, offset, "record is not right");
            return false;
        }
    }

    private void note(int index, SegmentReader reader, long offset) {
        Segment segment = segments.get(index);
        long epoch = reader.epoch();
        int attempt = reader.attempt();
        lastAttempt = Math.max(lastAttempt, attempt);
        segment.endBytes = reader.endOffset();
        segment.maxEpoch = Math.max(segment.maxEpoch, epoch);
        Segment.Place place = new Segment.Place(segment, offset);
        if (!reader.isCommit()) {
            epochs.part(epoch, attempt, place);
            return;
        }
        if (epoch <= lastCommitted) {
            throw new CorruptLogException(
                    "epochs go backwards: epoch=" + epoch + ", after=" + lastCommitted, segment.file, offset);
        }
        // The first parts of a trimmed epoch may have been in a segment that is gone.
        if (epoch > trimmedEpoch && epochs.partCount(epoch, attempt) != reader.commitPartCount()) {
            throw new CorruptLogException(
                    "parts are missing: epoch=" + epoch + ", partCount=" + reader.commitPartCount() + ", found="
                            + epochs.partCount(epoch, attempt),
                    segment.file,
                    offset);
        }
        epochs.commit(epoch, attempt, place);
        lastCommitted = epoch;
        lastCommitSegment = index;
        lastCommitEnd = reader.endOffset();
        lastCommitMaxEpoch = segment.maxEpoch;
        ByteBuffer metadata = reader.payload();
        lastMetadata =
                ByteBuffer.allocate(metadata.remaining()).put(metadata).flip().asReadOnlyBuffer();
    }

    /** Looks for a commit at every offset from the bad one on: a length that is not right cannot be followed. */
    private void refuseCommitBehind(int index, long badOffset, String what) throws IOException {
        for (int i = index; i < segments.size(); i++) {
            try (SegmentReader reader = SegmentReader.open(files, segments.get(i))) {
                for (long offset = i == index ? badOffset : 0; offset < reader.sizeBytes(); offset++) {
                    if (reader.isCommitAt(offset, lastCommitted)) {
                        throw new CorruptLogException(
                                what + ", lostEpoch=" + reader.epoch(), segments.get(index).file, badOffset);
                    }
                }
            }
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
        boolean isDirectoryChanged = false;
        while (segments.size() > lastCommitSegment + 1) {
            files.delete(segments.remove(segments.size() - 1).file);
            isDirectoryChanged = true;
        }
        if (isDirectoryChanged) {
            files.forceDirectory(directory);
        }
        if (lastCommitSegment >= 0) {
            Segment last = segments.get(lastCommitSegment);
            try (FileHandle handle = files.open(last.file, OpenMode.WRITE)) {
                if (handle.size() > lastCommitEnd) {
                    handle.truncate(lastCommitEnd);
                }
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

package dev.millrace.state.log;

import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an epoch log holds, found without changing anything: for people and tools. Of a damaged log it tells what can be read before the
 * damage. Used by one thread.
 *
 * <p>A log that a job writes on meanwhile can be looked at; what is told is of some moment, and a file that is trimmed while it is read
 * is an {@link IOException}: look again.
 */
public final class LogInspection {
    /**
     * A segment file.
     *
     * @param sizeBytes its length
     * @param recordCount how many whole records it has, up to the first that is not
     */
    public record SegmentFile(Path file, long sizeBytes, long recordCount) {}

    /**
     * An epoch in the log.
     *
     * @param file the segment with its commit record, or with the last part that was written
     * @param partCount how many parts it has
     * @param partBytes the bytes of its parts, by their kind
     */
    public record Epoch(long epoch, Path file, int partCount, Map<Byte, Long> partBytes) {
        /** The bytes of the parts of a kind. */
        public long bytesOf(byte kind) {
            return partBytes.getOrDefault(kind, 0L);
        }
    }

    /** Epoch and attempt: parts of an attempt that died do not count for the next one. */
    private record Attempt(long epoch, int attempt) {}

    private static final class Sums {
        int partCount;
        final Map<Byte, Long> partBytes = new TreeMap<>();

        Epoch of(long epoch, Path file) {
            return new Epoch(epoch, file, partCount, partBytes);
        }
    }

    private final FileOps files;
    private final LogScan scan;
    private final Map<Path, Long> recordCounts = new HashMap<>();
    private final Map<Attempt, Sums> pending = new HashMap<>();
    private final TreeMap<Long, Epoch> committed = new TreeMap<>();
    private final TreeMap<Long, Epoch> uncommitted = new TreeMap<>();
    private final List<SegmentFile> segments = new ArrayList<>();
    private @Nullable CorruptLogException damage;

    private LogInspection(FileOps files, Path directory) {
        this.files = files;
        scan = new LogScan(files, directory, this::note);
    }

    /** Reads the log in a directory; one that is not there is an empty log. */
    public static LogInspection read(FileOps files, Path directory) throws IOException {
        LogInspection inspection = new LogInspection(files, directory);
        if (files.kind(directory) != FileKind.ABSENT) {
            inspection.read();
        }
        return inspection;
    }

    private void read() throws IOException {
        try {
            scan.read();
        } catch (CorruptLogException e) {
            damage = e;
        }
        for (Segment segment : scan.segments) {
            long sizeBytes;
            try (SegmentReader reader = SegmentReader.open(files, segment)) {
                sizeBytes = reader.sizeBytes();
            }
            segments.add(new SegmentFile(segment.file, sizeBytes, recordCounts.getOrDefault(segment.file, 0L)));
        }
        pending.forEach((attempt, sums) -> {
            if (attempt.epoch() > scan.lastCommitted) {
                uncommitted.put(attempt.epoch(), sums.of(attempt.epoch(), lastFile()));
            }
        });
    }

    private Path lastFile() {
        return segments.get(segments.size() - 1).file();
    }

    private void note(Segment segment, SegmentReader reader) {
        recordCounts.merge(segment.file, 1L, Long::sum);
        Attempt attempt = new Attempt(reader.epoch(), reader.attempt());
        if (reader.isCommit()) {
            Sums sums = pending.getOrDefault(attempt, new Sums());
            committed.put(attempt.epoch(), sums.of(attempt.epoch(), segment.file));
            pending.keySet().removeIf(each -> each.epoch() <= attempt.epoch());
        } else if (reader.isPart()) {
            Sums sums = pending.computeIfAbsent(attempt, each -> new Sums());
            sums.partCount++;
            sums.partBytes.merge(reader.partKind(), (long) reader.payload().remaining(), Long::sum);
        }
    }

    /** The segment files, oldest first. */
    public List<SegmentFile> segments() {
        return segments;
    }

    /** The committed epochs whose parts are all here, oldest first. */
    public Collection<Epoch> epochs() {
        return committed.tailMap(scan.trimmedEpoch, false).values();
    }

    /** Epochs with parts and no commit, oldest first: they never happened. */
    public Collection<Epoch> uncommitted() {
        return uncommitted.values();
    }

    /** The last committed epoch, 0 if there is none. */
    public long lastCommitted() {
        return scan.lastCommitted;
    }

    /** Epochs up to and with this one may be gone; the committed ones behind it are all here. */
    public long trimmedEpoch() {
        return scan.trimmedEpoch;
    }

    /** What the last commit carried; empty before the first commit. */
    public ByteBuffer lastMetadata() {
        return scan.lastMetadata.duplicate();
    }

    /** How many bytes the segment files have. */
    public long sizeBytes() {
        return segments.stream().mapToLong(SegmentFile::sizeBytes).sum();
    }

    /** How many bytes opening the log would cut off: what is behind the last commit. A log that was only begun has none. */
    public long tailBytes() {
        Segment last = scan.lastCommitSegment();
        long sum = 0;
        boolean isBehind = last == null;
        for (SegmentFile segment : segments) {
            boolean isLast = last != null && segment.file().equals(last.file);
            long from = isLast ? scan.lastCommitEnd() : last == null ? LogFormat.HEADER_BYTES : 0;
            sum += isLast || isBehind ? Math.max(0, segment.sizeBytes() - from) : 0;
            isBehind |= isLast;
        }
        return sum;
    }

    /** What is damaged, so that the log would not open; empty if nothing is. */
    public Optional<CorruptLogException> damage() {
        return Optional.ofNullable(damage);
    }

    /** Shows the parts of the committed epochs behind one, as {@link EpochLog#forEachPart} does. */
    public void forEachPart(long afterEpoch, PartVisitor visitor) {
        for (CommittedEpochs.Span span : scan.epochs.spans(afterEpoch, scan.lastCommitted)) {
            SpanReader.showParts(files, scan.segments, span, visitor);
        }
    }
}

package dev.millrace.engine.internal.embed;

import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events in files, see {@link IngressFormat}, numbered from 1 over all lives of a job. Opened by one thread, then used by the one that
 * writes. Each life begins a file of its own; files go once all of their events are committed.
 */
final class IngressLog implements AutoCloseable {
    private static final String PREFIX = "events-";
    private static final String SUFFIX = ".log";
    private static final int SEGMENTS = 8;
    private static final int ALIGNMENT = 8;

    /** A file, and the events in it. */
    record Segment(Path file, long firstNumber, long sizeBytes) {}

    private final FileOps files;
    private final Path directory;
    private final long layoutHash;
    private final long limitBytes;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    /** Files that were deleted already, and came back. */
    private final List<Path> stale = new ArrayList<>();

    private long nextNumber = 1;
    private long totalBytes;

    private @Nullable FileHandle current;
    private long currentFirst;
    private long currentBytes;

    private IngressLog(FileOps files, Path directory, long layoutHash, long limitBytes) {
        this.files = files;
        this.directory = directory;
        this.layoutHash = layoutHash;
        this.limitBytes = limitBytes;
    }

    /** Finds what was written before, makes it durable, and cuts off what a crash left of a batch that nobody was told of. */
    static IngressLog open(FileOps files, Path directory, long layoutHash, long limitBytes) {
        IngressLog log = new IngressLog(files, directory, layoutHash, limitBytes);
        try {
            log.recover();
            return log;
        } catch (IOException e) {
            throw StateFileException.of("reading the log of an ingress", directory, e);
        }
    }

    static String nameOf(long firstNumber) {
        return String.format(Locale.ROOT, "%s%019d%s", PREFIX, firstNumber, SUFFIX);
    }

    private void recover() throws IOException {
        if (files.kind(directory) == FileKind.ABSENT) {
            return;
        }
        List<Path> found = new ArrayList<>();
        for (Path file : files.list(directory)) {
            String name = String.valueOf(file.getFileName());
            if (name.startsWith(PREFIX) && name.endsWith(SUFFIX)) {
                found.add(file);
            }
        }
        for (int i = 0; i < found.size(); i++) {
            Path file = found.get(i);
            long first = firstNumberOf(file);
            if (first != nextNumber) {
                giveUpWhatIsBefore();
            }
            nextNumber = first;
            recover(file, first, i == found.size() - 1);
        }
    }

    /**
     * Files are deleted the oldest first, and losing power may undo some of that and not the rest: what is before a gap was committed.
     * If it was not, because a file was lost, the state asks for events that are not there, and that is refused.
     */
    private void giveUpWhatIsBefore() {
        segments.forEach(segment -> stale.add(segment.file()));
        segments.clear();
        totalBytes = 0;
    }

    private static long firstNumberOf(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            return Long.parseLong(name.substring(PREFIX.length(), name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            throw corrupt(file, 0, "its name has no number");
        }
    }

    private void recover(Path file, long first, boolean isLast) throws IOException {
        byte[] bytes;
        try (FileHandle handle = files.open(file, OpenMode.READ)) {
            bytes = new byte[Math.toIntExact(handle.size())];
            handle.read(0, ByteBuffer.wrap(bytes));
        }
        int at = 0;
        int lastBatchAt = 0;
        boolean isMarked = false;
        if (IngressFormat.isSegmentHeader(bytes, bytes.length, first)) {
            at = IngressFormat.SEGMENT_HEADER_BYTES;
            int length = IngressFormat.batchBytes(bytes, at, bytes.length);
            while (length > 0 && IngressFormat.firstNumber(bytes, at) == nextNumber) {
                nextNumber += IngressFormat.count(bytes, at);
                isMarked = IngressFormat.count(bytes, at) == 0;
                lastBatchAt = isMarked ? lastBatchAt : at;
                at += length;
                length = IngressFormat.batchBytes(bytes, at, bytes.length);
            }
        }
        if (at < bytes.length) {
            checkNothingIsBehind(file, bytes, at, isLast);
        }
        if (nextNumber == first) {
            files.delete(file);
            return;
        }
        if (isLast) {
            settle(file, ByteBuffer.wrap(bytes, lastBatchAt, at - lastBatchAt), isMarked);
            at += isMarked ? 0 : IngressFormat.BATCH_HEADER_BYTES;
        }
        segments.add(new Segment(file, first, at));
        totalBytes += at;
    }

    /** Damage is what a crash left of the last batch, or it is something else, and that is refused. */
    private static void checkNothingIsBehind(Path file, byte[] bytes, int from, boolean isLast) {
        if (!isLast) {
            throw corrupt(file, from, "it is damaged, and there are events behind it");
        }
        int start = Math.max(from, IngressFormat.SEGMENT_HEADER_BYTES);
        for (int at = start; at < bytes.length; at += ALIGNMENT) {
            if (IngressFormat.batchBytes(bytes, at, bytes.length) > 0) {
                throw corrupt(file, from, "it is damaged, and there are events behind it: intactAtByte=" + at);
            }
        }
    }

    /**
     * Makes the end of the last file durable. The process may have died before it forced a batch that is whole here: processed and
     * followed by others it must not vanish. It is written again, because the force may have failed: then another one alone does
     * nothing for what is in the system's cache.
     */
    private void settle(Path file, ByteBuffer lastBatch, boolean isMarked) throws IOException {
        long sizeBytes = lastBatch.limit();
        try (FileHandle handle = files.open(file, OpenMode.WRITE)) {
            handle.truncate(sizeBytes);
            handle.write(lastBatch.position(), lastBatch);
            handle.force();
            files.forceName(file);
            if (!isMarked) {
                handle.write(sizeBytes, IngressFormat.mark(nextNumber));
                handle.force(); // a file with others behind it has to be whole
            }
        }
    }

    private static StateFileException corrupt(Path file, long atByte, String what) {
        return new StateFileException("log of an ingress cannot be used: file=" + file + ", atByte=" + atByte + ", "
                + what + "; put back a copy, or delete the directory to give up what was not processed");
    }

    /** Says that events up to this one were processed in an epoch that is committed. Before anything is written. */
    void resumeBehind(long number) {
        if (number >= nextNumber) {
            giveUpWhatIsBefore(); // all of it is committed
            nextNumber = number + 1;
        } else if (number + 1 < oldestNumber()) {
            throw new StateFileException("log of an ingress does not fit the state: directory=" + directory
                    + ", firstEvent=" + oldestNumber() + ", lastEvent=" + (nextNumber - 1) + ", committedEvents="
                    + number
                    + "; use the state directory as it was");
        }
    }

    /** The number that the next event gets. */
    long nextNumber() {
        return nextNumber;
    }

    long oldestNumber() {
        Segment oldest = segments.peekFirst();
        return oldest == null ? nextNumber : oldest.firstNumber();
    }

    /** Reads what is here now and what will be written. */
    IngressLogReader reader() {
        return new IngressLogReader(files, directory, layoutHash, List.copyOf(segments), nextNumber);
    }

    /** Whether a batch of this length may be written now. */
    boolean hasRoom(int batchBytes) {
        return totalBytes + batchBytes + IngressFormat.SEGMENT_HEADER_BYTES + IngressFormat.BATCH_HEADER_BYTES
                <= limitBytes;
    }

    /** Writes a batch and forces it: it is durable when this returns. */
    void append(byte[] batch, int length, int count) {
        try {
            FileHandle handle = current;
            if (handle == null || currentBytes + length > limitBytes / SEGMENTS) {
                handle = beginSegment();
            }
            IngressFormat.finishBatch(batch, length, nextNumber, count);
            handle.write(currentBytes, ByteBuffer.wrap(batch, 0, length));
            handle.force();
            currentBytes += length;
            totalBytes += length;
            nextNumber += count;
            handle.write(currentBytes, IngressFormat.mark(nextNumber)); // needs no force: it only helps to see damage
        } catch (IOException e) {
            throw StateFileException.of("writing the log of an ingress", directory, e);
        }
    }

    private FileHandle beginSegment() throws IOException {
        FileHandle before = current;
        if (before == null) {
            files.createDirectories(directory);
        } else {
            before.force(); // the mark, too
            long sizeBytes = currentBytes + IngressFormat.BATCH_HEADER_BYTES;
            segments.add(new Segment(directory.resolve(nameOf(currentFirst)), currentFirst, sizeBytes));
            totalBytes += IngressFormat.BATCH_HEADER_BYTES;
            current = null;
            before.close();
        }
        Path file = directory.resolve(nameOf(nextNumber));
        FileHandle handle = files.open(file, OpenMode.CREATE);
        current = handle;
        handle.write(0, IngressFormat.segmentHeader(nextNumber, layoutHash));
        handle.force();
        files.forceName(file);
        currentFirst = nextNumber;
        currentBytes = IngressFormat.SEGMENT_HEADER_BYTES;
        totalBytes += currentBytes;
        return handle;
    }

    /** Deletes the files that hold nothing behind this event. */
    void forget(long committedNumber) {
        try {
            for (Path file : stale) {
                files.delete(file);
            }
            stale.clear();
            while (!segments.isEmpty()) {
                Segment oldest = segments.removeFirst();
                Segment next = segments.peekFirst();
                long nextFirst = next != null ? next.firstNumber() : current != null ? currentFirst : nextNumber;
                if (nextFirst - 1 > committedNumber) {
                    segments.addFirst(oldest);
                    return;
                }
                files.delete(oldest.file());
                totalBytes -= oldest.sizeBytes();
            }
        } catch (IOException e) {
            throw StateFileException.of("deleting from the log of an ingress", directory, e);
        }
    }

    @Override
    public void close() {
        FileHandle handle = current;
        current = null;
        if (handle != null) {
            try {
                handle.close();
            } catch (IOException e) {
                throw StateFileException.of("closing the log of an ingress", directory, e);
            }
        }
    }
}

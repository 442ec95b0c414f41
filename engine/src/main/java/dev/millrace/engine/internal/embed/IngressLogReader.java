package dev.millrace.engine.internal.embed;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the durable batches of an {@link IngressLog}, while it is written. Used by one thread at a time. */
final class IngressLogReader implements AutoCloseable {
    private final FileOps files;
    private final Path directory;
    private final long layoutHash;
    /** What was there when the log was opened: a place in the middle of a file is found with it. */
    private final List<IngressLog.Segment> recovered;
    /** The number of the first event that was not there then. */
    private final long firstNew;

    private @Nullable FileHandle handle;
    private Path file;
    private long offset;
    private byte[] batch = new byte[IngressFormat.SEGMENT_HEADER_BYTES];

    IngressLogReader(
            FileOps files, Path directory, long layoutHash, List<IngressLog.Segment> recovered, long firstNew) {
        this.files = files;
        this.directory = directory;
        this.layoutHash = layoutHash;
        this.recovered = recovered;
        this.firstNew = firstNew;
        file = directory;
    }

    /** The last batch read; the next call overwrites it. */
    byte[] batch() {
        return batch;
    }

    /** Reads the batch that an event is in, which is durable, and is the next one or the first that is asked for. */
    void read(long number) {
        try {
            do {
                FileHandle from = handle;
                if (from == null) {
                    from = open(fileOf(number));
                } else if (offset >= from.size()) {
                    from = open(directory.resolve(IngressLog.nameOf(number)));
                }
                readNext(from);
            } while (IngressFormat.firstNumber(batch, 0) + IngressFormat.count(batch, 0) <= number);
        } catch (IOException e) {
            throw StateFileException.of("reading the log of an ingress", file, e);
        }
    }

    private Path fileOf(long number) {
        Path found = directory.resolve(IngressLog.nameOf(number));
        for (IngressLog.Segment segment : recovered) {
            if (number < firstNew && segment.firstNumber() <= number) {
                found = segment.file();
            }
        }
        return found;
    }

    private FileHandle open(Path next) throws IOException {
        close();
        file = next;
        FileHandle opened = files.open(next, OpenMode.READ);
        handle = opened;
        int count = opened.read(0, ByteBuffer.wrap(batch, 0, IngressFormat.SEGMENT_HEADER_BYTES));
        if (count < IngressFormat.SEGMENT_HEADER_BYTES || !IngressFormat.isOfLayout(batch, layoutHash)) {
            throw new BadInputException("events in the log of an ingress are of another type: file=" + next
                    + "; let the program that wrote them process them first");
        }
        offset = IngressFormat.SEGMENT_HEADER_BYTES;
        return opened;
    }

    private void readNext(FileHandle from) throws IOException {
        int header = from.read(offset, ByteBuffer.wrap(batch, 0, IngressFormat.BATCH_HEADER_BYTES));
        int length = header < IngressFormat.BATCH_HEADER_BYTES ? 0 : IngressFormat.claimedBytes(batch);
        if (length < IngressFormat.BATCH_HEADER_BYTES || length > from.size() - offset) {
            throw damaged();
        }
        if (length > batch.length) {
            batch = Arrays.copyOf(batch, length);
        }
        int count = from.read(offset, ByteBuffer.wrap(batch, 0, length));
        if (count < length || IngressFormat.batchBytes(batch, 0, length) != length) {
            throw damaged();
        }
        offset += length;
    }

    private StateFileException damaged() {
        return new StateFileException("log of an ingress is damaged: file=" + file + ", atByte=" + offset);
    }

    @Override
    public void close() {
        FileHandle open = handle;
        handle = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw StateFileException.of("closing the log of an ingress", file, e);
            }
        }
    }
}

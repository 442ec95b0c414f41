package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.state.file.FileOps;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads a text file line by line without garbage, gunzipping it if its name ends in {@code .gz}. A line ends with LF or
 * CR LF, the last one also with the file. Used by one thread at a time, except {@link #progress}.
 *
 * <p>Positions are {@link LinePosition}s. The checksum (CRC32C) is over the text before the offset, of which the first 64 KiB
 * count: it tells another file from this one, and lets what was not read yet be mended or appended to.
 */
final class LineReader implements AutoCloseable {
    /** The longest line, with its end. */
    static final int MAX_LINE_BYTES = 1 << 20;

    /** What is gunzipped once more before a job starts, to find damage before anything is written. */
    private static final long MAX_CHECKED_BYTES = 64L << 20;

    private static final int HEAD_BYTES = 64 * 1024;
    private static final int FIRST_BUFFER_BYTES = 256 * 1024;

    private final FileOps files;
    private final InputFile input;
    private InputStream stream;

    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int filledTo;
    private int nextStart;
    private int lineStart;
    private int lineEnd;
    private boolean isAtEnd;
    private long lineNumber;
    /** Offset in the text of the first byte in the buffer. */
    private long bufferOffset;
    /** The beginning of the text, as far as it was read. */
    private final byte[] head = new byte[HEAD_BYTES];

    private int headBytes;

    LineReader(FileOps files, Path file) {
        this.files = files;
        input = InputFile.open(files, file);
        stream = openStream();
    }

    private InputStream openStream() {
        InputStream raw = input.stream();
        try {
            return input.isGzip() ? new GZIPInputStream(raw, 64 * 1024) : raw;
        } catch (IOException e) {
            input.close();
            throw damaged(e);
        }
    }

    Path file() {
        return input.path();
    }

    /** The size that the file had when it was opened. */
    long sizeBytes() {
        return input.sizeBytes();
    }

    /** Goes to the next line; false behind the last. */
    boolean next() {
        int from = nextStart;
        while (true) {
            int end = indexOfNewline(from);
            if (end >= 0) {
                lineStart = nextStart;
                lineEnd = end > lineStart && buffer[end - 1] == '\r' ? end - 1 : end;
                nextStart = end + 1;
                lineNumber++;
                return true;
            }
            from = filledTo - nextStart;
            if (!fill()) {
                return lastLine();
            }
            from += nextStart;
        }
    }

    private int indexOfNewline(int from) {
        byte[] bytes = buffer;
        int to = filledTo;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private boolean lastLine() {
        if (nextStart == filledTo) {
            return false;
        }
        lineStart = nextStart;
        lineEnd = filledTo;
        nextStart = filledTo;
        lineNumber++;
        return true;
    }

    /** Reads more behind what is unread, which moves to the front; false at the end of the file. */
    private boolean fill() {
        if (isAtEnd) {
            return false;
        }
        System.arraycopy(buffer, nextStart, buffer, 0, filledTo - nextStart);
        bufferOffset += nextStart;
        filledTo -= nextStart;
        nextStart = 0;
        if (filledTo == buffer.length) {
            if (buffer.length >= MAX_LINE_BYTES) {
                throw new BadInputException("line is too long: file=" + file() + ", line=" + (lineNumber + 1)
                        + ", limitBytes=" + MAX_LINE_BYTES);
            }
            buffer = Arrays.copyOf(buffer, Math.min(MAX_LINE_BYTES, buffer.length * 2));
        }
        int count = readText(buffer, filledTo, buffer.length - filledTo);
        isAtEnd = count < 0;
        filledTo += Math.max(0, count);
        return !isAtEnd;
    }

    /** Reads the next bytes of the text, and keeps those of its beginning. */
    private int readText(byte[] target, int offset, int length) {
        int count = read(target, offset, length);
        if (count > 0 && headBytes < HEAD_BYTES) {
            int kept = Math.min(count, HEAD_BYTES - headBytes);
            System.arraycopy(target, offset, head, headBytes, kept);
            headBytes += kept;
        }
        return count;
    }

    private int checksumBefore(long offset) {
        CRC32C checksum = new CRC32C();
        checksum.update(head, 0, (int) Math.min(offset, headBytes));
        return (int) checksum.getValue();
    }

    private int read(byte[] target, int offset, int length) {
        try {
            return stream.read(target, offset, length);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private BadInputException damaged(IOException e) {
        String what = "input cannot be read";
        if (e instanceof EOFException) {
            what = "gzip is cut off";
        } else if (e instanceof ZipException) {
            what = "gzip is damaged, or is none";
        }
        return new BadInputException(
                what + ": file=" + file() + ", behind line=" + lineNumber + ", reason=" + e.getMessage(), e);
    }

    /** Gunzips what is left, if that is quick, to see whether it can be. */
    void checkIntact() {
        if (input.isGzip() && input.sizeBytes() <= MAX_CHECKED_BYTES) {
            while (!isAtEnd) {
                isAtEnd = read(buffer, 0, buffer.length) < 0;
            }
        }
    }

    /** Holds the line; valid until the next one. */
    byte[] buffer() {
        return buffer;
    }

    int lineStart() {
        return lineStart;
    }

    /** The index behind the line, without its end. */
    int lineEnd() {
        return lineEnd;
    }

    /** The number of the line, from 1. */
    long lineNumber() {
        return lineNumber;
    }

    /** How much of the file was read, from 0 to 1. Any thread may ask. */
    double progress() {
        return input.progress();
    }

    /** The place behind this line. */
    byte[] position(long skippedCount) {
        long offset = bufferOffset + nextStart;
        return new LinePosition(checksumBefore(offset), offset, lineNumber, skippedCount).toBytes();
    }

    /** Goes to a place; returns what was skipped up to there. */
    long seek(byte[] position) {
        LinePosition place = LinePosition.parse(position).orElseThrow(this::anotherFile);
        close();
        input.rewind(files);
        stream = openStream();
        headBytes = 0;
        skip(place.offsetBytes());
        if (checksumBefore(place.offsetBytes()) != place.checksum()) {
            throw anotherFile();
        }
        nextStart = 0;
        filledTo = 0;
        isAtEnd = false;
        bufferOffset = place.offsetBytes();
        lineNumber = place.lineCount();
        return place.skippedCount();
    }

    private BadInputException anotherFile() {
        return new BadInputException("input is not the one that the state was made from: file=" + file()
                + "; use the same file, or another state directory");
    }

    private void skip(long byteCount) {
        long left = byteCount;
        while (left > 0) {
            int count = readText(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new BadInputException(
                        "input is shorter than the state knows it: file=" + file() + ", missingBytes=" + left);
            }
            left -= count;
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw damaged(e);
        } finally {
            input.close();
        }
    }
}

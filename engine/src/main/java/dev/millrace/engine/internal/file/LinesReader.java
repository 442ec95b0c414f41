package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.SourceReader;

/** Reads the lines of one file as records, and then perhaps those of another one. What a line is, is said below this. */
abstract class LinesReader extends SourceReader {
    private LineReader lines;
    private long skippedCount;
    private boolean isFinished;

    LinesReader(LineReader lines) {
        this.lines = lines;
    }

    final LineReader lines() {
        return lines;
    }

    /** Goes on with another file, of which the lines before the first record were read. */
    final void turnTo(LineReader next) {
        lines.close();
        lines = next;
        isFinished = false;
    }

    final void skipped() {
        skippedCount++;
    }

    final boolean end() {
        isFinished = true;
        return false;
    }

    @Override
    public final boolean isFinished() {
        return isFinished;
    }

    @Override
    public final byte[] position() {
        return lines.position(skippedCount);
    }

    @Override
    public final void seek(byte[] position) {
        skippedCount = lines.seek(position);
        isFinished = false;
    }

    @Override
    public final long skippedCount() {
        return skippedCount;
    }

    @Override
    public final double progress() {
        return lines.progress();
    }

    @Override
    public final String place() {
        return "file=" + lines.file() + ", line=" + lines.lineNumber();
    }

    @Override
    public final void close() {
        lines.close();
    }
}

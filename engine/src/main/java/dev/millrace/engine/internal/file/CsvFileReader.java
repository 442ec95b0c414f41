package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.serde.csv.CsvException;
import dev.millrace.serde.csv.CsvFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a CSV file as records. A template: each reader is of a class of its own, so that parsing is inlined. */
final class CsvFileReader extends SourceReader {
    private final LineReader lines;
    private final CsvFormat<?> format;
    private final boolean skipsMalformed;
    private long skippedCount;
    /** Where malformed lines are skipped, the event is what was parsed to know that it is none. */
    private @Nullable Object parsed;

    private boolean isFinished;

    CsvFileReader(LineReader lines, CsvFormat<?> format, boolean skipsMalformed) {
        this.lines = lines;
        this.format = format;
        this.skipsMalformed = skipsMalformed;
    }

    @Override
    public boolean advance() {
        while (lines.next()) {
            if (!skipsMalformed || isWellFormed()) {
                return true;
            }
            skippedCount++;
        }
        isFinished = true;
        return false;
    }

    private boolean isWellFormed() {
        try {
            parsed = parse();
            return true;
        } catch (CsvException e) {
            return false;
        }
    }

    @Override
    public Object event() {
        if (skipsMalformed) {
            return Objects.requireNonNull(parsed, "no line is parsed");
        }
        try {
            return parse();
        } catch (CsvException e) {
            throw malformed(e);
        }
    }

    private Object parse() throws CsvException {
        return format.parse(lines.buffer(), lines.lineStart(), lines.lineEnd());
    }

    private BadInputException malformed(CsvException e) {
        return new BadInputException(
                "malformed line: file=" + lines.file() + ", line=" + lines.lineNumber() + ", " + e.getMessage(), e);
    }

    @Override
    public boolean isFinished() {
        return isFinished;
    }

    @Override
    public byte[] position() {
        return lines.position(skippedCount);
    }

    @Override
    public void seek(byte[] position) {
        skippedCount = lines.seek(position);
    }

    @Override
    public long skippedCount() {
        return skippedCount;
    }

    @Override
    public double progress() {
        return lines.progress();
    }

    @Override
    public String place() {
        return "file=" + lines.file() + ", line=" + lines.lineNumber();
    }

    @Override
    public void close() {
        lines.close();
    }
}

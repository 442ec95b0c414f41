package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.serde.csv.CsvException;
import dev.millrace.serde.csv.CsvFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a CSV file as records. A template: each reader is of a class of its own, so that parsing is inlined. */
final class CsvFileReader extends LinesReader {
    private final CsvFormat<?> format;
    private final boolean skipsMalformed;
    /** Where malformed lines are skipped, the event is what was parsed to know that it is none. */
    private @Nullable Object parsed;

    CsvFileReader(LineReader lines, CsvFormat<?> format, boolean skipsMalformed) {
        super(lines);
        this.format = format;
        this.skipsMalformed = skipsMalformed;
    }

    @Override
    public boolean advance() {
        LineReader lines = lines();
        while (lines.next()) {
            if (!skipsMalformed || isWellFormed()) {
                return true;
            }
            skipped();
        }
        return end();
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
        LineReader lines = lines();
        return format.parse(lines.buffer(), lines.lineStart(), lines.lineEnd());
    }

    private BadInputException malformed(CsvException e) {
        return new BadInputException("malformed line: " + place() + ", " + e.getMessage(), e);
    }
}

package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.BadInputException;
import dev.millrace.serde.json.JsonException;
import dev.millrace.serde.json.JsonFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the lines of a file as records, each a JSON object. A template: each reader is of a class of its own. */
final class JsonFileReader extends LinesReader {
    private final JsonFormat<?> format;
    private final boolean skipsMalformed;
    /** Where malformed lines are skipped, the event is what was parsed to know that it is none. */
    private @Nullable Object parsed;

    JsonFileReader(LineReader lines, JsonFormat<?> format, boolean skipsMalformed) {
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
        } catch (JsonException e) {
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
        } catch (JsonException e) {
            throw new BadInputException("malformed line: " + place() + ", " + e.getMessage(), e);
        }
    }

    private Object parse() {
        LineReader lines = lines();
        return format.parse(lines.buffer(), lines.lineStart(), lines.lineEnd());
    }
}

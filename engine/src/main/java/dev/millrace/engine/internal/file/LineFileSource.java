package dev.millrace.engine.internal.file;

import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.CsvSource;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.List;

/** The declaration of a source over the lines of a file. Immutable. */
public final class LineFileSource<T> implements CsvSource<T> {
    private final LineKind kind;
    private final Path file;
    private final Class<T> type;
    private final boolean skipsMalformed;
    private final long eventsPerSecond;

    public LineFileSource(LineKind kind, Path file, Class<T> type) {
        this(kind, file, type, false, 0);
    }

    private LineFileSource(LineKind kind, Path file, Class<T> type, boolean skipsMalformed, long eventsPerSecond) {
        if (eventsPerSecond < 0) {
            throw new IllegalArgumentException("rate must not be negative: eventsPerSecond=" + eventsPerSecond);
        }
        this.kind = kind;
        this.file = file;
        this.type = type;
        this.skipsMalformed = skipsMalformed;
        this.eventsPerSecond = eventsPerSecond;
    }

    @Override
    public LineFileSource<T> skipMalformed() {
        return new LineFileSource<>(kind, file, type, true, eventsPerSecond);
    }

    @Override
    public LineFileSource<T> atMostPerSecond(long events) {
        return new LineFileSource<>(kind, file, type, skipsMalformed, events);
    }

    @Override
    public long eventsPerSecond() {
        return eventsPerSecond;
    }

    @Override
    public List<Path> files() {
        return List.of(file);
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {
        try (LineReader lines = new LineReader(files, file)) {
            kind.checkType(type);
            kind.begin(lines, type);
            lines.checkIntact();
        }
    }

    @Override
    public SourceReader open(FileOps files) {
        LineReader lines = new LineReader(files, file);
        try {
            kind.begin(lines, type);
            return kind.reader(lines, type, skipsMalformed);
        } catch (Throwable e) {
            lines.close();
            throw e;
        }
    }
}

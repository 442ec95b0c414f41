package dev.millrace.engine.internal.file;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.CsvSource;
import dev.millrace.serde.csv.CsvFormat;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;

/** The declaration of a source over a CSV file. Immutable. */
public final class CsvFileSource<T> implements CsvSource<T> {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Path file;
    private final Class<T> type;
    private final boolean skipsMalformed;
    private final long eventsPerSecond;

    public CsvFileSource(Path file, Class<T> type, boolean skipsMalformed, long eventsPerSecond) {
        if (eventsPerSecond < 0) {
            throw new IllegalArgumentException("rate must not be negative: eventsPerSecond=" + eventsPerSecond);
        }
        this.file = file;
        this.type = type;
        this.skipsMalformed = skipsMalformed;
        this.eventsPerSecond = eventsPerSecond;
    }

    @Override
    public CsvSource<T> skipMalformed() {
        return new CsvFileSource<>(file, type, true, eventsPerSecond);
    }

    @Override
    public CsvSource<T> atMostPerSecond(long events) {
        return new CsvFileSource<>(file, type, skipsMalformed, events);
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
            CsvFormat<T> format = CsvFormat.of(type);
            CsvHeader.check(lines, format);
            lines.checkIntact();
        }
    }

    @Override
    public SourceReader open(FileOps files) {
        LineReader lines = new LineReader(files, file);
        try {
            CsvFormat<T> format = CsvFormat.of(type);
            CsvHeader.check(lines, format);
            return Templates.instance(LOOKUP, CsvFileReader.class, SourceReader.class, lines, format, skipsMalformed);
        } catch (Throwable e) {
            lines.close();
            throw e;
        }
    }
}

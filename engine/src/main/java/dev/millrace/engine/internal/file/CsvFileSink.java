package dev.millrace.engine.internal.file;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.serde.csv.CsvFormat;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The declaration of a sink over a CSV file. Immutable. */
public final class CsvFileSink<T> implements Sink<T> {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Path file;
    private final Class<T> type;

    public CsvFileSink(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
        CsvFormat.of(type); // refuses types that are no line
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public Path target() {
        return file;
    }

    @Override
    public byte[] head() {
        return (CsvFormat.of(type).header() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SinkEncoder open() {
        return Templates.instance(LOOKUP, CsvEncoder.class, SinkEncoder.class, CsvFormat.of(type));
    }
}

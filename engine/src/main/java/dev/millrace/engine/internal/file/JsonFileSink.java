package dev.millrace.engine.internal.file;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.serde.json.JsonFormat;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;

/** The declaration of a sink over a file of lines of JSON. Immutable. */
public final class JsonFileSink<T> implements Sink<T> {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Path file;
    private final Class<T> type;

    public JsonFileSink(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
        JsonFormat.of(type); // refuses types that have no form
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
        return new byte[0];
    }

    @Override
    public SinkEncoder open() {
        return Templates.instance(LOOKUP, JsonEncoder.class, SinkEncoder.class, JsonFormat.of(type));
    }
}

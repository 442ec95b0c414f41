package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.GeneratorSource;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.function.LongFunction;

/** The declaration of a source that computes events. Immutable. */
public final class NumberedSource<T> implements GeneratorSource<T> {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle APPLY;

    static {
        try {
            APPLY = LOOKUP.findVirtual(LongFunction.class, "apply", MethodType.methodType(Object.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Class<T> type;
    private final LongFunction<T> function;
    private final long limit;
    private final long eventsPerSecond;

    public NumberedSource(Class<T> type, LongFunction<T> function) {
        this(type, function, Long.MAX_VALUE, 0);
    }

    private NumberedSource(Class<T> type, LongFunction<T> function, long limit, long eventsPerSecond) {
        if (limit < 0 || eventsPerSecond < 0) {
            throw new IllegalArgumentException(
                    "limit and rate must not be negative: limit=" + limit + ", eventsPerSecond=" + eventsPerSecond);
        }
        this.type = type;
        this.function = Objects.requireNonNull(function, "function");
        this.limit = limit;
        this.eventsPerSecond = eventsPerSecond;
        RecordLayout.of(type); // refuses types that are no event
    }

    @Override
    public GeneratorSource<T> limit(long events) {
        return new NumberedSource<>(type, function, events, eventsPerSecond);
    }

    @Override
    public GeneratorSource<T> atMostPerSecond(long events) {
        return new NumberedSource<>(type, function, limit, events);
    }

    @Override
    public long eventsPerSecond() {
        return eventsPerSecond;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {}

    @Override
    public SourceReader open(FileOps files) {
        return Templates.instanceWith(APPLY.bindTo(function), LOOKUP, NumberedReader.class, SourceReader.class, limit);
    }
}

package dev.millrace.bench.workload;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * A sink that adds up what it is given and writes nothing.
 *
 * @param <T> the outputs
 */
final class ChecksumSink<T> implements Sink<T> {
    private final Class<T> type;
    private final Path target;
    private final ToLongFunction<T> term;
    private final LongAdder outputs = new LongAdder();
    private final LongAdder checksum = new LongAdder();

    ChecksumSink(Class<T> type, Path target, ToLongFunction<T> term) {
        this.type = type;
        this.target = target;
        this.term = term;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public Path target() {
        return target;
    }

    @Override
    public byte[] head() {
        return new byte[0];
    }

    @Override
    public SinkEncoder open() {
        return new Adder();
    }

    long outputs() {
        return outputs.sum();
    }

    long checksum() {
        return checksum.sum();
    }

    private final class Adder extends SinkEncoder {
        private static final byte[] NOTHING = {};

        @Override
        public int encode(Object event) {
            outputs.increment();
            checksum.add(term.applyAsLong(type.cast(event)));
            return 0;
        }

        @Override
        public byte[] bytes() {
            return NOTHING;
        }
    }
}

package dev.millrace.bench.workload;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.SinkEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/**
 * A sink that adds up what it is given and writes nothing. The sums are complete when the job has ended.
 *
 * @param <T> the outputs
 */
final class ChecksumSink<T> implements Sink<T> {
    private final Class<T> type;
    private final Path target;
    private final ToLongFunction<T> term;
    /** One a task; each is written by its task alone, and read when the job has ended. */
    private final List<Adder> adders = new CopyOnWriteArrayList<>();

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
        Adder adder = new Adder();
        adders.add(adder);
        return adder;
    }

    long outputs() {
        return adders.stream().mapToLong(adder -> adder.outputs).sum();
    }

    long checksum() {
        return adders.stream().mapToLong(adder -> adder.checksum).sum();
    }

    private final class Adder extends SinkEncoder {
        private static final byte[] NOTHING = {};

        private long outputs;
        private long checksum;

        @Override
        public int encode(Object event) {
            outputs++;
            checksum += term.applyAsLong(type.cast(event));
            return 0;
        }

        @Override
        public byte[] bytes() {
            return NOTHING;
        }
    }
}

package dev.millrace.bench;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a chain of operators cost beside a loop written by hand?
 *
 * <p>The chain is filter, map, filter, map over records that are read from memory; its end adds up. Beside it the same loop by
 * hand, without a record, and the same lambdas called one after the other out of a list.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FusedChain {
    private static final int EVENTS = 1_024;
    private static final long BUDGET_BYTES = 64L << 20;

    /** What is read. */
    public record Payment(long card, double amount) {}

    /** What is made of it. */
    public record Fee(long card, double fee) {}

    private static final int CARD_OFFSET = 0;
    private static final int AMOUNT_OFFSET = 8;
    private static final int STRIDE_BYTES = 16;

    private final FlatCodec<Payment> codec = FlatCodec.of(Payment.class);
    private final Total total = new Total();
    private SlabAllocator allocator;
    private List<Object> steps;
    private long block;
    private Rows rows;
    private SourceHead chain;

    /** Fills the memory and builds the chain as the engine does. */
    @Setup
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        block = allocator.worker(0).allocate(MemoryPool.EVENTS, EVENTS * STRIDE_BYTES);
        for (int i = 0; i < EVENTS; i++) {
            codec.writeBlob(new Payment(i * 31L, i * 0.7), block + (long) i * STRIDE_BYTES);
        }
        rows = new Rows(codec, block);
        Predicate<Payment> isLarge = payment -> payment.amount() > 100;
        Function<Payment, Fee> fee = payment -> new Fee(payment.card(), payment.amount() * 0.01);
        Predicate<Fee> isEven = some -> (some.card() & 1) == 0;
        Function<Fee, Fee> taxed = some -> new Fee(some.card(), some.fee() * 1.19);
        steps = List.of(isLarge, fee, isEven, taxed);
        Receiver end = total;
        end = ChainOperators.map(new Node.MapNode(null, function(taxed), Fee.class), end);
        end = ChainOperators.filter(new Node.FilterNode(null, predicate(isEven)), end);
        end = ChainOperators.map(new Node.MapNode(null, function(fee), Fee.class), end);
        end = ChainOperators.filter(new Node.FilterNode(null, predicate(isLarge)), end);
        chain = ChainOperators.source(rows, 0, end);
    }

    @SuppressWarnings("unchecked") // The operator before makes what this one takes.
    private static Function<Object, Object> function(Function<?, ?> function) {
        return (Function<Object, Object>) function;
    }

    @SuppressWarnings("unchecked") // As above.
    private static Predicate<Object> predicate(Predicate<?> predicate) {
        return (Predicate<Object>) predicate;
    }

    /** The engine's chain. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public double chain() {
        rows.next = 0;
        total.sum = 0;
        chain.run(EVENTS);
        return total.sum;
    }

    /** By hand. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public double byHand() {
        double sum = 0;
        for (int i = 0; i < EVENTS; i++) {
            long row = block + (long) i * STRIDE_BYTES;
            double amount = Memory.getDouble(row + AMOUNT_OFFSET);
            if (amount > 100) {
                long card = Memory.getLong(row + CARD_OFFSET);
                if ((card & 1) == 0) {
                    sum += amount * 0.01 * 1.19;
                }
            }
        }
        return sum;
    }

    /** The same lambdas, interpreted. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public double interpreted() {
        total.sum = 0;
        for (int i = 0; i < EVENTS; i++) {
            long row = block + (long) i * STRIDE_BYTES;
            Object event = codec.read(row, row);
            for (Object step : steps) {
                if (step instanceof Predicate<?> predicate) {
                    if (!predicate(predicate).test(event)) {
                        event = null;
                        break;
                    }
                } else {
                    event = function((Function<?, ?>) step).apply(event);
                }
            }
            if (event != null) {
                total.accept(event, Receiver.NO_TIME);
            }
        }
        return total.sum;
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        allocator.close();
    }

    /** The end of the chain. */
    private static final class Total extends Receiver {
        private double sum;

        @Override
        public MethodHandle path() {
            try {
                return MethodHandles.lookup()
                        .bind(this, "accept", MethodType.methodType(void.class, Object.class, long.class));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        void accept(Object event, long unusedTimestamp) {
            sum += ((Fee) event).fee();
        }

        @Override
        public void watermark(long watermark) {}

        @Override
        public void barrier(Barrier barrier) {}

        @Override
        public void flush() {}
    }

    /** A source over the block. */
    private static final class Rows extends SourceReader {
        private final FlatCodec<Payment> codec;
        private final long block;
        private int next;

        Rows(FlatCodec<Payment> codec, long block) {
            this.codec = codec;
            this.block = block;
        }

        @Override
        public boolean advance() {
            if (isFinished()) {
                return false;
            }
            next++;
            return true;
        }

        @Override
        public Object event() {
            long row = block + (next - 1L) * STRIDE_BYTES;
            return codec.read(row, row);
        }

        @Override
        public boolean isFinished() {
            return next == EVENTS;
        }

        @Override
        public byte[] position() {
            return new byte[0];
        }

        @Override
        public void seek(byte[] position) {
            next = 0;
        }

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return -1;
        }

        @Override
        public String place() {
            return "row=" + next;
        }

        @Override
        public void close() {}
    }
}

package dev.millrace.bench;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.util.concurrent.TimeUnit;
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
 * What does a codec made of method handles cost beside loads and stores written by hand?
 *
 * <p>Both read 1,024 records from one block, change one component and write them to another block.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CodecCopy {
    private static final int RECORDS = 1_024;
    private static final long BUDGET_BYTES = 64L << 20;

    /** What is copied. */
    public record Payment(long card, long time, double amount, int shop) {}

    private final FlatCodec<Payment> reader = FlatCodec.of(Payment.class);
    private final FlatCodec<Payment> writer = FlatCodec.of(Payment.class);
    private final int stride = reader.fixedBytes();
    private final int card = offset("card");
    private final int time = offset("time");
    private final int amount = offset("amount");
    private final int shop = offset("shop");

    private SlabAllocator allocator;
    private long from;
    private long to;

    /** Fills one block. */
    @Setup
    public void open() {
        allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(BUDGET_BYTES));
        BlockAllocator blocks = allocator.worker(0);
        from = blocks.allocate(MemoryPool.EVENTS, RECORDS * stride);
        to = blocks.allocate(MemoryPool.EVENTS, RECORDS * stride);
        for (int i = 0; i < RECORDS; i++) {
            writer.writeBlob(new Payment(i, 1_000L * i, i * 0.5, i & 7), from + (long) i * stride);
        }
    }

    /** Through records and codecs. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void codec() {
        for (int i = 0; i < RECORDS; i++) {
            long at = (long) i * stride;
            Payment payment = reader.read(from + at, from + at);
            Payment next = new Payment(payment.card(), payment.time(), payment.amount() + 1.0, payment.shop());
            writer.write(next, to + at, to + at, 0);
        }
    }

    /** By hand. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public void byHand() {
        for (int i = 0; i < RECORDS; i++) {
            long source = from + (long) i * stride;
            long target = to + (long) i * stride;
            Memory.putLong(target + card, Memory.getLong(source + card));
            Memory.putLong(target + time, Memory.getLong(source + time));
            Memory.putDouble(target + amount, Memory.getDouble(source + amount) + 1.0);
            Memory.putInt(target + shop, Memory.getInt(source + shop));
        }
    }

    /** Closes the allocator, and with it both blocks. */
    @TearDown
    public void close() {
        allocator.close();
    }

    private static int offset(String component) {
        return RecordLayout.of(Payment.class).fields().stream()
                .filter(field -> field.name().equals(component))
                .mapToInt(LayoutField::offsetBytes)
                .findFirst()
                .orElseThrow();
    }
}

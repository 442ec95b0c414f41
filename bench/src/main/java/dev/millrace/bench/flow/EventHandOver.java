package dev.millrace.bench.flow;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an event cost that goes to another thread?
 *
 * <p>An event is a key and a value. The engine's also carries its time and the hash of its key, and is written into a page;
 * rivals hand over one by one, as they are used. A thread of the benchmark's own sends as fast as it can, the measured one takes
 * and adds up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventHandOver {
    static final int EVENTS = 1 << 16;

    /** Which way. */
    @Param
    public Lane lane;

    /** Which way. */
    public enum Lane {
        /** As the engine does: rows in pages from the allocator, a channel of pages. */
        PAGES,
        /** A slot of a ring buffer of the LMAX Disruptor each. */
        DISRUPTOR,
        /** An object each in the ring for one producer and one consumer of JCTools. */
        JCTOOLS_SPSC,
        /** An object each in the queue of the JDK. */
        ARRAY_BLOCKING_QUEUE
    }

    private final AtomicBoolean isStopped = new AtomicBoolean();
    private EventLane events;
    private Thread producer;

    /** Starts the producer. */
    @Setup
    public void open() {
        events = EventLane.of(lane);
        isStopped.set(false);
        producer = new Thread(() -> events.produce(isStopped), "producer");
        producer.setDaemon(true);
        producer.start();
    }

    /** Takes the next events. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long event() throws Exception {
        return events.consume(EVENTS);
    }

    /** Stops the producer and gives everything back. */
    @TearDown
    public void close() throws InterruptedException {
        isStopped.set(true);
        producer.join();
        events.close();
    }
}

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
 * What does it cost to hand a page to another thread?
 *
 * <p>The page itself is not touched: {@link EventHandOver} has what is in it. A thread of the benchmark's own offers as fast as
 * it can, the measured one takes. All queues have the length of the engine's channels.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PageHandOver {
    static final int PAGES = 1024;

    private static final int CAPACITY = 16;
    private static final long PAGE_BYTES = 64 << 10;

    /** Which queue. */
    @Param
    public Queue queue;

    /** Which queue. */
    public enum Queue {
        /** The engine's. */
        CHANNEL,
        /** The ring for one producer and one consumer of JCTools. */
        JCTOOLS_SPSC,
        /** A ring buffer of the LMAX Disruptor with one producer, polled. */
        DISRUPTOR,
        /** The queue of the JDK, with its lock. */
        ARRAY_BLOCKING_QUEUE
    }

    private final AtomicBoolean isStopped = new AtomicBoolean();
    private PageQueue pages;
    private Thread producer;

    /** Starts the producer. */
    @Setup
    public void open() {
        pages = PageQueue.of(queue, CAPACITY);
        isStopped.set(false);
        producer = new Thread(this::produce, "producer");
        producer.setDaemon(true);
        producer.start();
    }

    private void produce() {
        Long[] addresses = new Long[PAGES];
        for (int i = 0; i < PAGES; i++) {
            addresses[i] = (i + 1) * PAGE_BYTES;
        }
        Backoff backoff = new Backoff();
        for (int i = 0; !isStopped.getOpaque(); i = (i + 1) % PAGES) {
            while (!pages.offer(addresses[i]) && !isStopped.getOpaque()) {
                backoff.pause();
            }
            backoff.reset();
        }
    }

    /** Each of {@link #PAGES} addresses comes once. */
    @Benchmark
    @OperationsPerInvocation(PAGES)
    public long page() throws Exception {
        long sum = 0;
        Backoff backoff = new Backoff();
        for (int i = 0; i < PAGES; i++) {
            long page = pages.poll();
            while (page == PageQueue.NOTHING) {
                backoff.pause();
                page = pages.poll();
            }
            backoff.reset();
            sum += page;
        }
        return sum;
    }

    /** Stops the producer. */
    @TearDown
    public void close() throws InterruptedException {
        isStopped.set(true);
        producer.join();
    }

    /** What {@link #page} returns if nothing was lost or came twice. */
    static long sumOfAllPages() {
        return PAGE_BYTES * PAGES * (PAGES + 1) / 2;
    }
}

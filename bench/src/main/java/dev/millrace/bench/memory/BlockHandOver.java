package dev.millrace.bench.memory;

import dev.millrace.bench.peer.FastThreads;
import dev.millrace.bench.peer.Peer;
import dev.millrace.bench.peer.PeerKind;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * What does a block cost that one thread takes and another gives back?
 *
 * <p>The pattern of every event buffer between two tasks. Blocks go over in batches of 256, up to 16 of them in flight, through
 * two queues that park whoever waits. The answer is processor time, that of both threads added, per block, best of the rounds:
 * it does not count waiting, and so says the same on a machine that others use too. It is no JMH benchmark, because JMH
 * measures time on the clock.
 */
final class BlockHandOver {
    private static final int BATCH = 256;
    private static final int BATCHES_IN_FLIGHT = 16;
    private static final int ROUNDS = 32;
    private static final int BATCHES_PER_ROUND = 1000;

    /** Closing a shared arena stops every thread for a moment: microseconds a block. */
    private static final int SLOW_PART = 25;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Peer peer;
    private final BlockingQueue<Integer> empty = new ArrayBlockingQueue<>(BATCHES_IN_FLIGHT);
    private final BlockingQueue<Integer> full = new ArrayBlockingQueue<>(BATCHES_IN_FLIGHT);

    private BlockHandOver(Peer peer) {
        this.peer = peer;
        for (int batch = 0; batch < BATCHES_IN_FLIGHT; batch++) {
            empty.add(batch);
        }
    }

    /** Measures one peer. Meant for a JVM of its own: what ran before decides what the JIT does. */
    static double nanosPerBlock(PeerKind kind, int sizeBytes, boolean isQuick) throws Exception {
        if (!kind.handsOver()) {
            throw new IllegalArgumentException("its blocks cannot be given back by another thread: peer=" + kind);
        }
        ExecutorService threads = new FastThreads(2, "hand-over");
        try (Peer peer = kind.open(sizeBytes, BATCH * BATCHES_IN_FLIGHT)) {
            BlockHandOver handOver = new BlockHandOver(peer);
            int batches = isQuick ? BATCHES_PER_ROUND / 4 : BATCHES_PER_ROUND;
            if (kind == PeerKind.ARENA_SHARED) {
                batches /= SLOW_PART;
            }
            double best = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                best = Math.min(best, handOver.round(threads, batches));
            }
            return best;
        } finally {
            threads.shutdown();
        }
    }

    private double round(ExecutorService threads, int batches) throws InterruptedException, ExecutionException {
        Future<Long> producer = threads.submit(() -> produce(batches));
        Future<Long> consumer = threads.submit(() -> consume(batches));
        return (producer.get() + consumer.get()) / ((double) batches * BATCH);
    }

    private long produce(int batches) throws InterruptedException {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < batches; i++) {
            Integer batch = empty.take();
            int first = batch * BATCH;
            for (int slot = first; slot < first + BATCH; slot++) {
                peer.take(0, slot);
            }
            full.put(batch);
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }

    private long consume(int batches) throws InterruptedException {
        long begin = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < batches; i++) {
            Integer batch = full.take();
            int first = batch * BATCH;
            for (int slot = first; slot < first + BATCH; slot++) {
                peer.give(1, slot);
            }
            empty.put(batch);
        }
        return THREADS.getCurrentThreadCpuTime() - begin;
    }
}

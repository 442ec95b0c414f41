package dev.millrace.bench.workload;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Pairs of numbers handed to other threads through rings of the LMAX Disruptor, one a consumer: what a careful team writes by
 * hand. Used by one publishing thread.
 */
final class RingStage {
    private static final int SLOTS = 1 << 14;

    private final List<Disruptor<Slot>> rings;
    private final List<RingBuffer<Slot>> buffers;
    private final CountDownLatch finished;

    /** What a consumer does with a pair. */
    @FunctionalInterface
    interface Consumer {
        /** Takes one pair. */
        void accept(long first, long second);
    }

    /** With what each consumer does. */
    RingStage(List<? extends Consumer> consumers) {
        finished = new CountDownLatch(consumers.size());
        rings = consumers.stream().map(this::ring).toList();
        buffers = rings.stream().map(Disruptor::start).toList();
    }

    void publish(int consumer, long first, long second) {
        RingBuffer<Slot> buffer = buffers.get(consumer);
        long sequence = buffer.next();
        Slot slot = buffer.get(sequence);
        slot.first = first;
        slot.second = second;
        slot.isLast = false;
        buffer.publish(sequence);
    }

    /** Waits until every pair was taken, and ends the threads. */
    void finish() throws InterruptedException {
        for (RingBuffer<Slot> buffer : buffers) {
            long sequence = buffer.next();
            buffer.get(sequence).isLast = true;
            buffer.publish(sequence);
        }
        finished.await();
        rings.forEach(Disruptor::shutdown);
    }

    private Disruptor<Slot> ring(Consumer consumer) {
        Disruptor<Slot> ring = new Disruptor<>(
                Slot::new,
                SLOTS,
                task -> new Thread(task, "ring-consumer"),
                ProducerType.SINGLE,
                new YieldingWaitStrategy());
        EventHandler<Slot> handler = (slot, sequence, isEndOfBatch) -> {
            if (slot.isLast) {
                finished.countDown();
            } else {
                consumer.accept(slot.first, slot.second);
            }
        };
        ring.handleEventsWith(handler);
        return ring;
    }

    private static final class Slot {
        private long first;
        private long second;
        private boolean isLast;
    }
}

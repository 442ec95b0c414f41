package dev.millrace.bench.flow;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slot of a ring for each event; the slots are made once. */
final class DisruptorLane implements EventLane {
    private final RingBuffer<Slot> ring = RingBuffer.createSingleProducer(Slot::new, SLOTS, new YieldingWaitStrategy());
    private final EventPoller<Slot> poller = ring.newPoller();
    private final EventPoller.Handler<Slot> handler = (slot, sequence, isEndOfBatch) -> take(slot);
    private final Backoff backoff = new Backoff();

    private long sum;
    private int left;

    DisruptorLane() {
        ring.addGatingSequences(poller.getSequence());
    }

    @Override
    public void produce(AtomicBoolean isStopped) {
        Backoff full = new Backoff();
        for (long i = 0; !isStopped.getOpaque(); i++) {
            while (!ring.hasAvailableCapacity(1)) {
                if (isStopped.getOpaque()) {
                    return;
                }
                full.pause();
            }
            full.reset();
            long sequence = ring.next();
            Slot slot = ring.get(sequence);
            slot.key = i;
            slot.value = i;
            ring.publish(sequence);
        }
    }

    @Override
    public long consume(int count) throws Exception {
        sum = 0;
        left = count;
        while (left > 0) {
            if (poller.poll(handler) == EventPoller.PollState.PROCESSING) {
                backoff.reset();
            } else {
                backoff.pause();
            }
        }
        return sum;
    }

    private boolean take(Slot slot) {
        sum += slot.value;
        return --left > 0;
    }

    @Override
    public void close() {}

    private static final class Slot {
        @SuppressWarnings("unused") // Written as the other lanes write it; the sum is of values.
        private long key;

        private long value;
    }
}

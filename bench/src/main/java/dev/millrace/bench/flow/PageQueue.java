package dev.millrace.bench.flow;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import dev.millrace.engine.internal.runtime.Channel;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of page addresses between two threads, one on each side. Rivals carry objects that were made beforehand, so
 * that none of them pays for a box.
 */
abstract class PageQueue {
    /** What {@link #poll} gives if there is nothing. */
    static final long NOTHING = 0;

    /** Adds a page, or says that there is no room. For the producer. */
    abstract boolean offer(Long page);

    /** Takes a page, or says {@link #NOTHING}. For the consumer. */
    abstract long poll() throws Exception;

    /** @param capacity a power of two */
    static PageQueue of(PageHandOver.Queue kind, int capacity) {
        return switch (kind) {
            case CHANNEL -> new OfChannel(capacity);
            case JCTOOLS_SPSC -> new OfQueue(new SpscVarHandleArrayQueue<>(capacity));
            case DISRUPTOR -> new OfDisruptor(capacity);
            case ARRAY_BLOCKING_QUEUE -> new OfQueue(new ArrayBlockingQueue<>(capacity));
        };
    }

    private static final class OfChannel extends PageQueue {
        private final Channel channel;

        OfChannel(int capacity) {
            channel = new Channel(capacity);
        }

        @Override
        boolean offer(Long page) {
            return channel.offer(Channel.Kind.PAGE, page);
        }

        @Override
        long poll() {
            return channel.isEmpty() || channel.kind() != Channel.Kind.PAGE ? NOTHING : channel.take();
        }
    }

    private static final class OfQueue extends PageQueue {
        private final Queue<Long> queue;

        OfQueue(Queue<Long> queue) {
            this.queue = queue;
        }

        @Override
        boolean offer(Long page) {
            return queue.offer(page);
        }

        @Override
        long poll() {
            Long page = queue.poll();
            return page == null ? NOTHING : page;
        }
    }

    private static final class OfDisruptor extends PageQueue {
        private final RingBuffer<Slot> ring;
        private final EventPoller<Slot> poller;
        private long taken;

        OfDisruptor(int capacity) {
            ring = RingBuffer.createSingleProducer(Slot::new, capacity, new YieldingWaitStrategy());
            poller = ring.newPoller();
            ring.addGatingSequences(poller.getSequence());
        }

        @Override
        boolean offer(Long page) {
            if (!ring.hasAvailableCapacity(1)) {
                return false;
            }
            long sequence = ring.next();
            ring.get(sequence).page = page;
            ring.publish(sequence);
            return true;
        }

        @Override
        long poll() throws Exception {
            taken = NOTHING;
            poller.poll((slot, sequence, isEndOfBatch) -> {
                taken = slot.page == null ? NOTHING : slot.page;
                return false;
            });
            return taken;
        }

        private static final class Slot {
            private @Nullable Long page;
        }
    }
}

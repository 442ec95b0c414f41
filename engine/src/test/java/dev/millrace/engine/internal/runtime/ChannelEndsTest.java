package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.runtime.Channel.Kind;
import dev.millrace.engine.internal.testkit.TestTask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ends of the channels between two tasks. */
final class ChannelEndsTest {
    private static final long BARRIER_NANOS = 70_000;

    private final TestTask memory = new TestTask();
    private final HandJob job = new HandJob();
    private final List<String> seen = new ArrayList<>();
    private final Channel[] channels = {new Channel(8), new Channel(8)};
    private final Task consumer = new Task("consumer", 0, memory.allocator(), job);
    private final Task[] producers = {
        new Task("left", 0, memory.allocator(), job), new Task("right", 0, memory.allocator(), job)
    };

    /** Writes down what comes out of the channels; a page is known by its first number. */
    private final KeyedHead head = new KeyedHead() {
        @Override
        public void process(long page) {
            seen.add("page " + Memory.getLong(page));
        }

        @Override
        public KeyedReceiver next() {
            return new Recorder();
        }
    };

    private final class Recorder extends KeyedReceiver {
        @Override
        public void accept(long event, long page, long timestamp, long key, int keyBytes, long hash) {}

        @Override
        public long touch(long timestamp, long hash) {
            return 0;
        }

        @Override
        public void watermark(long watermark) {
            seen.add("watermark " + watermark);
        }

        @Override
        public void barrier(Barrier barrier) {
            seen.add((barrier.isLast() ? "last " : "") + "barrier " + barrier.epoch());
            job.nowNanos += BARRIER_NANOS;
        }

        @Override
        public void flush() {}
    }

    @BeforeEach
    void schedule() {
        SteppedScheduler scheduler = new SteppedScheduler(1);
        consumer.runOn(scheduler);
        producers[0].runOn(scheduler);
        producers[1].runOn(scheduler);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private ChannelInput input(long watermark) {
        ChannelInput input = new ChannelInput(channels, producers, head, memory.allocator(), watermark);
        consumer.readFrom(input);
        return input;
    }

    private long page(long number) {
        long page = memory.allocator().allocate(MemoryPool.EVENTS, PageLayout.HEADER_BYTES);
        PageLayout.shareAmong(page, 0);
        Memory.putLong(page, number);
        return page;
    }

    private List<String> drain(ChannelInput input) {
        seen.clear();
        while (input.step(consumer) == Progress.MADE) {
            // until there is nothing left that it may read
        }
        return List.copyOf(seen);
    }

    @Test
    void theWatermarkIsTheLeastOfAllInputs() {
        ChannelInput input = input(Receiver.NO_TIME);
        channels[0].offer(Kind.WATERMARK, 10);
        assertEquals(List.of(), drain(input), "the other input has not said anything");
        channels[1].offer(Kind.WATERMARK, 5);
        assertEquals(List.of("watermark 5"), drain(input));
        channels[1].offer(Kind.WATERMARK, 30);
        assertEquals(List.of("watermark 10"), drain(input));
        channels[0].offer(Kind.WATERMARK, 20);
        channels[0].offer(Kind.WATERMARK, Receiver.END_OF_TIME);
        channels[1].offer(Kind.WATERMARK, Receiver.END_OF_TIME);
        assertEquals(List.of("watermark 20", "watermark 30", "watermark " + Receiver.END_OF_TIME), drain(input));
    }

    @Test
    void startsAtTheWatermarkOfTheEpochThatItWasRestoredFrom() {
        ChannelInput input = input(100);
        channels[0].offer(Kind.WATERMARK, 100);
        channels[0].offer(Kind.PAGE, page(1));
        assertEquals(List.of("watermark 100", "page 1"), drain(input), "before the right input has repeated it");
        channels[1].offer(Kind.WATERMARK, 100);
        channels[1].offer(Kind.WATERMARK, 120);
        assertEquals(List.of(), drain(input));
    }

    @Test
    void doesNotReadBehindABarrierThatTheOthersDoNotHave() {
        ChannelInput input = input(Receiver.NO_TIME);
        channels[0].offer(Kind.BARRIER, 1);
        channels[0].offer(Kind.PAGE, page(2));
        channels[1].offer(Kind.PAGE, page(1));
        assertEquals(List.of("page 1"), drain(input));
        assertTrue(input.isAligning());
        job.nowNanos += 1_000_000; // waiting for the other input is no stall
        channels[1].offer(Kind.BARRIER, 1);
        channels[1].offer(Kind.PAGE, page(3));
        assertEquals(List.of("barrier 1", "page 3", "page 2"), drain(input));
        assertFalse(input.isAligning());
        channels[1].offer(Kind.BARRIER, 2);
        channels[0].offer(Kind.BARRIER, 2);
        assertEquals(List.of("barrier 2"), drain(input));
        assertEquals(2, job.acknowledged.size());
        assertEquals(BARRIER_NANOS, job.acknowledged.get(0).stallNanos());
        assertEquals(BARRIER_NANOS, job.acknowledged.get(1).stallNanos());
        assertEquals(0, memory.liveBytes(), "pages are freed when they were read");
    }

    @Test
    void theLastBarrierDrainsTheTask() {
        ChannelInput input = input(Receiver.NO_TIME);
        channels[0].offer(Kind.LAST_BARRIER, 9);
        channels[1].offer(Kind.LAST_BARRIER, 9);
        assertEquals(List.of("last barrier 9"), drain(input));
        assertEquals(Task.State.DRAINING, consumer.state());
    }

    @Test
    void whatDoesNotFitWaitsInOrder() {
        Channel small = new Channel(2);
        Channel other = new Channel(8);
        ChannelTarget target =
                new ChannelTarget(new Channel[] {small, other}, new Task[] {consumer, consumer}, memory.allocator());
        target.watermark(1);
        target.watermark(2);
        target.barrier(new Barrier(3, false));
        target.barrier(new Barrier(4, true));
        assertFalse(target.isDrained());
        assertEquals(1, small.take());
        assertFalse(target.isDrained());
        target.watermark(5);
        assertEquals(2, small.take());
        assertEquals(Kind.BARRIER, small.kind());
        assertEquals(3, small.take());
        assertTrue(target.isDrained());
        assertEquals(Kind.LAST_BARRIER, small.kind());
        assertEquals(4, small.take());
        assertTrue(target.isDrained());
        assertEquals(5, small.take());
        for (int expected = 1; expected <= 5; expected++) {
            assertEquals(expected, other.take(), "the roomy channel had all of it at once, in the same order");
        }
    }

    @Test
    void closingFreesThePagesThatNobodyTook() {
        Channel small = new Channel(2);
        ChannelTarget target = new ChannelTarget(new Channel[] {small}, new Task[] {consumer}, memory.allocator());
        for (int i = 0; i < 5; i++) {
            assertEquals(BlockAllocator.NONE, target.send(0, page(i)));
        }
        target.close();
        target.close();
        assertEquals(0, memory.liveBytes());
    }
}

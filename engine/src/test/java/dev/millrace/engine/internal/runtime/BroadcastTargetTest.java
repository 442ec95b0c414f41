package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A page for all is the same page for each, and freed once. */
final class BroadcastTargetTest {
    private static final int TASKS = 3;

    private final TestTask memory = new TestTask();
    private final HandJob job = new HandJob();
    private final SteppedScheduler scheduler = new SteppedScheduler(1);
    private final List<Long> processed = new ArrayList<>();
    private final Channel[] channels =
            Stream.generate(() -> new Channel(2)).limit(TASKS).toArray(Channel[]::new);
    private final Task producer = task("producer");
    private final Task[] consumers = {task("first"), task("second"), task("third")};
    private final ChannelTarget ends = new ChannelTarget(channels, consumers, memory.allocator());
    private final BroadcastTarget target = new BroadcastTarget(ends);
    private final PageLayout layout = new PageLayout(RecordLayout.of(Long.class), PageLayout.PAGE_BYTES);
    private final long liveBefore = memory.liveBytes();

    private final KeyedHead head = new KeyedHead() {
        @Override
        public void process(long page) {
            processed.add(page);
        }

        @Override
        public KeyedReceiver next() {
            throw new AssertionError("nothing but pages was sent");
        }
    };

    private Task task(String name) {
        Task task = new Task(name, 0, memory.allocator(), job);
        task.runOn(scheduler);
        return task;
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private long send() {
        long page = memory.allocator().allocate(MemoryPool.EVENTS, layout.pageBytes());
        layout.clear(page);
        assertEquals(BlockAllocator.NONE, target.send(0, page));
        return page;
    }

    private void take(int consumer) {
        ChannelInput input = new ChannelInput(
                new Channel[] {channels[consumer]}, new Task[] {producer}, head, memory.allocator(), Receiver.NO_TIME);
        consumers[consumer].readFrom(input);
        assertEquals(Progress.MADE, input.step(consumers[consumer]));
        input.close();
    }

    @Test
    void allReadOnePageAndTheLastOfThemFreesIt() {
        long page = send();
        long live = memory.liveBytes();
        assertTrue(live > liveBefore);
        take(2);
        take(0);
        assertEquals(live, memory.liveBytes(), "one has not read it yet");
        take(1);
        assertEquals(liveBefore, memory.liveBytes());
        assertEquals(List.of(page, page, page), processed);
        ends.close();
    }

    @Test
    void pagesThatNobodyTakesAreFreedOnce() {
        for (int i = 0; i < 4; i++) {
            send(); // two of them wait outside the channels
        }
        take(1);
        assertEquals(2, processed.size());
        ends.close();
        assertEquals(liveBefore, memory.liveBytes());
    }
}

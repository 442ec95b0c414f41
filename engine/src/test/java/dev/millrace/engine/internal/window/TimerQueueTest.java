package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.testkit.TestTask;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimerQueueTest {
    @Test
    void givesDeadlinesInOrderWithTheirKeysAndFreesAll() {
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            try (TestTask task = new TestTask()) {
                TimerQueue timers = task.own(new TimerQueue(task.allocator()));
                long key = task.allocator().allocate(MemoryPool.INDEX, 64);
                PriorityQueue<Long> model = new PriorityQueue<>();
                for (int i = 0; i < 2000; i++) {
                    String context = "seed=" + seed + ", step=" + i;
                    if (random.nextInt(5) < 3) {
                        long deadline = random.nextInt(500);
                        int keyBytes = 8 + 8 * random.nextInt(7);
                        Memory.fill(key, keyBytes, (byte) deadline);
                        timers.add(deadline, key, keyBytes, deadline * 31);
                        model.add(deadline);
                    } else if (!model.isEmpty()) {
                        long deadline = model.remove();
                        assertEquals(deadline, timers.earliest(), context);
                        long timer = timers.poll();
                        assertEquals(deadline * 31, TimerQueue.hash(timer), context);
                        long last = TimerQueue.keyAddress(timer) + TimerQueue.keyBytes(timer) - 1;
                        assertEquals((byte) deadline, Memory.getByte(last), context);
                        timers.free(timer);
                    }
                    assertEquals(model.isEmpty() ? Long.MAX_VALUE : model.element(), timers.earliest(), context);
                }
                task.allocator().free(key);
                timers.close();
                assertEquals(0, task.liveBytes(), "seed=" + seed);
            }
        }
    }
}

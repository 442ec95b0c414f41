package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.testkit.TestTask;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TimerQueueTest {
    private static final int MOST_KEY_BYTES = 200;

    /** A timer as the model holds it; its key's bytes follow from its number. */
    private record Timer(long deadline, long number, int keyBytes) {}

    private static byte[] keyOf(Timer timer) {
        byte[] key = new byte[timer.keyBytes()];
        new Random(timer.number()).nextBytes(key);
        return key;
    }

    private static void add(TimerQueue queue, Timer timer, long scratch) {
        Memory.copyFrom(keyOf(timer), 0, scratch, timer.keyBytes());
        queue.add(timer.deadline(), scratch, timer.keyBytes(), timer.number());
        Memory.fill(scratch, timer.keyBytes(), (byte) 0x55); // the queue has a copy
    }

    @Test
    void givesTheEarliestDeadlineAsAPriorityQueueDoes() {
        for (long seed = 1; seed <= 20; seed++) {
            String context = "seed=" + seed;
            Random random = new Random(seed);
            long range = random.nextBoolean() ? 20 : Long.MAX_VALUE;
            PriorityQueue<Long> deadlines = new PriorityQueue<>();
            Set<Timer> held = new HashSet<>();
            try (TestTask task = new TestTask()) {
                long before = task.liveBytes();
                long scratch = task.allocator().allocate(MemoryPool.INDEX, MOST_KEY_BYTES);
                TimerQueue queue = new TimerQueue(task.allocator());
                for (int step = 0; step < 2000; step++) {
                    if (held.isEmpty() || random.nextInt(100) < (step < 1000 ? 65 : 40)) {
                        long deadline = random.nextLong(-range, range);
                        Timer timer = new Timer(deadline, step, 1 + random.nextInt(MOST_KEY_BYTES));
                        add(queue, timer, scratch);
                        deadlines.add(deadline);
                        held.add(timer);
                    } else {
                        long deadline = deadlines.remove();
                        assertEquals(deadline, queue.earliest(), context);
                        long block = queue.poll();
                        Timer timer = new Timer(deadline, TimerQueue.hash(block), TimerQueue.keyBytes(block));
                        assertTrue(held.remove(timer), context);
                        byte[] key = new byte[timer.keyBytes()];
                        Memory.copyTo(TimerQueue.keyAddress(block), key, 0, key.length);
                        assertArrayEquals(keyOf(timer), key, context);
                        queue.free(block);
                    }
                    assertEquals(deadlines.isEmpty() ? Long.MAX_VALUE : deadlines.peek(), queue.earliest(), context);
                }
                queue.close();
                task.allocator().free(scratch);
                assertEquals(before, task.liveBytes(), context);
            }
        }
    }

    @Test
    void freesEveryBlockItHoldsAndNoneTwice() {
        try (TestTask task = new TestTask()) {
            long before = task.liveBytes();
            long scratch = task.allocator().allocate(MemoryPool.INDEX, MOST_KEY_BYTES);
            TimerQueue queue = new TimerQueue(task.allocator());
            for (int i = 0; i < 100; i++) {
                add(queue, new Timer(i % 7, i, 10), scratch);
            }
            long taken = queue.poll();
            queue.close();
            assertEquals(Long.MAX_VALUE, queue.earliest());
            queue.close();
            queue.free(taken);
            task.allocator().free(scratch);
            assertEquals(before, task.liveBytes());
        }
    }

    @Test
    void staysAsItWasWhenMemoryIsOver() {
        try (TestTask task = new TestTask(4 << 20)) {
            long scratch = task.allocator().allocate(MemoryPool.INDEX, 1 << 19);
            TimerQueue queue = new TimerQueue(task.allocator());
            queue.add(5, scratch, 1 << 18, 1);
            assertThrows(MemoryLimitException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    queue.add(6 + i, scratch, 1 << 18, 2);
                }
            });
            assertEquals(5, queue.earliest());
            long block = queue.poll();
            assertEquals(1, TimerQueue.hash(block));
            queue.free(block);
            queue.add(4, scratch, 1 << 18, 3); // what was given back can be had again
            assertEquals(4, queue.earliest());
            queue.close();
            task.allocator().free(scratch);
        }
    }
}

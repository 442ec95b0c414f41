package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.testkit.TestTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkersTest {
    private static final int TURNS = 1000;

    private final TestTask memory = new TestTask();

    @AfterEach
    void close() {
        memory.close();
    }

    /** Counts its turns; says that it is done when it has had enough of them. */
    private static final class Counting implements TaskInput {
        final CountDownLatch done = new CountDownLatch(1);
        final List<String> threads = new ArrayList<>();
        final AtomicInteger turns = new AtomicInteger();

        @Override
        public Progress step(Task task) {
            String thread = Thread.currentThread().getName();
            if (!threads.contains(thread)) {
                threads.add(thread);
            }
            if (turns.incrementAndGet() < TURNS) {
                return turns.get() % 2 == 0 ? Progress.MADE : Progress.WAITING;
            }
            done.countDown();
            return Progress.IDLE;
        }

        @Override
        public boolean isAligning() {
            return false;
        }

        @Override
        public String place() {
            return "";
        }
    }

    @Test
    void eachTaskRunsOnItsOwnWorkerUntilThereIsNothingToDo() throws InterruptedException {
        List<Counting> inputs = List.of(new Counting(), new Counting(), new Counting());
        try (Workers workers = new Workers("test", 2, new int[0], 3, WorkersTest::doNothing)) {
            List<Task> tasks = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                Task task = new Task("task-" + i, i % 2, memory.allocator(), new HandJob());
                task.readFrom(inputs.get(i));
                task.runOn(workers);
                tasks.add(task);
            }
            tasks.forEach(Task::wake);
            workers.start();
            for (Counting input : inputs) {
                assertTrue(input.done.await(30, TimeUnit.SECONDS));
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            assertEquals(List.of("test-worker-" + i % 2), inputs.get(i).threads);
            assertEquals(TURNS, inputs.get(i).turns.get());
        }
    }

    @Test
    void closingStopsAWorkerWhoseTasksGoOnForEver() {
        Task task = new Task("endless", 0, memory.allocator(), new HandJob());
        CountDownLatch started = new CountDownLatch(1);
        task.readFrom(new TaskInput() {
            @Override
            public Progress step(Task stepped) {
                started.countDown();
                return Progress.MADE;
            }

            @Override
            public boolean isAligning() {
                return false;
            }

            @Override
            public String place() {
                return "";
            }
        });
        Workers workers = new Workers("test", 1, new int[0], 1, WorkersTest::doNothing);
        task.runOn(workers);
        task.wake();
        workers.start();
        assertTrue(await(started));
        workers.close();
        workers.close();
    }

    @Test
    void refusesMoreTasksThanItWasMadeFor() {
        try (Workers workers = new Workers("test", 1, new int[0], 2, WorkersTest::doNothing)) {
            workers.schedule(new Task("a", 0, memory.allocator(), new HandJob()));
            workers.schedule(new Task("b", 0, memory.allocator(), new HandJob()));
            Task third = new Task("c", 0, memory.allocator(), new HandJob());
            assertThrows(IllegalStateException.class, () -> workers.schedule(third));
        }
    }

    @Test
    void aWorkerSaysThatItIsIdleOnItsOwnThread() {
        CountDownLatch idle = new CountDownLatch(2);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        IntConsumer whenIdle = worker -> {
            if (threads.add(worker + " on " + Thread.currentThread().getName())) {
                idle.countDown();
            }
        };
        try (Workers workers = new Workers("test", 2, new int[0], 2, whenIdle)) {
            workers.start();
            assertTrue(await(idle));
        }
        assertEquals(Set.of("0 on test-worker-0", "1 on test-worker-1"), threads);
    }

    private static void doNothing(int unusedWorker) {}

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

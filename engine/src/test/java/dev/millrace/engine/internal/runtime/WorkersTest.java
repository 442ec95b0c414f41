package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.Idle;
import dev.millrace.engine.internal.testkit.TestTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        final AtomicBoolean isStepped = new AtomicBoolean();
        final AtomicInteger turns = new AtomicInteger();

        @Override
        public Progress step(Task task) {
            assertTrue(isStepped.compareAndSet(false, true), "two threads step a task");
            try {
                return turn();
            } finally {
                isStepped.set(false);
            }
        }

        private Progress turn() {
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
    void eachTaskHasAllItsTurnsByOneThreadAtATime() throws InterruptedException {
        List<Counting> inputs = List.of(new Counting(), new Counting(), new Counting());
        try (Workers workers = new Workers(Crew.of("test", 2, WorkersTest::doNothing))) {
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
        Workers workers = new Workers(Crew.of("test", 1, WorkersTest::doNothing));
        task.runOn(workers);
        task.wake();
        workers.start();
        assertTrue(await(started));
        workers.close();
        workers.close();
    }

    @Test
    void refusesMoreTasksThanItsQueuesHaveRoomFor() {
        try (Workers workers = new Workers(Crew.of("test", 1, WorkersTest::doNothing))) {
            workers.admit(Workers.MAX_TASKS - 1);
            assertThrows(IllegalStateException.class, () -> workers.admit(2));
            workers.admit(1);
            workers.dismiss(1);
            workers.admit(1);
            assertEquals(Workers.MAX_TASKS, workers.taskCount());
        }
    }

    /** Hands what it was given to others, one by one, and counts; parks when it has nothing. */
    private static final class Passing implements TaskInput {
        final AtomicInteger given = new AtomicInteger();
        final AtomicBoolean isStepped = new AtomicBoolean();
        final Random random;
        final List<Task> tasks;
        final List<Passing> others;
        final AtomicInteger left;
        final CountDownLatch done;

        Passing(long seed, List<Task> tasks, List<Passing> others, AtomicInteger left, CountDownLatch done) {
            random = new Random(seed);
            this.tasks = tasks;
            this.others = others;
            this.left = left;
            this.done = done;
        }

        @Override
        public Progress step(Task task) {
            assertTrue(isStepped.compareAndSet(false, true), "two threads step a task");
            try {
                return given.get() == 0 ? Progress.IDLE : pass();
            } finally {
                isStepped.set(false);
            }
        }

        private Progress pass() {
            given.decrementAndGet();
            int now = left.decrementAndGet();
            if (now <= 0) {
                done.countDown();
                return Progress.IDLE;
            }
            int to = random.nextInt(others.size());
            others.get(to).given.incrementAndGet();
            tasks.get(to).wake();
            return random.nextInt(8) == 0 ? Progress.WAITING : Progress.IDLE;
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

    @ParameterizedTest
    @EnumSource(Idle.class)
    void losesNoTaskAndRunsNoneTwiceWhileWorkersStealFromEachOther(Idle idle) {
        int count = 24;
        AtomicInteger left = new AtomicInteger(5_000);
        CountDownLatch done = new CountDownLatch(1);
        HandJob job = new HandJob();
        List<Task> tasks = new ArrayList<>();
        List<Passing> inputs = new ArrayList<>();
        Crew crew = new Crew("test", StealOrder.flat(4), List.of(), idle, 1, WorkersTest::doNothing);
        try (Workers workers = new Workers(crew)) {
            for (int i = 0; i < count; i++) {
                Task task = new Task("task-" + i, i % 4, memory.allocator(), job);
                Passing input = new Passing(i, tasks, inputs, left, done);
                task.readFrom(input);
                task.runOn(workers);
                tasks.add(task);
                inputs.add(input);
            }
            workers.start();
            // Fewer tokens than workers: whenever a wake is lost, the others do not hide it for long.
            for (int i = 0; i < 3; i++) {
                inputs.get(i).given.incrementAndGet();
                tasks.get(i).wake();
            }
            assertTrue(await(done), () -> "a token was lost: left=" + left + ", failures=" + job.failures);
            assertEquals(List.of(), job.failures);
            workers.admit(count);
            workers.dismiss((int) tasks.stream().filter(Task::retire).count());
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
        try (Workers workers = new Workers(Crew.of("test", 2, whenIdle))) {
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

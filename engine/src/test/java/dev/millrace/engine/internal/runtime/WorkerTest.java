package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.Idle;
import dev.millrace.engine.internal.testkit.TestTask;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers without threads: the test makes their rounds, one inside a turn of another where two are to meet. */
final class WorkerTest {
    private final TestTask memory = new TestTask();
    private final HandJob job = new HandJob();
    private final List<String> turns = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();

    @AfterEach
    void close() {
        assertEquals(List.of(), job.failures);
        tasks.forEach(Task::close);
        memory.close();
    }

    private static Workers workers(Integer... nodes) {
        StealOrder order = StealOrder.of(List.of(nodes), (from, to) -> Math.abs(from - to));
        return new Workers(new Crew("test", order, List.of(), Idle.PARK, 0, worker -> {}));
    }

    private Task task(String name, Workers workers, int home, Function<Task, Progress> work) {
        Task task = new Task(name, home, memory.allocator(), job);
        task.readFrom(new TaskInput() {
            @Override
            public Progress step(Task stepped) {
                turns.add(name + "@" + stepped.holder());
                return work.apply(stepped);
            }

            @Override
            public boolean isAligning() {
                return false;
            }

            @Override
            public String place() {
                return name;
            }
        });
        task.runOn(workers);
        tasks.add(task);
        return task;
    }

    @Test
    void givesEachTaskAsManyTurnsAsEveryOther() {
        Workers workers = workers(0);
        for (String name : List.of("a", "b", "c")) {
            task(name, workers, 0, task -> Progress.MADE).wake();
        }
        task("asked", workers, 0, task -> Progress.WAITING).wake();
        for (int i = 0; i < 31; i++) {
            assertTrue(workers.worker(0).round());
        }
        assertEquals(10, Collections.frequency(turns, "a@0"));
        assertEquals(10, Collections.frequency(turns, "b@0"));
        assertEquals(10, Collections.frequency(turns, "c@0"));
        assertTrue(Collections.frequency(turns, "asked@0") >= 10, turns::toString);
    }

    @Test
    void restsOnceEveryTaskHasBeenAskedInVain() {
        Workers workers = workers(0);
        task("a", workers, 0, task -> Progress.WAITING).wake();
        task("b", workers, 0, task -> Progress.WAITING).wake();
        int rounds = 1;
        while (workers.worker(0).round()) {
            rounds++;
        }
        assertTrue(turns.contains("a@0") && turns.contains("b@0"), turns::toString);
        assertTrue(rounds <= 5, () -> "rounds in vain: " + turns);
    }

    @Test
    void takesATaskFromAWorkerInTheMiddleOfATurnAndNoOther() {
        Workers workers = workers(0, 0);
        Task waiting = task("waiting", workers, 0, task -> Progress.IDLE);
        task("busy", workers, 0, task -> {
                    waiting.wake();
                    assertTrue(workers.worker(1).round(), "there is something to steal");
                    assertFalse(workers.worker(1).round(), "and no more");
                    return Progress.IDLE;
                })
                .wake();
        assertFalse(workers.worker(1).round(), "its worker is not busy yet");
        workers.worker(0).round();
        assertEquals(List.of("busy@0", "waiting@1"), turns);
        waiting.wake();
        assertFalse(workers.worker(1).round());
        workers.worker(0).round();
        assertEquals("waiting@0", turns.get(2), "woken again, it is at home");
    }

    @Test
    void keepsAStolenTaskThatGoesOnUntilItIsStolenBack() {
        Workers workers = workers(0, 0);
        Task endless = task("endless", workers, 0, task -> Progress.MADE);
        task("busy", workers, 0, task -> {
                    endless.wake();
                    workers.worker(1).round();
                    return Progress.IDLE;
                })
                .wake();
        workers.worker(0).round();
        workers.worker(1).round();
        assertEquals(List.of("busy@0", "endless@1", "endless@1"), turns);
        assertFalse(workers.worker(0).round(), "nobody is busy with it now");
    }

    @Test
    void stealsInsideItsNodeBeforeItStealsFromAnother() {
        Workers workers = workers(0, 1, 0);
        Task near = task("near", workers, 2, task -> Progress.IDLE);
        Task far = task("far", workers, 1, task -> Progress.IDLE);
        task("busy-far", workers, 1, task -> {
                    far.wake();
                    task("busy-near", workers, 2, other -> {
                                near.wake();
                                workers.worker(0).round();
                                return Progress.IDLE;
                            })
                            .wake();
                    workers.worker(2).round();
                    int looks = 0;
                    while (!turns.contains("far@0")) {
                        workers.worker(0).round();
                        assertTrue(++looks < 100, "never looks further");
                    }
                    assertTrue(looks > 2, "looks nearby for a while first");
                    return Progress.IDLE;
                })
                .wake();
        workers.worker(1).round();
        assertEquals(List.of("busy-far@1", "busy-near@2", "near@0", "far@0"), turns);
    }

    @Test
    void asksTheTasksOfAWorkerThatIsBusyForLong() {
        Workers workers = workers(0, 0);
        task("asked", workers, 0, task -> Progress.WAITING).wake();
        workers.worker(0).round();
        task("busy", workers, 0, task -> {
                    workers.worker(1).round();
                    workers.worker(1).round();
                    return Progress.IDLE;
                })
                .wake();
        workers.worker(0).round();
        assertEquals("asked@1", turns.get(turns.size() - 1));
    }

    @Test
    void dropsATaskWhoseJobIsGoneAndCountsIt() {
        Workers workers = workers(0);
        workers.admit(2);
        Task queued = task("queued", workers, 0, task -> Progress.MADE);
        Task parked = task("parked", workers, 0, task -> Progress.MADE);
        queued.wake();
        assertFalse(queued.retire());
        assertTrue(parked.retire());
        workers.dismiss(1);
        parked.wake();
        assertEquals(1, workers.taskCount());
        workers.worker(0).round();
        assertEquals(0, workers.taskCount());
        assertEquals(List.of(), turns);
    }

    /** Hands out of the real memory and notes through whose handle. */
    private record Noting(BlockAllocator real, String whose, List<String> notes) implements BlockAllocator {
        @Override
        public long tryAllocate(MemoryPool pool, int sizeBytes) {
            notes.add(whose);
            return real.tryAllocate(pool, sizeBytes);
        }

        @Override
        public long allocate(MemoryPool pool, int sizeBytes) {
            notes.add(whose);
            return real.allocate(pool, sizeBytes);
        }

        @Override
        public void free(long address) {
            notes.add("free " + whose);
            real.free(address);
        }

        @Override
        public int sizeOf(long address) {
            return real.sizeOf(address);
        }
    }

    @Test
    void takesMemoryThroughTheHandleOfWhoeverStepsTheTask() {
        List<String> notes = new ArrayList<>();
        TaskMemory handles = new TaskMemory() {
            @Override
            public BlockAllocator ofWorker(int worker) {
                return memory.allocator();
            }

            @Override
            public BlockAllocator ofWorker(int worker, int home, @Nullable String operator) {
                return new Noting(memory.allocator(), worker + " for " + home + " " + operator, notes);
            }

            @Override
            public BlockAllocator outside(int home, @Nullable String operator) {
                return new Noting(memory.allocator(), "outside for " + home + " " + operator, notes);
            }
        };
        Task task = new Task("task", 1, handles, job);
        BlockAllocator own = task.allocator();
        BlockAllocator ofCount = task.allocatorOf("count");
        List<Long> blocks = new ArrayList<>();
        task.readFrom(new TaskInput() {
            @Override
            public Progress step(Task stepped) {
                blocks.add(own.allocate(MemoryPool.EVENTS, 64));
                blocks.add(ofCount.allocate(MemoryPool.INDEX, 64));
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
        task.turn(1);
        task.turn(3);
        task.turn(1);
        blocks.forEach(own::free);
        assertEquals(
                List.of(
                        "1 for 1 null",
                        "1 for 1 count",
                        "3 for 1 null",
                        "3 for 1 count",
                        "1 for 1 null",
                        "1 for 1 count"),
                notes.subList(0, 6));
        assertEquals("free outside for 1 null", notes.get(6));
    }

    @Test
    void tellsEachNewThreadThatTheStateIsItsOwn() throws InterruptedException {
        Workers workers = workers(0, 0);
        List<String> adopters = Collections.synchronizedList(new ArrayList<>());
        Task task = task("task", workers, 0, stepped -> Progress.MADE);
        task.onAdopt(() -> adopters.add(Thread.currentThread().getName()));
        task.turn(0);
        task.turn(0);
        Thread thief = new Thread(() -> task.turn(1), "thief");
        thief.start();
        thief.join();
        task.turn(0);
        String self = Thread.currentThread().getName();
        assertEquals(List.of(self, "thief", self), adopters);
    }

    @Test
    void leavesNoCallOfAHandleToTheDefaultOfTheInterface() {
        for (Class<?> type : List.of(TurnAllocator.class, LockedHandle.class)) {
            List<String> own = Arrays.stream(type.getDeclaredMethods())
                    .map(Method::getName)
                    .toList();
            for (Method method : BlockAllocator.class.getMethods()) {
                boolean isForOwner =
                        type == LockedHandle.class && method.getName().equals("flush");
                assertTrue(isForOwner || own.contains(method.getName()), () -> type + " passes on no " + method);
            }
        }
    }
}

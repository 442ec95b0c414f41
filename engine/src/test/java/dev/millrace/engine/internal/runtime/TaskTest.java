package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.internal.testkit.TestTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskTest {
    private final TestTask memory = new TestTask();
    private final HandJob job = new HandJob();
    private final List<Task> scheduled = new ArrayList<>();
    private final Task task = new Task("task", 0, memory.allocator(), job);

    TaskTest() {
        task.runOn(new Scheduler() {
            @Override
            public void schedule(Task woken) {
                scheduled.add(woken);
            }

            @Override
            public void start() {}

            @Override
            public void close() {}
        });
    }

    @AfterEach
    void close() {
        task.close();
        memory.close();
    }

    /** An input that does as it is told. */
    private record Input(Function<Task, Progress> work, String where) implements TaskInput {
        @Override
        public Progress step(Task task) {
            return work.apply(task);
        }

        @Override
        public boolean isAligning() {
            return false;
        }

        @Override
        public String place() {
            if (where.isEmpty()) {
                throw new IllegalStateException("lost");
            }
            return where;
        }
    }

    @Test
    void isScheduledOnceHoweverOftenItIsWoken() {
        task.wake();
        task.wake();
        assertEquals(List.of(task), scheduled);
    }

    @Test
    void doesNotForgetThatItWasWokenWhileItRan() {
        task.readFrom(new Input(
                running -> {
                    running.wake();
                    return Progress.IDLE;
                },
                "here"));
        task.wake();
        assertEquals(Progress.MADE, task.turn(), "another turn, by whoever has the task");
        assertEquals(1, scheduled.size());
    }

    @Test
    void isScheduledAgainByAWakeAfterItWasParked() {
        task.readFrom(new Input(running -> Progress.IDLE, "here"));
        task.wake();
        assertEquals(Progress.IDLE, task.turn());
        task.wake();
        assertEquals(List.of(task, task), scheduled);
    }

    @Test
    void tellsItsJobOnceThatItFailedAndWhere() {
        task.readFrom(new Input(
                running -> {
                    throw new IllegalStateException("broken");
                },
                "line=7"));
        task.wake();
        assertEquals(Progress.DONE, task.turn());
        assertEquals(Task.State.FAILED, task.state());
        task.wake();
        assertEquals(Progress.DONE, task.turn());
        assertEquals(List.of("task at line=7: broken"), job.failures);
    }

    @Test
    void tellsThatItFailedEvenIfItsInputDoesNotKnowWhere() {
        IllegalStateException problem = new IllegalStateException("broken");
        task.readFrom(new Input(
                running -> {
                    throw problem;
                },
                ""));
        task.wake();
        assertEquals(Progress.DONE, task.turn());
        assertSame(problem, job.failure);
        assertEquals("lost", problem.getSuppressed()[0].getMessage());
    }

    @Test
    void isSteppedAgainWithoutInputWhileAnOperatorWaitsForALaterTime() {
        ManualClock clock = new ManualClock();
        List<Long> told = new ArrayList<>();
        task.goBy(clock);
        task.onClock(nowMillis -> {
            told.add(nowMillis);
            return nowMillis < 2;
        });
        task.readFrom(new Input(running -> Progress.IDLE, "here"));
        task.wake();
        assertEquals(Progress.WAITING, task.turn());
        clock.advance(java.time.Duration.ofMillis(1));
        assertEquals(Progress.WAITING, task.turn());
        clock.advance(java.time.Duration.ofMillis(1));
        assertEquals(Progress.IDLE, task.turn());
        assertEquals(List.of(0L, 1L, 2L), told);
    }

    @Test
    void drainsBehindTheLastBarrierAndIsDone() {
        task.readFrom(new Input(
                running -> {
                    running.passed(new Barrier(3, true));
                    return Progress.MADE;
                },
                "here"));
        task.wake();
        assertEquals(Progress.MADE, task.turn());
        assertEquals(Task.State.DRAINING, task.state());
        assertEquals(Progress.DONE, task.turn());
        assertEquals(Task.State.DONE, task.state());
        assertEquals(3, job.acknowledged.get(0).epoch());
    }

    @Test
    void readsNothingWhileItsJobIsBacklogged() {
        List<String> steps = new ArrayList<>();
        task.readFrom(new Input(
                running -> {
                    steps.add("read");
                    return Progress.IDLE;
                },
                "here"));
        job.isBacklogged = true;
        task.wake();
        assertEquals(Progress.WAITING, task.turn());
        assertTrue(steps.isEmpty());
        job.isBacklogged = false;
        assertEquals(Progress.IDLE, task.turn());
        assertEquals(List.of("read"), steps);
    }

    @Test
    void readsNothingBeforeWhatItSentIsTaken() {
        Task consumer = new Task("consumer", 0, memory.allocator(), job);
        consumer.runOn(new SteppedScheduler(1));
        Channel channel = new Channel(2);
        ChannelTarget target = new ChannelTarget(new Channel[] {channel}, new Task[] {consumer}, memory.allocator());
        task.sendTo(target);
        List<String> steps = new ArrayList<>();
        task.readFrom(new Input(
                running -> {
                    steps.add("read");
                    for (int watermark = 0; watermark < 5; watermark++) {
                        target.watermark(watermark);
                    }
                    return Progress.MADE;
                },
                "here"));
        task.wake();
        assertEquals(Progress.MADE, task.turn());
        assertEquals(Progress.IDLE, task.turn());
        for (int expected = 0; expected < 5; expected++) {
            assertEquals(expected, channel.take());
            task.turn();
        }
        assertEquals(2, steps.size(), "it went on when all was taken");
    }

    @Test
    void closesAllItOwnsTheLastFirstEvenIfOneRefuses() {
        List<String> closed = new ArrayList<>();
        long block = memory.allocator().allocate(MemoryPool.EVENTS, 64);
        task.own(() -> memory.allocator().free(block));
        task.own(() -> closed.add("first"));
        task.own(() -> {
            throw new IllegalStateException("refused");
        });
        task.own(() -> closed.add("last"));
        assertThrows(IllegalStateException.class, task::close);
        assertEquals(List.of("last", "first"), closed);
    }
}

package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.SourceReader;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SourceInputTest {
    private static final int EVENTS = 3000;
    private static final long BARRIER_NANOS = 70_000;

    private final TestTask memory = new TestTask();
    private final HandJob job = new HandJob();
    private final ManualClock clock = new ManualClock();
    private final Task task = new Task("source", 0, memory.allocator(), job);
    private final Recorder recorder = new Recorder();

    @AfterEach
    void close() {
        memory.close();
    }

    /** Counts to {@link #EVENTS}. */
    private static final class Counting extends SourceReader {
        private int next;

        @Override
        public boolean advance() {
            if (isFinished()) {
                return false;
            }
            next++;
            return true;
        }

        @Override
        public Object event() {
            return next - 1;
        }

        @Override
        public boolean isFinished() {
            return next == EVENTS;
        }

        @Override
        public byte[] position() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        }

        @Override
        public void seek(byte[] position) {
            next = ByteBuffer.wrap(position).getInt();
        }

        @Override
        public long skippedCount() {
            return 11;
        }

        @Override
        public double progress() {
            return (double) next / EVENTS;
        }

        @Override
        public String place() {
            return "number=" + next;
        }

        @Override
        public void close() {}
    }

    /** Writes down events and control, in order; public methods, so that a path can lead to them. */
    public final class Recorder extends Receiver {
        final List<String> seen = new ArrayList<>();
        int events;
        int flushes;
        boolean breaksAtBarrier;

        @Override
        public MethodHandle path() {
            try {
                return MethodHandles.lookup()
                        .bind(this, "accept", MethodType.methodType(void.class, Object.class, long.class));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }

        public void accept(Object event, long timestamp) {
            assertEquals(events++, event);
        }

        @Override
        public void watermark(long watermark) {
            seen.add((watermark == END_OF_TIME ? "end" : "ask") + " after " + events);
        }

        @Override
        public void barrier(Barrier barrier) {
            seen.add("barrier " + barrier.epoch() + " after " + events);
            job.nowNanos += BARRIER_NANOS;
            if (breaksAtBarrier) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public void flush() {
            flushes++;
        }
    }

    private SourceInput input(long eventsPerSecond) {
        return input(eventsPerSecond, 0);
    }

    private SourceInput input(long eventsPerSecond, long lingerNanos) {
        return new SourceInput(
                "numbers",
                ChainOperators.source(new Counting(), 0, recorder),
                4,
                job,
                new Pace(clock, eventsPerSecond),
                512,
                new Linger(clock, lingerNanos));
    }

    @Test
    void watermarksDependOnTheCountOfEventsAndOnNothingElse() {
        SourceInput input = input(0);
        job.request(4, false);
        while (job.finishedSources == 0) {
            assertEquals(Progress.MADE, input.step(task));
        }
        assertEquals(
                List.of("ask after 0", "ask after 1024", "ask after 2048", "ask after 3000", "end after 3000"),
                recorder.seen);
        assertEquals(Progress.WAITING, input.step(task), "epochs may still end");
        assertEquals(1, job.finishedSources);
        assertEquals(EVENTS, input.eventCount());
        assertEquals(1.0, input.progress());
    }

    @Test
    void endsAnEpochWhenItIsAskedForWithItsPositionAndCounters() {
        SourceInput input = input(0);
        job.request(4, false);
        input.step(task);
        int events = recorder.events;
        job.request(5, false);
        assertEquals(Progress.MADE, input.step(task));
        assertEquals(Progress.MADE, input.step(task));
        Barrier barrier = job.acknowledged.get(0);
        assertEquals(1, job.acknowledged.size(), "once");
        assertEquals(5, barrier.epoch());
        assertArrayEquals(ByteBuffer.allocate(4).putInt(events).array(), barrier.position());
        assertEquals((long) events, barrier.counters().get("source.numbers.events"));
        assertEquals(BARRIER_NANOS, barrier.stallNanos());
        assertEquals(11L, barrier.counters().get("source.numbers.skipped"));
        assertTrue(recorder.seen.contains("barrier 5 after " + events));
    }

    @Test
    void theLastBarrierEndsTheTask() {
        SourceInput input = input(0);
        job.request(5, true);
        input.step(task);
        assertTrue(job.acknowledged.get(0).isLast());
        assertEquals(Task.State.DRAINING, task.state());
    }

    @Test
    void doesNotAcknowledgeABarrierThatDidNotComeThrough() {
        SourceInput input = input(0);
        recorder.breaksAtBarrier = true;
        job.request(5, false);
        assertThrows(IllegalStateException.class, () -> input.step(task));
        assertTrue(job.acknowledged.isEmpty());
    }

    @Test
    void keepsToItsPace() {
        SourceInput input = input(1000);
        assertEquals(Progress.WAITING, input.step(task));
        assertEquals(0, recorder.events);
        clock.advance(Duration.ofMillis(250));
        assertEquals(Progress.MADE, input.step(task));
        assertEquals(Progress.WAITING, input.step(task));
        assertEquals(250, recorder.events);
        clock.advance(Duration.ofSeconds(10));
        while (job.finishedSources == 0) {
            input.step(task);
        }
        assertEquals(EVENTS, recorder.events);
    }

    @Test
    void letsFewEventsWaitForMoreAsLongAsItMayLinger() {
        SourceInput input = input(1000, Duration.ofMillis(5).toNanos());
        input.step(task);
        int flushes = recorder.flushes;
        clock.advance(Duration.ofMillis(1));
        assertEquals(Progress.MADE, input.step(task));
        assertEquals(1, recorder.events);
        clock.advance(Duration.ofMillis(4));
        assertEquals(Progress.MADE, input.step(task));
        assertEquals(5, recorder.events);
        assertEquals(Progress.WAITING, input.step(task));
        assertEquals(flushes, recorder.flushes, "nothing is sent on yet");
        clock.advance(Duration.ofMillis(1));
        assertEquals(Progress.MADE, input.step(task));
        assertEquals(Progress.WAITING, input.step(task));
        assertEquals(flushes + 1, recorder.flushes, "5 ms after the first event everything is");
        assertEquals(6, recorder.events);
    }

    @Test
    void aBatchIsAsLargeAsTheSettingSays() {
        SourceInput input = new SourceInput(
                "numbers",
                ChainOperators.source(new Counting(), 0, recorder),
                4,
                job,
                new Pace(clock, 0),
                100,
                Linger.none());
        job.request(4, false);
        input.step(task);
        assertEquals(100, recorder.events);
    }

    @Test
    void aPaceGivesWhatIsDueAndNoMoreThanWasWanted() {
        Pace pace = new Pace(clock, 100);
        assertEquals(0, pace.allowed(50));
        clock.advance(Duration.ofMillis(100));
        assertEquals(10, pace.allowed(50));
        assertEquals(0, pace.allowed(50));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(50, pace.allowed(50));
        assertEquals(50, pace.allowed(50));
        assertEquals(0, pace.allowed(50));
        assertEquals(77, new Pace(clock, 0).allowed(77), "no limit");
    }
}

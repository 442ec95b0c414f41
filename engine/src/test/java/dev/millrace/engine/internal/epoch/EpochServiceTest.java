package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.state.CommitRecord;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EpochServiceTest extends EpochServiceFixture {
    @Test
    void asksForAnEpochOnceItIsDue() throws InterruptedException {
        assertFalse(service.step());
        assertEquals(0, service.requestedEpoch());
        clock.advance(INTERVAL_NANOS - 1);
        assertFalse(service.step());
        assertEquals(0, service.requestedEpoch());
        clock.advance(1);
        assertFalse(service.step());
        assertEquals(1, service.requestedEpoch());
        assertEquals(1, tasks.wakeCount());
        assertFalse(service.isLastRequested());
    }

    @Test
    void commitsOnlyWhenAllTasksHaveAcknowledged() throws InterruptedException {
        request();
        write(1, "a\n");
        acknowledge(reader, 1);
        assertFalse(service.step());
        assertEquals(0, service.committedEpoch());
        assertEquals(0, state.lastCommitted());
        assertEquals(TestSink.HEAD, TestSink.text(out));
        clock.advance(10 * INTERVAL_NANOS);
        write(1, "b\n");
        assertFalse(service.step());
        assertEquals(2, service.requestedEpoch(), "the next does not wait for a slow task");
        acknowledge(counter, 1);
        assertFalse(service.step());
        assertEquals(1, service.committedEpoch());
        assertEquals(1, state.lastCommitted());
        assertEquals(TestSink.HEAD + "a\nb\n", TestSink.text(out));
        assertEquals(2, service.requestedEpoch());
        assertEquals(1, service.commitMicros().getTotalCount());
    }

    @Test
    void keepsBytesOfTheNextEpochBack() throws InterruptedException {
        request();
        write(1, "a\n");
        acknowledge(counter, 1);
        write(2, "ahead\n"); // the counter has passed its barrier
        acknowledge(reader, 1);
        assertFalse(service.step());
        assertEquals(1, service.committedEpoch());
        assertEquals(TestSink.HEAD + "a\n", TestSink.text(out));
        assertEquals(Map.of("s", 7L), state.lastCommit().orElseThrow().sinkLengths());
        write(2, "b\n");
        emptyEpoch(2);
        assertEquals(TestSink.HEAD + "a\nahead\nb\n", TestSink.text(out));
        assertEquals(Map.of("s", 15L), state.lastCommit().orElseThrow().sinkLengths());
    }

    @Test
    void forgetsBytesOfAnEpochThatWasNotCommitted() throws InterruptedException {
        emptyEpoch(1);
        request();
        write(2, "lost\n");
        acknowledge(reader, 2);
        service.step();
        closeState();
        openState();
        assertEquals(1, service.committedEpoch());
        assertEquals(1, service.requestedEpoch());
        write(2, "again\n");
        emptyEpoch(2);
        assertEquals(2, service.committedEpoch());
        assertEquals(TestSink.HEAD + "again\n", TestSink.text(out));
    }

    @Test
    void knowsTheLongestStallOfATask() throws InterruptedException {
        request();
        Barrier read = new Barrier(1, false);
        read.noteStall(90_000);
        Barrier counted = new Barrier(1, false);
        counted.noteStall(40_000);
        service.acknowledge(reader, read);
        service.acknowledge(counter, counted);
        service.step();
        assertEquals(2, service.stallMicros().getTotalCount());
        assertEquals(40, service.stallMicros().getValueAtPercentile(50));
        assertEquals(90, service.stallMicros().getMaxValue());
    }

    @Test
    void commitsPositionsAndCounters() throws InterruptedException {
        request();
        Barrier read = new Barrier(1, false);
        read.notePosition(new byte[] {7, 8});
        read.count("source.in.events", 10);
        read.count("rows", 3);
        Barrier counted = new Barrier(1, false);
        counted.notePosition(new byte[] {9}); // of a task that reads no source
        counted.count("rows", 4);
        service.acknowledge(counter, counted);
        service.acknowledge(reader, read);
        service.step();
        CommitRecord commit = state.lastCommit().orElseThrow();
        assertEquals(java.util.Set.of("in"), commit.sourcePositions().keySet());
        assertArrayEquals(new byte[] {7, 8}, commit.sourcePositions().get("in"));
        assertEquals(10, commit.counters().get("source.in.events"));
        assertEquals(7, commit.counters().get("rows"));
        assertEquals(7, service.counters().get("rows"));
        assertFalse(commit.isFinished());
    }

    @Test
    void countsOnFromWhatEarlierLivesCounted() throws InterruptedException {
        request();
        Barrier read = new Barrier(1, false);
        read.count("source.in.events", 10);
        read.count("rows", 3);
        service.acknowledge(reader, read);
        acknowledge(counter, 1);
        service.step();
        closeState();
        openState();
        for (long epoch = 2; epoch <= 3; epoch++) {
            request();
            Barrier again = new Barrier(epoch, false);
            again.count("source.in.events", 10 * epoch); // from the beginning of the input
            again.count("rows", epoch); // since this life began
            service.acknowledge(reader, again);
            acknowledge(counter, epoch);
            service.step();
            assertEquals(10 * epoch, service.counters().get("source.in.events"));
            assertEquals(3 + epoch, service.counters().get("rows"));
        }
    }

    @Test
    void endsWithTheEpochAfterTheLastSourceFinished() throws InterruptedException {
        emptyEpoch(1);
        request();
        service.sourceFinished(reader);
        acknowledge(reader, 2);
        acknowledge(counter, 2);
        assertFalse(service.step(), "events may lie behind the barrier that was under way");
        assertEquals(2, service.committedEpoch());
        assertEquals(3, service.requestedEpoch(), "nobody waits for the interval at the end");
        assertTrue(service.isLastRequested());
        write(3, "last\n");
        acknowledge(reader, 3);
        acknowledge(counter, 3);
        assertTrue(service.step());
        assertTrue(state.lastCommit().orElseThrow().isFinished());
        assertEquals(3, service.committedEpoch());
        assertEquals(3, sinks.durableEpoch(), "the end forces the outputs");
        assertEquals(TestSink.HEAD + "last\n", TestSink.text(out));
    }

    @Test
    void cutsTheLogOnlyWhereOutputsAreDurable() throws InterruptedException {
        for (long epoch = 1; epoch <= 70; epoch++) {
            write(epoch, epoch + "\n");
            emptyEpoch(epoch);
            assertEquals(epoch / 32 * 32, sinks.durableEpoch());
            assertEquals((epoch - 1) / 32 * 32, noted("sinks.durableEpoch"), "epoch=" + epoch);
        }
        assertEquals(TestSink.text(out).indexOf("65\n"), noted("sink.s.durableBytes"));
    }

    private long noted(String counter) {
        return state.lastCommit().orElseThrow().counters().get(counter);
    }

    @Test
    void aFailureEndsTheJobWithoutACommit() throws InterruptedException {
        request();
        acknowledge(reader, 1);
        acknowledge(counter, 1);
        RuntimeException cause = new IllegalStateException("broken");
        assertFalse(service.hasFailed());
        service.failed("counter", "source=in, event=5", cause);
        assertTrue(service.hasFailed());
        JobFailedException e = assertThrows(JobFailedException.class, service::step);
        assertSame(cause, e.getCause());
        assertEquals("task failed: task=counter, source=in, event=5: broken", e.getMessage());
        assertEquals(0, state.lastCommitted());
    }

    @Test
    void stopEndsTheJobWithoutACommit() throws InterruptedException {
        emptyEpoch(1);
        write(2, "not committed\n");
        service.stop();
        JobFailedException e = assertThrows(JobFailedException.class, service::step);
        assertEquals("job was stopped: lastEpoch=1", e.getMessage());
        assertInstanceOf(InterruptedException.class, e.getCause());
        assertEquals(1, state.lastCommitted());
        assertEquals(TestSink.HEAD, TestSink.text(out));
    }

    @Test
    void refusesABarrierOfAnotherEpoch() throws InterruptedException {
        request();
        acknowledge(reader, 2);
        IllegalStateException e = assertThrows(IllegalStateException.class, service::step);
        assertEquals("barrier of another epoch: task=read in, epoch=2, expected=1", e.getMessage());
    }

    @Test
    void isBackloggedWhileMoreThanSixteenMebibytesWait() throws InterruptedException {
        String chunk = "x".repeat(1 << 20);
        for (int i = 0; i < 16; i++) {
            write(1, chunk);
            assertFalse(service.isBacklogged());
        }
        write(1, "x");
        assertTrue(service.isBacklogged());
        service.step();
        assertFalse(service.isBacklogged());
    }

    @Test
    void notesWhenTheFirstResultWasVisible() throws InterruptedException {
        emptyEpoch(1);
        assertEquals(-1, service.firstResultNanos());
        write(2, "a\n");
        emptyEpoch(2);
        long first = service.firstResultNanos();
        assertEquals(clock.nanoTime(), first);
        write(3, "b\n");
        emptyEpoch(3);
        assertEquals(first, service.firstResultNanos());
    }
}

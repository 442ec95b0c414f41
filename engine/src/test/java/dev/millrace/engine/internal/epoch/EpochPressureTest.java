package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.EpochStatistics;
import dev.millrace.engine.LateEpoch;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.FullDevice;
import dev.millrace.state.file.StorageFullException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What the epoch service does when tasks, store or device do not keep up. */
final class EpochPressureTest extends EpochServiceFixture {
    private static final long LOG_LIMIT_BYTES = 200_000;

    private final ArrayDeque<Runnable> storeWork = new ArrayDeque<>();
    private final FullDevice device = new FullDevice(FileOps.real());
    private boolean isStoreSlow;
    private boolean wasFoldBegunOnFullDevice;

    @Override
    FileOps files() {
        return device;
    }

    @Override
    DurableStateConfig config() {
        return super.config().inMiniature().logLimitBytes(LOG_LIMIT_BYTES);
    }

    @Override
    Executor io() {
        return work -> {
            wasFoldBegunOnFullDevice |= service != null && service.statistics().isDiskFull();
            if (isStoreSlow) {
                storeWork.add(work);
            } else {
                work.run();
            }
        };
    }

    @Test
    void commitsSeveralEpochsThatAreUnderWayInTheirOrder() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            sayNothing();
            request();
        }
        assertEquals(EpochService.MAX_UNDER_WAY, service.requestedEpoch(), "no more are under way");
        for (long epoch = 1; epoch <= 3; epoch++) {
            write(epoch, epoch + "\n");
            acknowledge(reader, epoch);
        }
        assertFalse(service.step());
        assertEquals(0, service.committedEpoch());
        acknowledge(counter, 1);
        acknowledge(counter, 2);
        assertFalse(service.step());
        assertEquals(2, service.committedEpoch());
        assertEquals(TestSink.HEAD + "1\n2\n", TestSink.text(out));
        assertEquals(
                Map.of("s", (long) TestSink.HEAD.length() + 4),
                state.lastCommit().orElseThrow().sinkLengths());
        closeState();
        openState();
        assertEquals(2, service.committedEpoch(), "what was sealed for the third is gone with its commit");
        assertEquals(TestSink.HEAD + "1\n2\n", TestSink.text(out));
    }

    /** So that a step has something to do and does not wait by the machine's clock. */
    private void sayNothing() {
        write(1000, "never committed");
    }

    /** As a task does that has too little clean state to make room. */
    @Test
    void anEpochThatIsWantedEarlyComesBeforeTheIntervalIsOverAndNotMoreOftenThanItMay() throws InterruptedException {
        emptyEpoch(1);
        service.tooLittleReadable(2, false);
        service.tooLittleReadable(2, false); // every task may ask
        clock.advance(INTERVAL_NANOS / 8 - 1);
        sayNothing();
        service.step();
        assertEquals(1, service.requestedEpoch());
        clock.advance(1);
        sayNothing();
        service.step();
        assertEquals(2, service.requestedEpoch());
        assertEquals(1, service.earlyEpochs());
        service.tooLittleReadable(2, false); // is on its way
        sayNothing();
        service.step();
        assertEquals(2, service.requestedEpoch());
        acknowledge(reader, 2);
        acknowledge(counter, 2);
        service.step();
        assertEquals(2, service.committedEpoch());
        assertEquals(1, service.statistics().earlyEpochs());
        clock.advance(INTERVAL_NANOS - 1);
        sayNothing();
        service.step();
        assertEquals(2, service.requestedEpoch(), "the next has its whole interval again");
    }

    @Test
    void refusesATaskThatAnswersTwice() throws InterruptedException {
        request();
        acknowledge(reader, 1);
        acknowledge(reader, 1);
        assertThrows(IllegalStateException.class, service::step);
    }

    @Test
    void tellsWhichTaskALateEpochWaitsForAndGoesOn() throws InterruptedException {
        request();
        acknowledge(reader, 1);
        clock.advance(LateEpochs.LATE_NANOS - 1);
        service.step();
        assertEquals(0, service.statistics().lateEpochCount());
        clock.advance(1);
        service.step();
        service.step();
        assertEquals(
                List.of(new LateEpoch(1, Duration.ofNanos(LateEpochs.LATE_NANOS), List.of("counter"))),
                service.statistics().lateEpochs());
        assertTrue(service.requestedEpoch() > 1, "barriers of the next epochs follow");
        acknowledge(counter, 1);
        service.step();
        assertEquals(1, service.committedEpoch());
        assertEquals(1, service.statistics().lateEpochCount());
    }

    @Test
    void aStoreThatLagsNeverStopsCommitsAndHoldsSourcesWhenTheLogIsAtItsBound() throws InterruptedException {
        isStoreSlow = true;
        String chunk = "x".repeat(10_000);
        long epoch = 0;
        while (!service.holdsSources()) {
            epoch++;
            assertTrue(epoch < 100, "log has no bound");
            assertTrue(state.logBytes() < LOG_LIMIT_BYTES);
            write(epoch, chunk);
            emptyEpoch(epoch);
            assertEquals(epoch, service.committedEpoch());
        }
        EpochStatistics held = service.statistics();
        assertTrue(held.isHeldByStore());
        assertEquals(1, held.heldByStoreCount());
        assertTrue(held.logBytes() >= LOG_LIMIT_BYTES && held.logBytes() < LOG_LIMIT_BYTES + 2L * chunk.length());
        assertEquals(epoch, held.storeLag());
        emptyEpoch(++epoch); // held sources answer barriers as ever
        assertEquals(epoch, service.committedEpoch());
        isStoreSlow = false;
        storeWork.forEach(Runnable::run);
        storeWork.clear();
        for (int i = 0; i < 4 && service.holdsSources(); i++) {
            emptyEpoch(++epoch);
        }
        assertFalse(service.holdsSources());
        assertTrue(service.statistics().logBytes() < LOG_LIMIT_BYTES);
        assertFalse(state.isWorthFolding(), "what is left is too little to be folded for itself");
        assertEquals(1, service.statistics().heldByStoreCount());
    }

    @Test
    void cutsTheLogOnlyAsFarAsTheLastCommitSaysThatTheOutputsHaveIt() throws InterruptedException {
        isStoreSlow = true;
        StringBuilder written = new StringBuilder();
        long epoch = 0;
        while (!service.holdsSources()) {
            epoch++;
            String chunk = epoch + "x".repeat(10_000) + "\n";
            written.append(chunk);
            write(epoch, chunk);
            emptyEpoch(epoch);
        }
        // The store catches up, and no commit comes any more.
        while (!storeWork.isEmpty()) {
            storeWork.remove().run();
            service.step();
        }
        closeState();
        openState();
        assertEquals(epoch, service.committedEpoch());
        assertEquals(TestSink.HEAD + written, TestSink.text(out));
    }

    @Test
    void putsFoldingOffUntilItIsWorthIt() throws InterruptedException {
        long epoch = 0;
        while (service.readableEpoch() == 0) {
            emptyEpoch(++epoch);
            assertTrue(epoch < 100, "never folded");
        }
        assertTrue(epoch > 2, "folded each for itself: epoch=" + epoch);
        assertEquals(epoch, service.readableEpoch(), "folded together");
        emptyEpoch(++epoch);
        assertEquals(1, service.statistics().storeLag());
    }

    @Test
    void foldsAtOnceFromWhenStateHadToLeaveMemory() throws InterruptedException {
        emptyEpoch(1);
        assertEquals(0, service.readableEpoch());
        service.tooLittleReadable(1, true);
        assertTrue(service.holdsSources());
        service.step();
        assertEquals(1, service.readableEpoch());
        assertFalse(service.holdsSources());
        for (long epoch = 2; epoch < 5; epoch++) {
            emptyEpoch(epoch);
            sayNothing();
            service.step();
            assertEquals(epoch, service.readableEpoch());
        }
    }

    @Test
    void waitsWhileTheDeviceIsFullAndGoesOnWhenThereIsRoom() throws InterruptedException {
        emptyEpoch(1);
        write(2, "a\n");
        device.fillFor(5);
        emptyEpoch(2);
        assertEquals(2, service.committedEpoch());
        assertEquals(1, service.statistics().diskFullCount());
        assertFalse(service.statistics().isDiskFull());
        assertEquals(TestSink.HEAD + "a\n", TestSink.text(out));
        closeState();
        openState();
        assertEquals(2, service.committedEpoch());
    }

    @Test
    void theStoreGoesOnWhileTheDeviceIsFull() throws InterruptedException {
        isStoreSlow = true;
        long epoch = 0;
        while (!service.holdsSources()) {
            write(++epoch, "x".repeat(10_000));
            emptyEpoch(epoch);
        }
        write(epoch + 1, "needs room");
        storeWork.remove().run(); // its message comes behind what needs room
        assertTrue(storeWork.isEmpty());
        device.fillFor(3);
        wasFoldBegunOnFullDevice = false;
        service.step();
        assertTrue(wasFoldBegunOnFullDevice);
        assertFalse(service.statistics().isDiskFull());
    }

    @Test
    void givesUpWithATypedErrorWhenItIsStoppedWhileTheDeviceIsFull() throws InterruptedException {
        request();
        acknowledge(reader, 1);
        acknowledge(counter, 1);
        device.fillFor(Integer.MAX_VALUE);
        service.stop();
        assertThrows(RuntimeException.class, service::step);
        assertThrows(StorageFullException.class, () -> state.commit(dev.millrace.state.CommitRecord.of(1)));
        device.fillFor(0);
        state.commit(dev.millrace.state.CommitRecord.of(1));
        assertEquals(1, state.lastCommitted(), "the log is as it was");
    }
}

package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.internal.epoch.EpochMessage.StoreDone;
import dev.millrace.state.DurableState;
import dev.millrace.state.FoldStep;
import dev.millrace.state.Savepoint;
import dev.millrace.state.SavepointCopy;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StorageFullException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the store after what is committed, and copies it into savepoints: one thing at a time, on a thread of its own, so that no commit
 * waits for it. While a savepoint is copied nothing is folded, which is what keeps it of one epoch.
 *
 * <p>Used by the epoch thread. What runs elsewhere tells that it is done by a message.
 */
final class StoreKeeper implements AutoCloseable {
    private record Wanted(Path target, CompletableFuture<SavepointReport> report) {}

    private final DurableState state;
    private final FileOps files;
    private final Executor io;
    private final Consumer<EpochMessage> messages;
    private final Deque<Wanted> wanted = new ArrayDeque<>();
    /** How many of the wanted savepoints, the first ones, have had a commit since they were asked for. */
    private int readyCount;

    private @Nullable FutureTask<Void> underWay;
    private @Nullable FoldStep failedForSpace;

    StoreKeeper(DurableState state, FileOps files, Executor io, Consumer<EpochMessage> messages) {
        this.state = state;
        this.files = files;
        this.io = io;
        this.messages = messages;
    }

    /** Asks for a savepoint of the next epoch that is committed. */
    void want(Path target, CompletableFuture<SavepointReport> report) {
        wanted.add(new Wanted(target, report));
    }

    /**
     * Begins what is to be done next, if nothing is being done.
     *
     * @param sinksDurableEpoch up to here no sink will ask for its parts again
     * @param isBehindACommit whether an epoch was committed just now
     * @param isReadSoon whether somebody waits for the store to show what is committed, so that folding is not put off until it is worth it
     */
    void goOn(String jobName, long sinksDurableEpoch, boolean isBehindACommit, boolean isReadSoon) {
        if (isBehindACommit) {
            readyCount = wanted.size();
        }
        if (underWay != null) {
            return;
        }
        Wanted next = readyCount > 0 ? wanted.poll() : null;
        if (next != null) {
            readyCount--;
            begin(next, jobName, sinksDurableEpoch);
            return;
        }
        if (failedForSpace == null && !isReadSoon && !state.isWorthFolding()) {
            return;
        }
        FoldStep step = failedForSpace == null ? state.nextFold() : failedForSpace;
        failedForSpace = null;
        if (!step.isEmpty()) {
            run(() -> fold(step));
        }
    }

    private void fold(FoldStep step) {
        try {
            step.run();
            messages.accept(new StoreDone(null, null));
        } catch (RuntimeException e) {
            boolean isFull = e.getCause() instanceof java.io.IOException cause && StorageFullException.isCause(cause);
            messages.accept(isFull ? new StoreDone(null, step) : new StoreDone(e, null));
        }
    }

    private void begin(Wanted next, String jobName, long sinksDurableEpoch) {
        SavepointCopy copy;
        try {
            copy = state.savepoint(jobName, next.target(), sinksDurableEpoch);
        } catch (RuntimeException e) {
            next.report().completeExceptionally(e);
            return;
        }
        run(() -> {
            try {
                copy.write();
                next.report().complete(report(files, next.target()));
            } catch (RuntimeException e) {
                next.report().completeExceptionally(e);
            }
            messages.accept(new StoreDone(null, null));
        });
    }

    /** Reads a savepoint back, which is how one knows that it is one. */
    static SavepointReport report(FileOps files, Path target) {
        Savepoint savepoint = Savepoint.open(files, target);
        return new SavepointReport(
                target, savepoint.jobName(), savepoint.commit().epoch(), savepoint.verify(), savepoint.sizeBytes());
    }

    private void run(Runnable work) {
        FutureTask<Void> task = new FutureTask<>(work, null);
        underWay = task;
        io.execute(task);
    }

    /** Says that what was begun is done. */
    void done(StoreDone done) {
        underWay = null;
        failedForSpace = done.toDoAgain();
        if (done.problem() != null) {
            throw done.problem();
        }
    }

    /** Whether there was no room for what was tried last. */
    boolean isDiskFull() {
        return failedForSpace != null;
    }

    boolean isBusy() {
        return underWay != null;
    }

    /** Waits for what is being done; what nobody has begun yet is done here. */
    @Override
    public void close() {
        FutureTask<Void> last = underWay;
        if (last != null) {
            last.run();
            await(last);
        }
        for (Wanted left : wanted) {
            left.report().completeExceptionally(new IllegalStateException("job ended before the savepoint was taken"));
        }
        wanted.clear();
    }

    private static void await(FutureTask<Void> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw new IllegalStateException("store could not be brought after what is committed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

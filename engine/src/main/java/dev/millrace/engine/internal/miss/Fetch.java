package dev.millrace.engine.internal.miss;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A read that a task waits for. Runs once, on a thread of the I/O pool; what it found is read by the task once it
 * {@link #isDone}.
 */
abstract class Fetch implements Runnable {
    private final Runnable wake;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private @Nullable Throwable failure;

    /** @param wake called when it is done */
    Fetch(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public final void run() {
        if (!isTaken.compareAndSet(false, true)) {
            return;
        }
        try {
            read();
        } catch (Throwable e) { // whatever it is, the task must not take it for an answer
            failure = e;
        } finally {
            done.complete(true);
            wake.run();
        }
    }

    /** Reads. Whatever goes wrong is a {@link StateReadException}. */
    abstract void read();

    /** Whether it has run. What it wrote before is seen by whoever is told so. */
    final boolean isDone() {
        return done.isDone();
    }

    /** Throws what went wrong. */
    final void check() {
        if (failure instanceof StateReadException known) {
            throw known;
        }
        if (failure != null) {
            throw new IllegalStateException("state could not be read: " + failure.getMessage(), failure);
        }
    }

    /** Sees to it that it does not run any more, and waits if it does. */
    final void cancel() {
        if (!isTaken.compareAndSet(false, true)) {
            done.join();
        }
    }
}

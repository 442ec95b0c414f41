package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job whose epochs a test asks for by hand. Used by one thread. */
final class HandJob implements JobPort {
    final List<String> failures = new ArrayList<>();
    final List<Barrier> acknowledged = new ArrayList<>();
    int finishedSources;
    long requestedEpoch;
    boolean isLast;
    boolean isBacklogged;
    long nowNanos;
    /** Whether what was sealed is kept until it is {@linkplain #release released} by hand. */
    boolean keepsSealed;

    @Nullable
    Throwable failure;

    void request(long epoch, boolean last) {
        isLast = last;
        requestedEpoch = epoch;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public long requestedEpoch() {
        return requestedEpoch;
    }

    @Override
    public boolean isLastRequested() {
        return isLast;
    }

    @Override
    public void sourceFinished(Task task) {
        finishedSources++;
    }

    @Override
    public void acknowledge(Task task, Barrier barrier) {
        acknowledged.add(barrier);
        if (!keepsSealed) {
            barrier.abandon();
        }
    }

    /** Releases what was sealed for epochs up to this one. */
    void release(long epoch) {
        acknowledged.stream().filter(barrier -> barrier.epoch() <= epoch).forEach(Barrier::abandon);
    }

    @Override
    public boolean isBacklogged() {
        return isBacklogged;
    }

    @Override
    public void failed(String task, String place, Throwable cause) {
        failures.add(task + " at " + place + ": " + cause.getMessage());
        failure = cause;
    }

    @Override
    public boolean hasFailed() {
        return failure != null;
    }
}

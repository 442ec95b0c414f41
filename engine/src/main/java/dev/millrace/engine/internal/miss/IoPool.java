package dev.millrace.engine.internal.miss;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of an engine that wait for the disk in place of its workers. Any thread may give it something to do; what
 * waits is bounded by who gives: a gate has one read under way.
 */
public final class IoPool implements Executor, AutoCloseable {
    private static final int THREADS = 2;

    private final ExecutorService threads;

    public IoPool() {
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "millrace-io-" + count.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    /** Ends the threads. When no job runs any more. */
    @Override
    public void close() {
        threads.shutdown();
    }
}

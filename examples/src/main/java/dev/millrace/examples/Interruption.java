package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobReport;
import java.io.PrintWriter;

/**
 * Ctrl-C: closes the engine before the process ends, so that nothing is left behind but committed epochs.
 *
 * <p>The hook runs on a thread of the JVM's while the main thread still waits for the job.
 */
final class Interruption implements AutoCloseable {
    private final Thread hook;
    private volatile boolean isInterrupted;

    private Interruption(Engine engine, StateDirectory state, PrintWriter out) {
        hook = new Thread(() -> stop(engine, state, out), "millrace-interrupt");
    }

    static Interruption closes(Engine engine, StateDirectory state, PrintWriter out) {
        Interruption interruption = new Interruption(engine, state, out);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void stop(Engine engine, StateDirectory state, PrintWriter out) {
        isInterrupted = true;
        engine.close();
        out.println();
        out.println(
                state.isTemporary()
                        ? "interrupted: the state was temporary and is gone; name one with --state to be able to go on"
                        : "interrupted: run the same command again to go on from the last committed epoch");
        state.close();
    }

    /** Waits for the job; if the process is being interrupted, for its end. */
    JobReport await(Job job) throws InterruptedException {
        try {
            return job.await();
        } catch (RuntimeException e) {
            if (isInterrupted) {
                // The process is on its way out and says itself what its exit code is: wait here until it is gone.
                Thread.currentThread().join();
            }
            throw e;
        }
    }

    /** The job is over: an interrupt has nothing to close any more. */
    @Override
    public void close() {
        if (!isInterrupted) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}

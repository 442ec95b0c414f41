package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobReport;
import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C: closes the engine before the process ends, so that nothing is left behind but committed epochs.
 *
 * <p>The hook runs on a thread of the JVM's while the main thread still waits for the job.
 */
final class Interruption implements AutoCloseable {
    private final DemoState state;
    private final PrintWriter out;
    private final Thread hook = new Thread(this::stop, "millrace-interrupt");
    /** Written once by the main thread, which pairs with the read in the hook. */
    private volatile @Nullable Engine engine;

    private volatile boolean isInterrupted;

    /** Watches from now on. */
    Interruption(DemoState state, PrintWriter out) {
        this.state = state;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says what runs. */
    void closes(Engine running) {
        engine = running;
    }

    private void stop() {
        isInterrupted = true;
        Engine running = engine;
        if (running != null) {
            running.close();
        }
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
                waitForTheEndOfTheProcess();
            }
            throw e;
        }
    }

    /** The job is over: an interrupt has nothing to close any more. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) { // the hooks are running
            waitForTheEndOfTheProcess();
        }
    }

    /** The process is on its way out and has an exit code: nothing that this thread could do would be of use. */
    private static void waitForTheEndOfTheProcess() {
        while (true) {
            LockSupport.park();
        }
    }
}

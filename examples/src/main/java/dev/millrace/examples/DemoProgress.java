package dev.millrace.examples;

import dev.millrace.engine.Job;
import dev.millrace.engine.JobProgress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Shows how far a job is, on a thread of its own: a bar on a terminal, otherwise a line a second. */
final class DemoProgress {
    private static final int BAR_CELLS = 30;
    private static final long BAR_MILLIS = 100;
    private static final long LINE_MILLIS = 1_000;
    private static final String CLEAR_LINE = "\r\033[K";

    private final Job job;
    private final PrintWriter out;
    private final boolean isTerminal;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread = new Thread(this::show, "millrace-progress");

    private DemoProgress(Job job, PrintWriter out, boolean isTerminal) {
        this.job = job;
        this.out = out;
        this.isTerminal = isTerminal;
    }

    static DemoProgress start(Job job, PrintWriter out, boolean isTerminal) {
        DemoProgress progress = new DemoProgress(job, out, isTerminal);
        progress.thread.setDaemon(true);
        progress.thread.start();
        return progress;
    }

    private void show() {
        try {
            long everyMillis = isTerminal ? BAR_MILLIS : LINE_MILLIS;
            while (!ended.await(everyMillis, TimeUnit.MILLISECONDS) && !job.isDone()) {
                if (isTerminal) {
                    out.print(CLEAR_LINE + bar(job.progress()));
                    out.flush();
                } else {
                    out.println(line(job.progress()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String line(JobProgress progress) {
        String done = progress.fraction() < 0 ? "" : percent(progress) + ", ";
        return String.format(
                Locale.ROOT, "%s%,d events, epoch %d committed", done, progress.events(), progress.lastEpoch());
    }

    static String bar(JobProgress progress) {
        int full = (int) Math.round(Math.max(0, progress.fraction()) * BAR_CELLS);
        return "[" + "#".repeat(full) + "-".repeat(BAR_CELLS - full) + "] " + line(progress);
    }

    private static String percent(JobProgress progress) {
        return String.format(Locale.ROOT, "%3d%%", (int) (progress.fraction() * 100));
    }

    /** Takes the bar away; nothing is shown afterwards. */
    void end() throws InterruptedException {
        ended.countDown();
        thread.join();
        if (isTerminal) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }
}

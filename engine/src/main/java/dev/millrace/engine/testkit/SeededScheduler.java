package dev.millrace.engine.testkit;

import dev.millrace.engine.internal.runtime.Progress;
import dev.millrace.engine.internal.runtime.Scheduler;
import dev.millrace.engine.internal.runtime.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/**
 * Runs tasks, and what waits for the disk, on the thread of the test, in an order that a seed decides. Used by one thread.
 */
final class SeededScheduler implements Scheduler, Executor {
    private final Random random;
    private final List<Task> ready = new ArrayList<>();
    /** Those that must be asked again, and were not since something happened. */
    private final List<Task> toAsk = new ArrayList<>();

    private final List<Task> askedInVain = new ArrayList<>();
    private final List<Runnable> reads = new ArrayList<>();
    private final List<String> trace;
    private final int maxTrace;

    SeededScheduler(long seed, List<String> trace, int maxTrace) {
        random = new Random(seed);
        this.trace = trace;
        this.maxTrace = maxTrace;
    }

    @Override
    public void schedule(Task task) {
        ready.add(task);
    }

    @Override
    public void nudge(Task task) {
        somethingHappened();
    }

    @Override
    public void execute(Runnable read) {
        reads.add(read);
    }

    @Override
    public void start() {}

    @Override
    public void close() {
        ready.clear();
        toAsk.clear();
        askedInVain.clear();
        reads.clear();
    }

    /** What waited in vain may not do so again: time has passed, or a message was heard. */
    void somethingHappened() {
        toAsk.addAll(askedInVain);
        askedInVain.clear();
    }

    /** How many choices {@link #step} has. */
    int choices() {
        return ready.size() + toAsk.size() + reads.size();
    }

    int nextInt(int bound) {
        return random.nextInt(bound);
    }

    /** One turn of a task, or one read. */
    void step(int choice) {
        if (choice < ready.size()) {
            turn(ready.remove(choice));
        } else if (choice < ready.size() + toAsk.size()) {
            turn(toAsk.remove(choice - ready.size()));
        } else {
            reads.remove(choice - ready.size() - toAsk.size()).run();
            note("read");
            somethingHappened();
        }
    }

    private void turn(Task task) {
        Progress progress = task.turn();
        note(task.name() + " " + progress);
        switch (progress) {
            case MADE -> {
                ready.add(task);
                somethingHappened();
            }
            case WAITING -> askedInVain.add(task);
            case IDLE -> {}
            case DONE, RETIRED -> somethingHappened();
        }
    }

    void note(String event) {
        if (trace.size() < maxTrace) {
            trace.add(event);
        }
    }
}

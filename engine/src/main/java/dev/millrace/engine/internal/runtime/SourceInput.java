package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import java.util.Map;

/** A source at the beginning of a task. It ends its epochs when the job asks for it. */
final class SourceInput implements TaskInput {
    private final String name;
    private final SourceHead head;
    private final JobPort job;
    private final Pace pace;
    private final int eventsPerStep;
    private final Linger linger;

    private long epoch;
    private boolean hasStarted;
    private boolean hasFinished;
    private volatile long eventCountSeen;

    /**
     * Starts where an epoch ended.
     *
     * @param epoch the last committed one
     * @param eventsPerStep enough to forget what a step costs, few enough to answer a barrier within a millisecond
     */
    SourceInput(String name, SourceHead head, long epoch, JobPort job, Pace pace, int eventsPerStep, Linger linger) {
        this.name = name;
        this.head = head;
        this.epoch = epoch;
        this.job = job;
        this.pace = pace;
        this.eventsPerStep = eventsPerStep;
        this.linger = linger;
        eventCountSeen = head.eventCount();
    }

    @Override
    public Progress step(Task task) {
        if (!hasStarted) {
            hasStarted = true;
            head.next().watermark(Receiver.NO_TIME); // those behind learn where time stood
        }
        if (job.requestedEpoch() > epoch) {
            endEpoch(task);
            return Progress.MADE;
        }
        if (!hasFinished && job.isDraining()) {
            return finish(task);
        }
        return hasFinished || job.holdsSources() ? Progress.WAITING : read(task);
    }

    private Progress read(Task task) {
        int allowed = pace.allowed(eventsPerStep);
        int count = allowed == 0 ? 0 : head.run(allowed);
        if (count > 0) {
            eventCountSeen = head.eventCount();
            linger.arrived();
        }
        if (count == allowed && count > 0) {
            return Progress.MADE;
        }
        if (allowed > 0 && head.reader().isFinished()) {
            return finish(task);
        }
        if (!linger.isOver()) {
            return count > 0 ? Progress.MADE : Progress.WAITING;
        }
        if (count < allowed) {
            head.next().watermark(Receiver.NO_TIME); // a slow source must not hold up time until the next round number
        }
        head.next().flush();
        return count > 0 ? Progress.MADE : Progress.WAITING;
    }

    private Progress finish(Task task) {
        hasFinished = true;
        head.next().watermark(Receiver.END_OF_TIME);
        job.sourceFinished(task);
        return Progress.MADE;
    }

    private void endEpoch(Task task) {
        long startNanos = job.nanoTime();
        epoch = job.requestedEpoch();
        Barrier barrier = new Barrier(epoch, job.isLastRequested());
        barrier.count(eventsCounter(name), head.eventCount());
        barrier.count(skippedCounter(name), head.reader().skippedCount());
        try {
            head.next().barrier(barrier);
            barrier.notePosition(head.reader().position());
        } catch (Throwable e) {
            barrier.abandon();
            throw e;
        }
        linger.sent();
        barrier.noteStall(job.nanoTime() - startNanos);
        task.passed(barrier);
    }

    /** The counter of events that a source has read. */
    static String eventsCounter(String source) {
        return "source." + source + ".events";
    }

    /** The counter of malformed input that a source has skipped. */
    static String skippedCounter(String source) {
        return "source." + source + ".skipped";
    }

    /** Tells the reader what is committed. Called by the epoch thread. */
    void noteCommitted(Map<String, byte[]> positions) {
        byte[] position = positions.get(name);
        if (position != null) {
            head.reader().committed(position);
        }
    }

    /** Events read so far. Any thread may ask. */
    long eventCount() {
        return eventCountSeen;
    }

    /** How much of the input was read, from 0 to 1; negative if unknown. Any thread may ask. */
    double progress() {
        return head.reader().progress();
    }

    @Override
    public boolean isAligning() {
        return false;
    }

    @Override
    public String place() {
        return "source=" + name + ", event=" + head.eventCount() + ", at "
                + head.reader().place();
    }
}

package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.SourceState;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.TimeMark;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a source does about event time beside reading: says when it is idle, waits if it is ahead, tells where it is. Used by
 * the thread that steps the task; what the report asks may be read by any.
 */
final class SourceTime {
    private final List<TimeMark> marks;
    private final long idleAfterNanos;
    private final @Nullable TimeAlignment alignment;
    private final int place;
    private final long maxAheadMillis;

    private boolean isSilent;
    private long silentSinceNanos;
    private long knownWatermark = Receiver.NO_TIME;
    private volatile long sinceNanos;
    private volatile SourceState state = SourceState.READING;
    private volatile long stateSinceNanos;

    /**
     * Where several streams of a source have their own time, the source is idle when the most patient of them says so, and is
     * where the slowest of them is.
     *
     * @param marks of the streams that get their time in the source's task
     * @param alignment of those of the job that are aligned, or null
     * @param place of this one among them
     */
    SourceTime(List<TimeMark> marks, @Nullable TimeAlignment alignment, int place, long nowNanos) {
        this.marks = List.copyOf(marks);
        this.alignment = isAligned(marks) ? alignment : null;
        this.place = place;
        boolean isNeverIdle = marks.isEmpty()
                || marks.stream().anyMatch(mark -> mark.strategy().idleAfterNanos() == 0);
        idleAfterNanos = isNeverIdle
                ? 0
                : marks.stream()
                        .mapToLong(mark -> mark.strategy().idleAfterNanos())
                        .max()
                        .orElse(0);
        maxAheadMillis = marks.stream()
                .mapToLong(mark -> mark.strategy().maxAheadMillis())
                .min()
                .orElse(Long.MAX_VALUE);
        sinceNanos = nowNanos;
        stateSinceNanos = nowNanos;
    }

    /** Of a source whose events have no time. */
    static SourceTime none() {
        return new SourceTime(List.of(), null, 0, 0);
    }

    static boolean isAligned(List<TimeMark> marks) {
        return marks.stream().anyMatch(mark -> mark.strategy().isAligned());
    }

    /** Notes that events were read. */
    void spoke(JobPort job) {
        isSilent = false;
        turn(SourceState.READING, job);
        tellPlace(job);
    }

    /**
     * Notes that the source was asked and had nothing.
     *
     * @return whether that has been so for the bound of idleness
     */
    boolean isIdleNow(JobPort job) {
        long now = job.nanoTime();
        if (!isSilent) {
            isSilent = true;
            silentSinceNanos = now;
            turn(SourceState.SILENT, job);
        }
        tellPlace(job);
        if (idleAfterNanos == 0 || now - silentSinceNanos < idleAfterNanos) {
            return false;
        }
        turn(SourceState.IDLE, job);
        if (alignment != null) {
            alignment.isOut(place);
        }
        return true;
    }

    /** Whether the source must wait for others before it reads on. */
    boolean mustWait(JobPort job) {
        if (alignment == null || !alignment.isAhead(place, maxAheadMillis)) {
            return false;
        }
        turn(SourceState.AHEAD, job);
        return true;
    }

    /** Notes that there is no more. */
    void ended(JobPort job) {
        turn(SourceState.FINISHED, job);
        if (alignment != null) {
            alignment.isOut(place);
        }
    }

    private void tellPlace(JobPort job) {
        long watermark = watermarkMillis();
        if (watermark != knownWatermark) {
            knownWatermark = watermark;
            sinceNanos = job.nanoTime();
        }
        if (alignment != null && state != SourceState.IDLE) {
            alignment.isAt(place, watermark);
        }
    }

    private void turn(SourceState next, JobPort job) {
        if (state != next) {
            stateSinceNanos = job.nanoTime();
            state = next;
        }
    }

    /** The watermark of its slowest stream; {@link Receiver#NO_TIME} if there is none. */
    long watermarkMillis() {
        long least = marks.isEmpty() ? Receiver.NO_TIME : Receiver.END_OF_TIME;
        for (int i = 0; i < marks.size(); i++) {
            least = Math.min(least, marks.get(i).watermarkMillis());
        }
        return least;
    }

    List<TimeMark> marks() {
        return marks;
    }

    /** When the watermark changed last, by the job's clock. */
    long sinceNanos() {
        return sinceNanos;
    }

    SourceState state() {
        return state;
    }

    /** When it came to that. */
    long stateSinceNanos() {
        return stateSinceNanos;
    }

    /** How long it must be silent to be idle; 0 for ever. */
    long idleAfterNanos() {
        return idleAfterNanos;
    }
}

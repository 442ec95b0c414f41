package dev.millrace.engine.internal.async;

import org.jspecify.annotations.Nullable;

/** An event that another system is asked about. Used by the thread that steps the task. */
final class Request extends Waiting {
    final Object event;
    final long timestamp;
    /** How many watermarks and barriers came before it. */
    final long stretch;

    /** The try that is under way; null before the first, and when there is an answer. */
    @Nullable
    Attempt attempt;

    int tries;
    long deadlineNanos;
    boolean isStarted;
    boolean isAnswered;
    /** Null if the event is to be left out. */
    @Nullable
    Object answer;

    Request(Object event, long timestamp, long stretch) {
        this.event = event;
        this.timestamp = timestamp;
        this.stretch = stretch;
    }
}

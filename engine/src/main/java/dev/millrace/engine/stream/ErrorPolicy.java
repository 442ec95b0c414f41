package dev.millrace.engine.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of an event whose function throws an exception, see {@link Stream#onError}. Immutable.
 *
 * <p>Errors of the JVM, and a memory budget that is used up, are no faults of an event: they fail the job whatever the policy.
 */
public final class ErrorPolicy {
    /** The most further tries. */
    public static final int MAX_RETRIES = 1000;

    private static final ErrorPolicy FAIL = new ErrorPolicy(0, null);

    private final int retries;
    private final @Nullable SideOutput<DeadLetter> letters;

    private ErrorPolicy(int retries, @Nullable SideOutput<DeadLetter> letters) {
        this.retries = retries;
        this.letters = letters;
    }

    /** The job fails: what an operator does that was told nothing else. */
    public static ErrorPolicy fail() {
        return FAIL;
    }

    /**
     * The event is left out, and a letter about it goes to a side output, which {@link Stream#sideOutput} reads: to a
     * transactional sink each letter once, or to whatever a stream can do.
     */
    public static ErrorPolicy skipTo(SideOutput<DeadLetter> letters) {
        return new ErrorPolicy(0, Objects.requireNonNull(letters, "letters"));
    }

    /**
     * The function is called again, at once; if it still fails, the job does.
     *
     * @param times from 1 to {@link #MAX_RETRIES}, the first call not counted
     */
    public static ErrorPolicy retry(int times) {
        if (times < 1 || times > MAX_RETRIES) {
            throw new IllegalArgumentException(
                    "retries must be from 1 to " + MAX_RETRIES + ": times=" + times + "; fail() tries once");
        }
        return new ErrorPolicy(times, null);
    }

    /** The same, but an event that still fails is left out, as {@link #skipTo} says. */
    public ErrorPolicy thenSkipTo(SideOutput<DeadLetter> output) {
        return new ErrorPolicy(retries, Objects.requireNonNull(output, "letters"));
    }

    /** How often a function is called again. */
    public int retries() {
        return retries;
    }

    /** Where letters go; null if the job fails. */
    public @Nullable SideOutput<DeadLetter> letters() {
        return letters;
    }

    @Override
    public String toString() {
        String then = letters == null ? "fail" : "skip to dead letters";
        return retries == 0 ? then : "retry=" + retries + ", then " + then;
    }
}

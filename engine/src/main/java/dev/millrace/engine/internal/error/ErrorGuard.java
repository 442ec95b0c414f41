package dev.millrace.engine.internal.error;

import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.ErrorPolicy;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The error policy of one operator instance at work: tries again, then sends a letter or lets the job fail. Asked when a
 * function has failed only. Used by the thread that steps the task.
 */
public final class ErrorGuard {
    private final String operator;
    private final int retries;
    private final boolean hasLetters;
    private final @Nullable Receiver letters;
    private final @Nullable MethodHandle way;
    private final Supplier<String> place;

    /**
     * @param operator what it is, for people
     * @param letters behind the operator's dead letters; null if the policy has none, or they go out by another way
     * @param place tells where the input of the task is
     */
    public ErrorGuard(String operator, ErrorPolicy policy, @Nullable Receiver letters, Supplier<String> place) {
        this.operator = operator;
        retries = policy.retries();
        hasLetters = policy.letters() != null;
        this.letters = letters;
        way = letters == null ? null : letters.path();
        this.place = place;
    }

    /** How often a function is called again. */
    public int retries() {
        return retries;
    }

    /** What control has to reach besides the operators behind: what reads the letters. */
    Receiver[] receivers(Receiver next) {
        return letters == null ? new Receiver[] {next} : new Receiver[] {next, letters};
    }

    /** What reads the letters; null if nobody does. */
    public @Nullable Receiver letters() {
        return letters;
    }

    /** Whether the policy has an answer to an exception: to a fault of the event. */
    boolean answers(Exception problem) {
        return !(problem instanceof MemoryLimitException);
    }

    /** Calls a function again, as often as the policy says. Returns its result, or {@link Refused}. */
    Object again(Function<Object, Object> function, Object event, Exception first) {
        Exception problem = first;
        for (int i = 0; i < retries; i++) {
            failOn(problem);
            try {
                return function.apply(event);
            } catch (Exception e) { // whatever a function throws, the policy answers it
                problem = e;
            }
        }
        return refuse(event, problem);
    }

    /**
     * Runs something as often as the policy says, until it does not fail; sends a letter if it always does.
     *
     * @param shown what the letter shows
     * @return whether it succeeded
     */
    public boolean run(Runnable body, Object shown, long timestamp) {
        try {
            body.run();
            return true;
        } catch (Exception e) { // whatever a function throws, the policy answers it
            return !isSkipped(again(body, shown, e), timestamp);
        }
    }

    private Object again(Runnable body, Object shown, Exception first) {
        Function<Object, Object> function = event -> {
            body.run();
            return event;
        };
        return again(function, shown, first);
    }

    /** Fails the job for what is no fault of an event. */
    private static void failOn(Throwable problem) {
        if (problem instanceof Error || problem instanceof MemoryLimitException) {
            throw EventPath.rethrow(problem);
        }
    }

    /** What is said about an event that has failed for good; throws what it failed with if the policy has no letters. */
    Refused refuse(Object event, Throwable problem) {
        failOn(problem);
        if (!hasLetters) {
            throw EventPath.rethrow(problem);
        }
        String message = problem.getMessage();
        return new Refused(new DeadLetter(
                operator,
                EventText.of(event),
                problem.getClass().getName(),
                message == null ? "" : message,
                place.get()));
    }

    /** Says whether a result is none, and sends the letter then. */
    boolean isSkipped(Object result, long timestamp) {
        if (result instanceof Refused refused) {
            send(refused, timestamp);
            return true;
        }
        return false;
    }

    /** Sends a letter about an event that has failed for good, or throws what it failed with. */
    public void skip(Object event, long timestamp, Throwable problem) {
        send(refuse(event, problem), timestamp);
    }

    private void send(Refused refused, long timestamp) {
        MethodHandle to = Objects.requireNonNull(way, "letters have no way");
        Object letter = refused.letter();
        try {
            to.invokeExact(letter, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }
}

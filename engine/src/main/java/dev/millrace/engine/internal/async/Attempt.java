package dev.millrace.engine.internal.async;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One try of a request. Whoever comes first settles it: the answer, on any thread, or the operator when time is up; what
 * comes later is ignored.
 */
final class Attempt implements BiConsumer<Object, @Nullable Throwable> {
    final Request request;
    private final Answers answers;
    private final AtomicBoolean isSettled = new AtomicBoolean();
    private @Nullable CompletionStage<?> stage;

    /** What came; read by the task once it found this among the answers, which orders memory. */
    @Nullable
    Object answer;

    @Nullable
    Throwable problem;

    Attempt(Request request, Answers answers) {
        this.request = request;
        this.answers = answers;
    }

    /** Waits, without a thread, for what the other system says. */
    void listen(CompletionStage<?> newStage) {
        stage = newStage;
        newStage.whenComplete(this);
    }

    @Override
    public void accept(@Nullable Object newAnswer, @Nullable Throwable newProblem) {
        if (isSettled.compareAndSet(false, true)) {
            answer = newAnswer;
            problem = newProblem;
            answers.add(this);
        }
    }

    /** Says that nobody waits any more. Returns whether nothing had come. */
    boolean giveUp() {
        if (!isSettled.compareAndSet(false, true)) {
            return false;
        }
        CompletionStage<?> asked = stage;
        if (asked != null) {
            try {
                asked.toCompletableFuture().cancel(true);
            } catch (UnsupportedOperationException e) {
                assert asked.toString() != null : "a stage that cannot be cancelled goes on, and nobody listens";
            }
        }
        return true;
    }
}

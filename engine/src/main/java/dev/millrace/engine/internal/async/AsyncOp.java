package dev.millrace.engine.internal.async;

import dev.millrace.engine.internal.async.Waiting.HeldBarrier;
import dev.millrace.engine.internal.async.Waiting.HeldWatermark;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.AsyncFunction;
import dev.millrace.engine.stream.RequestTimeoutException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks another system about each event and sends the answers on. Used by the thread that steps the task; answers come by
 * {@link Answers} from any thread.
 *
 * <p>Events, watermarks and barriers stand in one line. A request leaves it with its answer: at the front, or, where answers go
 * on as they come, from anywhere before the first watermark or barrier. A watermark or barrier leaves it at the front: so an
 * answer never comes behind a watermark that was behind its event, and an epoch ends when everything asked in it is answered.
 * Nothing of this is state: what was not answered when the process ends is asked again, since its source goes back.
 *
 * <p>No more than {@code maxInFlight} requests of the line are begun. Those behind wait, and the task reads no further until all
 * are begun, nor while a barrier stands in the line.
 */
final class AsyncOp extends Receiver implements Passage, ClockReader {
    private static final MethodHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class)
                    .next();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final AsyncFunction<Object, Object> function;
    private final Asking asking;
    private final long timeoutNanos;
    private final ErrorGuard guard;
    private final LongSupplier nanoTime;
    private final Answers answers;
    private final Receiver next;

    private final Waiting line = new Waiting();
    /** The first request that was not begun; null if all were. */
    private @Nullable Request unbegun;

    /** Requests that are begun and have not left the line. */
    private int begun;

    private int barriers;
    /** Watermarks and barriers that came, and that went on. */
    private long stretchesIn;

    private long stretchesOut;
    private long nowNanos;
    /** No request is late before. */
    private long soonestDeadlineNanos;

    /**
     * @param next what control goes to; it reaches what reads dead letters, too
     * @param wake called from any thread when there is an answer
     */
    AsyncOp(
            String name,
            AsyncFunction<Object, Object> function,
            Asking asking,
            ErrorGuard guard,
            LongSupplier nanoTime,
            Runnable wake,
            Receiver next) {
        this.name = name;
        this.function = function;
        this.asking = asking;
        timeoutNanos = asking.timeout().toNanos();
        this.guard = guard;
        this.nanoTime = nanoTime;
        answers = new Answers(asking.maxInFlight(), wake);
        this.next = next;
        line.before = line;
        line.behind = line;
        nowNanos = nanoTime.getAsLong();
    }

    @Override
    public MethodHandle path() {
        return EventPath.into(MethodHandles.lookup(), this, "accept");
    }

    void accept(Object event, long timestamp) {
        Request request = new Request(event, timestamp, stretchesIn);
        append(request);
        if (unbegun == null) {
            unbegun = request;
            beginSome();
        }
    }

    @Override
    public void watermark(long watermark) {
        if (line.behind == line) {
            next.watermark(watermark);
        } else if (!(line.before instanceof HeldWatermark last && last.watermark == watermark)) {
            append(new HeldWatermark(watermark));
            stretchesIn++;
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        if (line.behind == line) {
            next.barrier(barrier);
            return;
        }
        barrier.hold();
        append(new HeldBarrier(barrier));
        barriers++;
        stretchesIn++;
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public boolean tick(long nowMillis) {
        settle();
        return waitsForTime();
    }

    @Override
    public boolean isDrained() {
        return unbegun == null && barriers == 0;
    }

    @Override
    public boolean drainOne() {
        return settle();
    }

    @Override
    public boolean waitsForTime() {
        return begun > 0;
    }

    /** Takes what was answered and gives up what is late. Returns whether there was any of it. */
    private boolean settle() {
        if (begun == 0) {
            return false;
        }
        nowNanos = nanoTime.getAsLong();
        boolean settled = false;
        for (Attempt attempt = answers.poll(); attempt != null; attempt = answers.poll()) {
            Request request = attempt.request;
            request.attempt = null;
            if (attempt.problem == null && attempt.answer != null) {
                answered(request, attempt.answer);
            } else {
                failed(request, problemOf(attempt));
            }
            settled = true;
        }
        if (begun > 0 && nowNanos - soonestDeadlineNanos >= 0) {
            settled |= giveUpLate();
        }
        if (settled) {
            advance();
            beginSome();
        }
        return settled;
    }

    private boolean giveUpLate() {
        boolean gaveUp = false;
        long soonest = nowNanos + timeoutNanos;
        Waiting at = line.behind;
        while (at != line && at != unbegun && at != null) {
            Waiting behind = at.behind;
            if (at instanceof Request request && request.attempt != null) {
                if (nowNanos - request.deadlineNanos < 0) {
                    soonest = Math.min(soonest - nowNanos, request.deadlineNanos - nowNanos) + nowNanos;
                } else if (request.attempt.giveUp()) {
                    request.attempt = null;
                    failed(request, late());
                    gaveUp = true;
                }
            }
            at = behind;
        }
        soonestDeadlineNanos = soonest;
        return gaveUp;
    }

    private RequestTimeoutException late() {
        return new RequestTimeoutException("request was not answered in time: operator=" + name + ", timeout="
                + asking.timeout() + ", inFlight=" + begun + "; allow more time, or set onError(..)");
    }

    private Throwable problemOf(Attempt attempt) {
        Throwable problem = attempt.problem;
        if (problem == null) {
            return new IllegalStateException(
                    "answer is null: operator=" + name + "; answer with an event that says so, and filter(..) behind");
        }
        Throwable cause = problem.getCause();
        return problem instanceof CompletionException && cause != null ? cause : problem;
    }

    private void failed(Request request, Throwable problem) {
        if (request.tries <= guard.retries() && !(problem instanceof Error)) {
            begin(request);
            return;
        }
        guard.skip(request.event, request.timestamp, problem);
        answered(request, null);
    }

    private void answered(Request request, @Nullable Object answer) {
        request.isAnswered = true;
        request.answer = answer;
        if (!asking.isOrdered() && request.stretch == stretchesOut) {
            leave(request);
        }
    }

    /** Lets everything go on that has come to the front. */
    private void advance() {
        Waiting first = line.behind;
        while (first != null && first != line) {
            if (first instanceof Request request) {
                if (!request.isAnswered) {
                    return;
                }
                leave(request);
            } else {
                leave(first);
            }
            first = line.behind;
        }
    }

    private void leave(Request request) {
        unlink(request);
        begun--;
        if (request.answer != null) {
            try {
                NEXT.invokeExact(request.answer, request.timestamp);
            } catch (Throwable e) {
                throw EventPath.rethrow(e);
            }
        }
    }

    private void leave(Waiting control) {
        unlink(control);
        stretchesOut++;
        if (control instanceof HeldBarrier held) {
            barriers--;
            next.barrier(held.barrier);
            held.barrier.letGo();
        } else if (control instanceof HeldWatermark held) {
            next.watermark(held.watermark);
        }
        if (!asking.isOrdered()) {
            leaveAnswered();
        }
    }

    /** What was answered out of its turn goes on, now that the watermark before it has. */
    private void leaveAnswered() {
        Waiting at = line.behind;
        while (at instanceof Request request) {
            at = request.behind;
            if (request.isAnswered) {
                leave(request);
            }
        }
    }

    private void beginSome() {
        while (unbegun != null && begun < asking.maxInFlight()) {
            Request request = unbegun;
            Waiting at = request.behind;
            while (at != line && !(at instanceof Request) && at != null) {
                at = at.behind;
            }
            unbegun = at instanceof Request behind ? behind : null;
            if (begun == 0) {
                nowNanos = nanoTime.getAsLong();
                soonestDeadlineNanos = nowNanos + timeoutNanos;
            }
            begun++;
            begin(request);
        }
    }

    private void begin(Request request) {
        request.tries++;
        request.deadlineNanos = nowNanos + timeoutNanos;
        Attempt attempt = new Attempt(request, answers);
        request.attempt = attempt;
        CompletionStage<?> stage;
        try {
            stage = java.util.Objects.requireNonNull(function.ask(request.event), "function returned no stage");
        } catch (Exception e) { // whatever a function throws, the policy answers it
            attempt.accept(null, e);
            return;
        }
        attempt.listen(stage);
    }

    private void append(Waiting last) {
        Waiting before = java.util.Objects.requireNonNull(line.before, "line is a ring");
        last.before = before;
        last.behind = line;
        before.behind = last;
        line.before = last;
    }

    private static void unlink(Waiting gone) {
        Waiting before = java.util.Objects.requireNonNull(gone.before, "line is a ring");
        Waiting behind = java.util.Objects.requireNonNull(gone.behind, "line is a ring");
        before.behind = behind;
        behind.before = before;
        gone.before = null;
        gone.behind = null;
    }

    /** Gives up what is under way: nobody waits for it any more. */
    @Override
    public void close() {
        answers.close();
        Waiting at = line.behind;
        while (at != line && at != null) {
            if (at instanceof Request request && request.attempt != null) {
                request.attempt.giveUp();
            }
            at = at.behind;
        }
        line.before = line;
        line.behind = line;
    }
}

package dev.millrace.engine.stream;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the watermark of a stream follows its events: how much disorder is expected, when a source that is silent no longer
 * holds others back, and whether one that is ahead waits for them. Immutable.
 *
 * <pre>{@code
 * .eventTime(Tx::time, WatermarkStrategy.boundedDisorder(Duration.ofSeconds(1)).idleAfter(Duration.ofMinutes(5)))
 * }</pre>
 *
 * @param <T> the events
 */
public final class WatermarkStrategy<T> {
    /** How long a source is silent before it is idle, unless said otherwise: 10 seconds. */
    public static final Duration DEFAULT_IDLE_AFTER = Duration.ofSeconds(10);

    private static final long NEVER = 0;
    private static final long UNBOUNDED = Long.MAX_VALUE;

    private final long disorderMillis;
    private final boolean isPerPart;
    private final @Nullable WatermarkFunction<Object> function;
    private final long idleAfterNanos;
    private final long maxAheadMillis;

    private WatermarkStrategy(
            long disorderMillis,
            boolean isPerPart,
            @Nullable WatermarkFunction<Object> function,
            long idleAfterNanos,
            long maxAheadMillis) {
        this.disorderMillis = disorderMillis;
        this.isPerPart = isPerPart;
        this.function = function;
        this.idleAfterNanos = idleAfterNanos;
        this.maxAheadMillis = maxAheadMillis;
    }

    /**
     * The watermark follows the latest time at a distance: it is {@code latest - maxDisorder - 1 ms}.
     *
     * @param maxDisorder how much later than a younger event an event may arrive; from none to {@link Window#LONGEST}
     */
    public static <T> WatermarkStrategy<T> boundedDisorder(Duration maxDisorder) {
        check("disorder", "maxDisorder", Duration.ZERO, maxDisorder);
        return new WatermarkStrategy<>(maxDisorder.toMillis(), false, null, DEFAULT_IDLE_AFTER.toNanos(), UNBOUNDED);
    }

    /** Times never go back: the watermark is {@code latest - 1 ms}. An event that is older than one before it may be late. */
    public static <T> WatermarkStrategy<T> monotonic() {
        return boundedDisorder(Duration.ZERO);
    }

    /** A function of the program says how far time has come. Disorder is what it allows. */
    public static <T> WatermarkStrategy<T> custom(WatermarkFunction<? super T> function) {
        Objects.requireNonNull(function, "function");
        @SuppressWarnings("unchecked")
        WatermarkFunction<Object> erased = (WatermarkFunction<Object>) function;
        return new WatermarkStrategy<>(0, false, erased, DEFAULT_IDLE_AFTER.toNanos(), UNBOUNDED);
    }

    /**
     * Bounds disorder inside each part of the source, see {@link dev.millrace.engine.operator.SourceReader#part}: the watermark
     * is that of the part that is furthest behind. How the parts are mixed does not matter then.
     *
     * @throws IllegalStateException if a function makes the watermark, which sees no parts
     */
    public WatermarkStrategy<T> perPart() {
        if (function != null) {
            throw new IllegalStateException("a function makes the watermark, and it sees no parts of a source:"
                    + " start with boundedDisorder(..) or monotonic()");
        }
        return new WatermarkStrategy<>(disorderMillis, true, null, idleAfterNanos, maxAheadMillis);
    }

    /**
     * Says when a source is idle: once it has had no event for {@code bound}, counted from the first time that it was asked in
     * vain. From then on it does not hold back the time of those that read other sources too. It holds it back again with its
     * next event; if that is older than time is by then, it may be late. A source that is not asked, because those behind are
     * slow or its rate is limited, is not idle. For the parts of a source, see {@link #perPart}, the same holds; time in which
     * the source is not read counts for an eighth of the bound at most.
     *
     * @param bound from 1 ms to {@link Window#LONGEST}
     */
    public WatermarkStrategy<T> idleAfter(Duration bound) {
        check("bound of idleness", "bound", Duration.ofMillis(1), bound);
        return new WatermarkStrategy<>(disorderMillis, isPerPart, function, bound.toNanos(), maxAheadMillis);
    }

    /** Says that time waits for this source however long it is silent. */
    public WatermarkStrategy<T> neverIdle() {
        return new WatermarkStrategy<>(disorderMillis, isPerPart, function, NEVER, maxAheadMillis);
    }

    /**
     * Pauses the source while it is ahead of another one. All sources of the pipeline that say so are aligned with each other;
     * idle and finished ones are not waited for, ones that have no time yet are. What is held for joins and windows stays
     * small then, however different the speeds are. Where a
     * source is, is known every 1,024 events, and when it has no more now.
     *
     * @param maxAhead how much the watermark may be ahead of the slowest; from 1 ms to {@link Window#LONGEST}
     */
    public WatermarkStrategy<T> alignedWithin(Duration maxAhead) {
        check("alignment", "maxAhead", Duration.ofMillis(1), maxAhead);
        return new WatermarkStrategy<>(disorderMillis, isPerPart, function, idleAfterNanos, maxAhead.toMillis());
    }

    private static void check(String what, String name, Duration least, Duration value) {
        if (value.compareTo(least) < 0 || value.compareTo(Window.LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be from " + (least.isZero() ? "none" : "1 ms") + " to "
                    + Window.LONGEST.toDays() + " days: " + name + "=" + value);
        }
    }

    /** How much disorder there may be, in milliseconds; 0 if a function makes the watermark. */
    public long disorderMillis() {
        return disorderMillis;
    }

    /** Whether each part of the source has a watermark of its own. */
    public boolean isPerPart() {
        return isPerPart;
    }

    /** What makes the watermark if it is not a bound on disorder; else null. */
    public @Nullable WatermarkFunction<Object> function() {
        return function;
    }

    /** How long a source is silent before it is idle, in nanoseconds; 0 if it never is. */
    public long idleAfterNanos() {
        return idleAfterNanos;
    }

    /** Whether the source waits when it is ahead of others. */
    public boolean isAligned() {
        return maxAheadMillis != UNBOUNDED;
    }

    /** How far the source may be ahead, in milliseconds. */
    public long maxAheadMillis() {
        return maxAheadMillis;
    }

    /** In a few words, for plans. */
    public String describe() {
        String text = function != null ? "by a function" : "disorder up to " + Duration.ofMillis(disorderMillis);
        if (isPerPart) {
            text += " in each part";
        }
        if (idleAfterNanos == NEVER) {
            text += ", never idle";
        } else if (idleAfterNanos != DEFAULT_IDLE_AFTER.toNanos()) {
            text += ", idle after " + Duration.ofNanos(idleAfterNanos);
        }
        return isAligned() ? text + ", aligned within " + Duration.ofMillis(maxAheadMillis) : text;
    }
}

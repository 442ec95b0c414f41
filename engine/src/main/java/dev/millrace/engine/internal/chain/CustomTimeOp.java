package dev.millrace.engine.internal.chain;

import dev.millrace.engine.stream.WatermarkFunction;
import java.time.Instant;
import java.util.function.Function;

/** Makes the watermark that a function of the program permits. A template, see {@link TimeOp}. */
final class CustomTimeOp extends TimeOp {
    private final Function<Object, Instant> time;
    private final WatermarkFunction<Object> function;

    private long latestMillis;
    private long permittedMillis;

    /** @param permittedMillis what the function permitted so far, or {@link Receiver#NO_TIME} */
    CustomTimeOp(
            TimeMark mark,
            Function<Object, Instant> time,
            WatermarkFunction<Object> function,
            long latestMillis,
            long watermarkMillis,
            long permittedMillis,
            Receiver next) {
        super(mark, latestMillis, watermarkMillis, next);
        this.time = time;
        this.function = function;
        this.latestMillis = latestMillis;
        this.permittedMillis = permittedMillis;
    }

    @SuppressWarnings("UnusedMethod") // the path leads to it
    long timeOf(Object event) {
        long millis = time.apply(event).toEpochMilli();
        if (millis > latestMillis) {
            latestMillis = millis;
        }
        long permitted = function.after(event, millis, latestMillis);
        if (permitted > permittedMillis) {
            permittedMillis = permitted;
        }
        return millis;
    }

    @Override
    long latestMillis() {
        return latestMillis;
    }

    @Override
    long permittedMillis() {
        return Math.min(permittedMillis, END_OF_TIME - 1); // the end of time is said by the source alone
    }

    @Override
    void note(String name, Barrier barrier) {
        barrier.noteMoment(permittedName(name), permittedMillis);
    }

    /** The name under which is kept what was permitted. */
    static String permittedName(String name) {
        return name + ".permitted";
    }
}

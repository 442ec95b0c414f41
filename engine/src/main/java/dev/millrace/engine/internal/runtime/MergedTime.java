package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Receiver;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Where event time stands at each input of a task, and where it stands for the task: at the minimum over the inputs that may
 * still speak. Idle inputs and ended ones hold nothing back; if no other is left, time is where the furthest of them was, and
 * the end of time only when all have ended. It never goes back.
 *
 * <p>Written by the thread that steps the task. Any thread may read for a report, and then sees numbers that were true, each by
 * itself.
 */
final class MergedTime {
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle STATES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle MERGED;
    private static final VarHandle SINCE;

    private static final byte SPEAKS = 0;
    private static final byte IDLE = 1;
    private static final byte ENDED = 2;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MERGED = lookup.findVarHandle(MergedTime.class, "merged", long.class);
            SINCE = lookup.findVarHandle(MergedTime.class, "sinceNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The last watermark of each input before its end; written with opaque stores. */
    private final long[] watermarks;
    /** One of the three above for each input; written with opaque stores. */
    private final byte[] states;

    private long merged;
    /** When {@link #merged} changed last. */
    @SuppressWarnings("UnusedVariable") // through SINCE
    private long sinceNanos;

    /** @param merged where time stood for the task in its last life, or {@link Receiver#NO_TIME} */
    MergedTime(int inputs, long merged, long nowNanos) {
        watermarks = new long[inputs];
        states = new byte[inputs];
        // The inputs say again where they stand. Until then, and for those that have nothing to say, nothing is known.
        Arrays.fill(watermarks, Receiver.NO_TIME);
        this.merged = merged;
        sinceNanos = nowNanos;
    }

    /** An input says where it stands. It is not idle then. */
    void watermark(int input, long value, long nowNanos) {
        if (value == Receiver.END_OF_TIME) {
            STATES.setOpaque(states, input, ENDED);
        } else {
            LONGS.setOpaque(watermarks, input, value);
            STATES.setOpaque(states, input, SPEAKS);
        }
        merge(nowNanos);
    }

    /** An input says that it has nothing to say. */
    void idle(int input, long nowNanos) {
        if (states[input] == SPEAKS) {
            STATES.setOpaque(states, input, IDLE);
            merge(nowNanos);
        }
    }

    /** An input has sent something: it is not idle. Time stays where it is. */
    void spoke(int input) {
        if (states[input] == IDLE) {
            STATES.setOpaque(states, input, SPEAKS);
        }
    }

    private void merge(long nowNanos) {
        long least = Receiver.END_OF_TIME;
        long most = Receiver.NO_TIME;
        boolean haveAllEnded = true;
        for (int i = 0; i < watermarks.length; i++) {
            haveAllEnded &= states[i] == ENDED;
            most = Math.max(most, watermarks[i]);
            if (states[i] == SPEAKS) {
                least = Math.min(least, watermarks[i]);
            }
        }
        long found = least == Receiver.END_OF_TIME && !haveAllEnded ? most : least;
        if (found > merged) {
            MERGED.setOpaque(this, found);
            SINCE.setOpaque(this, nowNanos);
        }
    }

    /** Where time stands for the task. */
    long merged() {
        return (long) MERGED.getOpaque(this);
    }

    /** When it came to stand there, by the job's clock. */
    long sinceNanos() {
        return (long) SINCE.getOpaque(this);
    }

    /** Whether nobody is left that may speak before it says so, and somebody has not ended. */
    boolean isIdle() {
        boolean isIdle = false;
        for (byte state : states) {
            if (state == SPEAKS) {
                return false;
            }
            isIdle |= state == IDLE;
        }
        return isIdle;
    }

    /**
     * Whether time is further on than where the inputs are, because some were idle: then it cannot be found again from where
     * they are.
     */
    boolean isAheadOfInputs() {
        long least = Receiver.END_OF_TIME;
        for (int i = 0; i < watermarks.length; i++) {
            least = Math.min(least, watermarks[i]);
        }
        return merged > least && merged != Receiver.END_OF_TIME;
    }

    int inputs() {
        return watermarks.length;
    }

    /** Where an input stood last before its end, or {@link Receiver#NO_TIME}. */
    long watermarkOf(int input) {
        return (long) LONGS.getOpaque(watermarks, input);
    }

    boolean isIdle(int input) {
        return (byte) STATES.getOpaque(states, input) == IDLE;
    }

    boolean hasEnded(int input) {
        return (byte) STATES.getOpaque(states, input) == ENDED;
    }
}

package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.stream.StateAccessException;
import dev.millrace.engine.stream.TimeKind;

/**
 * The call that is going on in one operator instance: whose key it is for and what time it is. The handles of the instance
 * look here. Used by the thread that steps the task.
 */
final class KeyContext {
    private final String operator;
    private Thread owner = Thread.currentThread();

    /** The key's blob, valid during the call; 0 between calls. */
    long keyAddress;

    int keyBytes;
    long hash;
    /** The time of what is being processed, or {@link Receiver#NO_TIME}. */
    long timestamp = Receiver.NO_TIME;
    /** Counts calls: what was remembered in an earlier one is not of this one. */
    long callNumber;

    /** Never the end of time, at which state would be over that timers still ask for. */
    private long watermark = Receiver.NO_TIME;

    private long nowMillis = Receiver.NO_TIME;
    private long latestMillis = Receiver.NO_TIME;

    KeyContext(String operator) {
        this.operator = operator;
    }

    String operator() {
        return operator;
    }

    /** Makes the calling thread the one that may use the handles. */
    void adopt() {
        owner = Thread.currentThread();
    }

    void enter(long address, int lengthBytes, long keyHash, long time) {
        keyAddress = address;
        keyBytes = lengthBytes;
        hash = keyHash;
        timestamp = time;
        callNumber++;
        if (time > latestMillis) {
            latestMillis = time;
        }
    }

    void leave() {
        keyAddress = 0;
    }

    /** Refuses what comes outside of a call, or from another thread. */
    void check(String what) {
        if (keyAddress == 0 || owner != Thread.currentThread()) {
            throw outside(what);
        }
    }

    /** Refuses what was begun in another call. */
    void checkSame(long call, String what) {
        if (callNumber != call) {
            throw outside(what);
        }
        check(what);
    }

    private StateAccessException outside(String what) {
        return new StateAccessException(
                "state and output are only there inside the call they were given to, on its thread: operator="
                        + operator + ", " + what + ", thread="
                        + Thread.currentThread().getName());
    }

    void watermark(long reached) {
        if (reached != Receiver.END_OF_TIME) {
            watermark = Math.max(watermark, reached);
        }
    }

    /** How far event time has come for every call; never its end. */
    long watermark() {
        return watermark;
    }

    /** The clock of the machine may go back; here it does not. */
    void tick(long millis) {
        nowMillis = Math.max(nowMillis, millis);
    }

    long nowMillis() {
        return nowMillis;
    }

    /** What time it is for this call. */
    long now(TimeKind time) {
        return time == TimeKind.EVENT ? Math.max(timestamp, watermark) : nowMillis;
    }

    /** The time that has come for every call from now on. */
    long horizon(TimeKind time) {
        return time == TimeKind.EVENT ? watermark : nowMillis;
    }

    /** The event time of what a timer by the clock sends: as late as anything seen here, and not late. */
    long clockTimestamp() {
        return watermark == Receiver.NO_TIME ? latestMillis : Math.max(latestMillis, watermark + 1);
    }
}

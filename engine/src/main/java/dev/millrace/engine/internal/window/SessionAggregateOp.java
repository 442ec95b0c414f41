package dev.millrace.engine.internal.window;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.IndexCalls;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowResult;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

/**
 * Aggregates events per key and session. A template, see {@link Receiver}.
 *
 * <p>An event at {@code t} covers {@code [t, t + gap)}; sessions that such a stretch overlaps become one. A session closes
 * at the first watermark that is at least its last millisecond. An event is late if it would open a session that is
 * closed already.
 */
final class SessionAggregateOp extends KeyedReceiver {
    private static final MethodHandle NEXT;
    private static final MethodHandle LATE;

    static {
        try {
            EventPath.Ends ends = MethodHandles.classData(MethodHandles.lookup(), "_", EventPath.Ends.class);
            NEXT = ends.next();
            LATE = ends.late();
        } catch (IllegalAccessException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final IndexCalls calls = new IndexCalls();
    private final BiFunction<Object, Object, Object> add;
    private final BinaryOperator<Object> merge;
    private final Object initial;
    private final WindowResult<Object, Object, Object> result;
    private final FlatCodec<Object> keyCodec;
    private final FlatCodec<Object> eventCodec;
    private final FlatCodec<Object> codec;
    private final boolean isFixedSize;
    private final long gapMillis;
    private final StateFormat format;
    private final ActiveIndex index;
    private final TimerQueue timers;
    private final Scratch scratch;
    private final Receiver late;
    private final Receiver next;

    private long watermark = Receiver.NO_TIME;

    SessionAggregateOp(
            BiFunction<Object, Object, Object> add,
            BinaryOperator<Object> merge,
            Object initial,
            WindowResult<Object, Object, Object> result,
            FlatCodec<Object> keyCodec,
            FlatCodec<Object> eventCodec,
            FlatCodec<Object> codec,
            long gapMillis,
            StateFormat format,
            ActiveIndex index,
            TimerQueue timers,
            Scratch scratch,
            Receiver late,
            Receiver next) {
        this.add = add;
        this.merge = merge;
        this.initial = initial;
        this.result = result;
        this.keyCodec = keyCodec;
        this.eventCodec = eventCodec;
        this.codec = codec;
        this.isFixedSize = codec.isFixedSize();
        this.gapMillis = gapMillis;
        this.format = format;
        this.index = index;
        this.timers = timers;
        this.scratch = scratch;
        this.late = late;
        this.next = next;
    }

    @Override
    public void accept(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        long end = timestamp + gapMillis;
        long sessions = calls.update(index, keyAddress, keyBytes, hash);
        if (sessions == 0) {
            open(eventAddress, page, timestamp, keyAddress, keyBytes, hash);
            return;
        }
        long behind = sessions + index.valueBytes(sessions);
        long first = sessions + SessionLayout.HEADER_BYTES;
        while (first < behind && SessionLayout.end(first) <= timestamp) {
            first = SessionLayout.behind(first);
        }
        long last = first;
        int overlapping = 0;
        while (last < behind && SessionLayout.start(last) < end) {
            last = SessionLayout.behind(last);
            overlapping++;
        }
        if (overlapping == 1 && isFixedSize) {
            SessionLayout.bounds(
                    first, Math.min(SessionLayout.start(first), timestamp), Math.max(SessionLayout.end(first), end));
            long value = SessionLayout.value(first);
            codec.writeBlob(add.apply(codec.readBlob(value), eventCodec.read(eventAddress, page)), value);
        } else if (overlapping == 0 && end - 1 <= watermark) {
            sendLate(eventAddress, page, timestamp);
        } else {
            rebuild(eventAddress, page, timestamp, keyAddress, keyBytes, hash, sessions, first, last);
        }
    }

    private void sendLate(long eventAddress, long page, long timestamp) {
        try {
            LATE.invokeExact(eventCodec.read(eventAddress, page), timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    /** The first session of a key. */
    private void open(long eventAddress, long page, long timestamp, long keyAddress, int keyBytes, long hash) {
        long end = timestamp + gapMillis;
        if (end - 1 <= watermark) {
            sendLate(eventAddress, page, timestamp);
            return;
        }
        Object value = add.apply(initial, eventCodec.read(eventAddress, page));
        int valueBytes = codec.blobBytes(value);
        long sessions = calls.put(
                index,
                keyAddress,
                keyBytes,
                hash,
                SessionLayout.HEADER_BYTES + SessionLayout.SESSION_HEADER_BYTES + valueBytes);
        long session = sessions + SessionLayout.HEADER_BYTES;
        SessionLayout.header(session, timestamp, end, valueBytes);
        codec.writeBlob(value, SessionLayout.value(session));
        SessionLayout.deadline(sessions, end - 1);
        timers.add(end - 1, keyAddress, keyBytes, hash);
    }

    /** Puts one session in the place of those from {@code first} to before {@code last}: none, or several. */
    private void rebuild(
            long eventAddress,
            long page,
            long timestamp,
            long keyAddress,
            int keyBytes,
            long hash,
            long sessions,
            long first,
            long last) {
        long start = timestamp;
        long end = timestamp + gapMillis;
        Object value = initial;
        for (long at = first; at < last; at = SessionLayout.behind(at)) {
            Object other = codec.readBlob(SessionLayout.value(at));
            value = at == first ? other : merge.apply(value, other);
            start = Math.min(start, SessionLayout.start(at));
            end = Math.max(end, SessionLayout.end(at));
        }
        value = add.apply(value, eventCodec.read(eventAddress, page));
        int valueBytes = codec.blobBytes(value);

        int oldBytes = index.valueBytes(sessions);
        int headBytes = (int) (first - sessions);
        int tailBytes = oldBytes - (int) (last - sessions);
        long old = scratch.ofAtLeast(oldBytes);
        Memory.copy(sessions, old, oldBytes);

        long target = calls.put(
                index,
                keyAddress,
                keyBytes,
                hash,
                headBytes + SessionLayout.SESSION_HEADER_BYTES + valueBytes + tailBytes);
        Memory.copy(old, target, headBytes);
        long session = target + headBytes;
        SessionLayout.header(session, start, end, valueBytes);
        codec.writeBlob(value, SessionLayout.value(session));
        Memory.copy(old + oldBytes - tailBytes, SessionLayout.behind(session), tailBytes);
        if (end - 1 < SessionLayout.deadline(target)) {
            SessionLayout.deadline(target, end - 1);
            timers.add(end - 1, keyAddress, keyBytes, hash);
        }
    }

    @Override
    public long touch(long timestamp, long hash) {
        return index.touch(hash);
    }

    @Override
    public long touchEntry(long timestamp, long hash) {
        return index.touchEntry(hash);
    }

    @Override
    public void watermark(long reached) {
        if (reached == Receiver.NO_TIME) {
            return;
        }
        watermark = reached;
        while (timers.earliest() != Long.MAX_VALUE && timers.earliest() <= reached) {
            long deadline = timers.earliest();
            long timer = timers.poll();
            fire(deadline, TimerQueue.keyAddress(timer), TimerQueue.keyBytes(timer), TimerQueue.hash(timer));
            timers.free(timer);
        }
        next.watermark(reached);
        late.watermark(reached);
    }

    private void fire(long deadline, long keyAddress, int keyBytes, long hash) {
        long sessions = calls.update(index, keyAddress, keyBytes, hash);
        if (sessions == 0 || SessionLayout.deadline(sessions) != deadline) {
            return; // The session it was for was joined with an earlier one, which has a timer of its own.
        }
        long behind = sessions + index.valueBytes(sessions);
        long session = sessions + SessionLayout.HEADER_BYTES;
        while (session < behind && SessionLayout.end(session) - 1 <= watermark) {
            Window window = new Window(
                    Instant.ofEpochMilli(SessionLayout.start(session)),
                    Instant.ofEpochMilli(SessionLayout.end(session)));
            Object value = codec.readBlob(SessionLayout.value(session));
            try {
                NEXT.invokeExact(
                        result.of(keyCodec.readBlob(keyAddress), window, value), SessionLayout.end(session) - 1);
            } catch (Throwable e) {
                throw EventPath.rethrow(e);
            }
            session = SessionLayout.behind(session);
        }
        if (session == behind) {
            calls.remove(index, keyAddress, keyBytes, hash);
            return;
        }
        int restBytes = (int) (behind - session);
        long rest = scratch.ofAtLeast(restBytes);
        Memory.copy(session, rest, restBytes);
        long target = calls.put(index, keyAddress, keyBytes, hash, SessionLayout.HEADER_BYTES + restBytes);
        Memory.copy(rest, target + SessionLayout.HEADER_BYTES, restBytes);
        long earliest = SessionLayout.end(target + SessionLayout.HEADER_BYTES) - 1;
        SessionLayout.deadline(target, earliest);
        timers.add(earliest, keyAddress, keyBytes, hash);
    }

    @Override
    public void barrier(Barrier barrier) {
        barrier.seal(new StatePart(format, 0, index.seal(), false));
        next.barrier(barrier);
        late.barrier(barrier);
    }

    @Override
    public void flush() {
        next.flush();
        late.flush();
    }
}

package dev.millrace.engine.internal.window;

import dev.millrace.allocator.Memory;

/**
 * Where things lie in the open sessions of one key.
 *
 * <pre>
 *   0                 8                                          then, for each session, by start
 *   +-----------------+      0          8          16            20          24
 *   | pending timer's |      +----------+----------+-------------+-----------+----------------+
 *   | deadline        |  ... | start    | end      | value bytes | unused    | value blob ... |
 *   +-----------------+      +----------+----------+-------------+-----------+----------------+
 * </pre>
 *
 * Times are epoch milliseconds; sessions of a key do not overlap, so the first has the earliest end. The timer's
 * deadline is never behind it.
 */
final class SessionLayout {
    static final int HEADER_BYTES = 8;
    static final int SESSION_HEADER_BYTES = 24;

    private static final int END_OFFSET = 8;
    private static final int VALUE_BYTES_OFFSET = 16;
    private static final int UNUSED_OFFSET = 20;

    private SessionLayout() {}

    static long deadline(long sessions) {
        return Memory.getLong(sessions);
    }

    static void deadline(long sessions, long deadline) {
        Memory.putLong(sessions, deadline);
    }

    static long start(long session) {
        return Memory.getLong(session);
    }

    static long end(long session) {
        return Memory.getLong(session + END_OFFSET);
    }

    static long value(long session) {
        return session + SESSION_HEADER_BYTES;
    }

    static int valueBytes(long session) {
        return Memory.getInt(session + VALUE_BYTES_OFFSET);
    }

    /** The address behind a session. */
    static long behind(long session) {
        return session + SESSION_HEADER_BYTES + valueBytes(session);
    }

    static void bounds(long session, long start, long end) {
        Memory.putLong(session, start);
        Memory.putLong(session + END_OFFSET, end);
    }

    static void header(long session, long start, long end, int valueBytes) {
        bounds(session, start, end);
        Memory.putInt(session + VALUE_BYTES_OFFSET, valueBytes);
        Memory.putInt(session + UNUSED_OFFSET, 0);
    }
}

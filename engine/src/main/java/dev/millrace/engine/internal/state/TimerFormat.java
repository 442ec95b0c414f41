package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.RecordLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Timers, under {key, name}: those of event time are one named part, those of the clock the other.
 *
 * <pre>
 *   0           8         16        24
 *   +-----------+---------+---------+      message Timer { sint64 deadline = 1; }
 *   | deadline  | block   | links   |
 *   +-----------+---------+---------+
 * </pre>
 *
 * The deadline is in epoch milliseconds. The block is the timer's in its queue, and links are how many timers it follows from
 * behind the end of the input; both are not stored.
 */
final class TimerFormat extends CompositeFormat {
    static final int VALUE_BYTES = 24;

    private static final int DEADLINE = 1;
    private static final int BLOCK_OFFSET = 8;
    private static final int LINKS_OFFSET = 16;

    TimerFormat(int stateId, String stateName, RecordLayout keyLayout) {
        super(stateId, stateName, keyLayout, RecordLayout.of(String.class), RecordLayout.of(Long.class));
    }

    static long deadline(long timer) {
        return Memory.getLong(timer);
    }

    static void deadline(long timer, long deadline) {
        Memory.putLong(timer, deadline);
    }

    static long block(long timer) {
        return Memory.getLong(timer + BLOCK_OFFSET);
    }

    static void block(long timer, long block) {
        Memory.putLong(timer + BLOCK_OFFSET, block);
    }

    static long links(long timer) {
        return Memory.getLong(timer + LINKS_OFFSET);
    }

    static void links(long timer, long links) {
        Memory.putLong(timer + LINKS_OFFSET, links);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        return Wire.write(Wire.MOST_FIELD_BYTES, out -> out.writeSInt64(DEADLINE, deadline(address)));
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        ByteBuffer timer = ByteBuffer.allocate(VALUE_BYTES).order(ByteOrder.nativeOrder());
        Wire.read("timer", encoded, (number, in) -> {
            if (number != DEADLINE) {
                return false;
            }
            timer.putLong(0, in.readSInt64());
            return true;
        });
        return timer.array();
    }
}

package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Builds the method handle that writes a record of numbers and times without a buffer in between: {@code (long fixed, byte[] target,
 * int at) -> place behind}. Used once, by one thread.
 *
 * @param write the handle
 * @param maxBytes the longest message
 */
record DirectEncoder(MethodHandle write, int maxBytes) {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics LEAVES = Statics.of(LOOKUP, DirectEncoderLeaves.class);
    private static final int MAX_VARINT_BYTES = 10;
    private static final int MAX_CHAR_BYTES = 3;
    private static final int MAX_TAG_BYTES = 5;
    private static final int MAX_TIME_BYTES = 1 + 2 * (1 + MAX_VARINT_BYTES);
    /** The longest payload whose length takes one byte. */
    private static final int MAX_SHORT_BYTES = 127;
    /** Beyond this the way through a buffer is not worse. */
    private static final int MAX_MESSAGE_BYTES = 1 << 10;

    /** For a message of certain fields; null if it has others than numbers and times, or is long. */
    static @Nullable DirectEncoder of(WriteStep record) {
        if (record.kind != FieldKind.RECORD) {
            return null;
        }
        MethodHandle all = null;
        int maxBytes = 0;
        for (WriteStep step : record.parts) {
            DirectEncoder field = field(step);
            if (field == null || maxBytes + field.maxBytes > MAX_MESSAGE_BYTES) {
                return null;
            }
            maxBytes += field.maxBytes;
            all = all == null ? field.write : then(all, field.write);
        }
        return all == null ? null : new DirectEncoder(all, maxBytes);
    }

    private static @Nullable DirectEncoder field(WriteStep step) {
        return switch (step.kind) {
            case BOOLEAN, BYTE -> leaf("byteField", step, MAX_VARINT_BYTES);
            case SHORT -> leaf("shortField", step, MAX_VARINT_BYTES);
            case CHAR -> leaf("charField", step, MAX_CHAR_BYTES);
            case INT, ENUM -> leaf("intField", step, MAX_VARINT_BYTES);
            case LONG, LOCAL_DATE -> leaf("longField", step, MAX_VARINT_BYTES);
            case FLOAT -> leaf("floatField", step, Float.BYTES);
            case DOUBLE -> leaf("doubleField", step, Double.BYTES);
            case INSTANT, LOCAL_DATE_TIME -> leaf("timeField", step, MAX_TIME_BYTES);
            case RECORD -> record(step);
            case TEXT, DURATION, UUID, DECIMAL, BYTES, FIXED_TEXT, ARRAY, LIST, MAP, OPTIONAL, UNION -> null;
        };
    }

    private static DirectEncoder leaf(String name, WriteStep step, int valueBytes) {
        return new DirectEncoder(
                MethodHandles.insertArguments(LEAVES.handle(name), 0, step.tag, step.offset),
                MAX_TAG_BYTES + valueBytes);
    }

    private static @Nullable DirectEncoder record(WriteStep step) {
        DirectEncoder inside = of(step);
        if (inside == null || inside.maxBytes > MAX_SHORT_BYTES) {
            return null;
        }
        return new DirectEncoder(
                MethodHandles.insertArguments(LEAVES.handle("recordField"), 0, inside.write, step.tag, step.offset),
                MAX_TAG_BYTES + 1 + inside.maxBytes);
    }

    /** Writes one field, and another behind it. */
    private static MethodHandle then(MethodHandle first, MethodHandle second) {
        MethodHandle both = MethodHandles.collectArguments(second, 2, first);
        return MethodHandles.permuteArguments(both, first.type(), 0, 1, 0, 1, 2);
    }
}

package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/**
 * Builds the method handle that reads a record of numbers in one go: {@code (byte[] source, int at, int limit, byte[] target, int
 * slots) -> place behind what was read}. Where that is not the limit, the message has something else in it than its fields in the
 * order of their numbers. Used once, by one thread.
 */
final class DirectDecoder {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics LEAVES = Statics.of(LOOKUP, DirectDecoderLeaves.class);
    /** Beyond this the other way is not worse, and the JIT does not like long methods. */
    private static final int MAX_FIELDS = 64;

    private DirectDecoder() {}

    /** For messages of a type; null if there are others than numbers in it, or very many. */
    static @Nullable DirectReader newReader(ReadStep root) {
        MethodHandle fields = of(root);
        return fields == null
                ? null
                : (DirectReader) HiddenClasses.instantiate(LOOKUP, DirectDecoderTemplate.class, fields);
    }

    /** For the fields of a record; null if there are others than numbers among them, or very many. */
    private static @Nullable MethodHandle of(ReadStep record) {
        if (record.kind != FieldKind.RECORD || record.parts.length > MAX_FIELDS) {
            return null;
        }
        MethodHandle all = null;
        for (ReadStep step : record.parts) {
            MethodHandle field = field(step);
            if (field == null) {
                return null;
            }
            all = all == null ? field : then(all, field);
        }
        return all;
    }

    private static @Nullable MethodHandle field(ReadStep step) {
        if (step.kind != step.target) {
            return null;
        }
        return switch (step.kind) {
            case BOOLEAN -> leaf("booleanField", step);
            case BYTE -> leaf("byteField", step);
            case SHORT -> leaf("shortField", step);
            case CHAR -> leaf("charField", step);
            case INT -> leaf("intField", step);
            case LONG -> leaf("longField", step);
            case FLOAT -> leaf("floatField", step);
            case DOUBLE -> leaf("doubleField", step);
            case LOCAL_DATE -> leaf("dateField", step);
            case ENUM ->
                step.ordinals != null
                        ? null
                        : MethodHandles.insertArguments(
                                LEAVES.handle("enumField"), 0, step.tag, step.offset, step.constantCount);
            case RECORD -> {
                MethodHandle fields = of(step);
                yield fields == null
                        ? null
                        : MethodHandles.insertArguments(LEAVES.handle("recordField"), 0, fields, step.tag, step.offset);
            }
            case INSTANT, TEXT, DURATION, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT -> null;
            case ARRAY, LIST, MAP, OPTIONAL, UNION -> null;
        };
    }

    private static MethodHandle leaf(String name, ReadStep step) {
        return MethodHandles.insertArguments(LEAVES.handle(name), 0, step.tag, step.offset);
    }

    /** Reads one field, and another behind it. */
    private static MethodHandle then(MethodHandle first, MethodHandle second) {
        MethodHandle both = MethodHandles.collectArguments(second, 1, first);
        return MethodHandles.permuteArguments(both, first.type(), 0, 0, 1, 2, 3, 4, 2, 3, 4);
    }
}

package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the method handle that reads the fields of one record, and binds it to a copy of {@link DecoderTemplate}. Used once, by
 * one thread.
 *
 * <p>The handles look for one field each, in the order of the numbers, which is that of every writer. What comes otherwise is
 * left to {@link ReadValues}.
 */
final class DecoderAssembly {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics LEAVES = Statics.of(LOOKUP, DecoderLeaves.class);

    private DecoderAssembly() {}

    static MessageReader newReader(ReadStep[] fields) {
        List<MethodHandle> handles = new ArrayList<>();
        for (ReadStep field : fields) {
            handles.add(field(field));
        }
        return (MessageReader) HiddenClasses.instantiate(
                LOOKUP,
                DecoderTemplate.class,
                handles.isEmpty() ? LEAVES.handle("nothing") : Handles.sequence(handles));
    }

    private static MethodHandle field(ReadStep step) {
        if (step.kind != step.target) {
            return any(step);
        }
        return switch (step.kind) {
            case BOOLEAN -> plain("booleanField", step);
            case INT -> plain("intField", step);
            case LONG -> plain("longField", step);
            case FLOAT -> plain("floatField", step);
            case DOUBLE -> plain("doubleField", step);
            case BYTE, SHORT, CHAR, ENUM, INSTANT, TEXT, RECORD, DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID ->
                any(step);
            case DECIMAL, BYTES, FIXED_TEXT, ARRAY, LIST, MAP, OPTIONAL, UNION -> any(step);
        };
    }

    private static MethodHandle plain(String leaf, ReadStep step) {
        return MethodHandles.insertArguments(LEAVES.handle(leaf), 0, step.tag, step.offset);
    }

    private static MethodHandle any(ReadStep step) {
        // An optional value comes as the value does.
        int tag = step.kind == FieldKind.OPTIONAL ? step.parts[0].tag : step.tag;
        return MethodHandles.insertArguments(LEAVES.handle("field"), 0, tag, step);
    }
}

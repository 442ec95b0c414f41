package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** Builds the method handles of one flat codec and binds them to a copy of {@link FlatTemplate}. Used once, by one thread. */
public final class FlatAssembly {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics SLOTS = Statics.of(LOOKUP, FlatSlots.class);
    private static final MethodType SIZE = MethodType.methodType(int.class, Object.class);
    private static final MethodType WRITE =
            MethodType.methodType(void.class, Object.class, long.class, long.class, long.class);
    private static final MethodType READ = MethodType.methodType(Object.class, long.class, long.class);

    private final TextCache texts = new TextCache();

    private FlatAssembly() {}

    /** Makes a codec for a layout. */
    public static FlatCodec<?> newCodec(RecordLayout layout) {
        FlatAssembly assembly = new FlatAssembly();
        FlatParts parts = new FlatParts(
                layout,
                assembly.size(layout).asType(SIZE),
                assembly.topWriter(layout).asType(WRITE),
                assembly.reader(layout, 0).asType(READ),
                new BlobValidator(layout));
        return (FlatCodec<?>) HiddenClasses.instantiate(LOOKUP, FlatTemplate.class, parts);
    }

    /** {@code (T) -> int}: the bytes of the variable part. */
    private MethodHandle size(RecordLayout layout) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> sizes = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            if (field.kind() == FieldKind.TEXT) {
                sizes.add(MethodHandles.filterReturnValue(handles.accessor(field), SLOTS.handle("textBytes")));
            } else if (field.kind() == FieldKind.RECORD && !field.nested().isFixedSize()) {
                sizes.add(MethodHandles.filterReturnValue(handles.accessor(field), size(field.nested())));
            }
        }
        if (sizes.isEmpty()) {
            return MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, handles.holder());
        }
        return sum(sizes);
    }

    private static MethodHandle sum(List<MethodHandle> sizes) {
        if (sizes.size() == 1) {
            return sizes.get(0);
        }
        int half = sizes.size() / 2;
        MethodHandle left = sum(sizes.subList(0, half));
        MethodHandle right = sum(sizes.subList(half, sizes.size()));
        MethodHandle both = MethodHandles.filterArguments(SLOTS.handle("addBytes"), 0, left, right);
        return MethodHandles.permuteArguments(both, left.type(), 0, 0);
    }

    /** {@code (T, fixed, base, variable) -> void}, padding included. */
    private MethodHandle topWriter(RecordLayout layout) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> steps = new ArrayList<>();
        for (int word : Padding.words(layout)) {
            MethodHandle zero = MethodHandles.insertArguments(SLOTS.handle("zeroWord"), 0, word);
            steps.add(MethodHandles.dropArguments(zero, 0, handles.holder()));
        }
        if (layout.isFixedSize()) {
            steps.add(fixedWriter(layout, 0));
            return MethodHandles.dropArguments(Handles.sequence(steps), 2, long.class, long.class);
        }
        MethodHandle writer = writer(layout, 0);
        writer = writer.asType(writer.type().changeReturnType(void.class));
        return steps.isEmpty() ? writer : MethodHandles.foldArguments(writer, Handles.sequence(steps));
    }

    /** {@code (T, fixed) -> void} for a layout without text. */
    private MethodHandle fixedWriter(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> steps = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            steps.add(fixedStep(handles, field, startBytes + field.offsetBytes()));
        }
        return Handles.sequence(steps);
    }

    /** {@code (T, fixed, base, variable) -> variable behind what was written}, for a layout with text. */
    private MethodHandle writer(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> fixedSteps = new ArrayList<>();
        List<MethodHandle> textSteps = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            int offset = startBytes + field.offsetBytes();
            if (field.kind() == FieldKind.TEXT) {
                MethodHandle put = MethodHandles.insertArguments(SLOTS.handle("putText"), 0, offset);
                textSteps.add(MethodHandles.filterArguments(put, 0, handles.accessor(field)));
            } else if (field.kind() == FieldKind.RECORD && !field.nested().isFixedSize()) {
                textSteps.add(
                        MethodHandles.filterArguments(writer(field.nested(), offset), 0, handles.accessor(field)));
            } else {
                fixedSteps.add(fixedStep(handles, field, offset));
            }
        }
        MethodHandle writer = chain(textSteps);
        return fixedSteps.isEmpty() ? writer : MethodHandles.foldArguments(writer, Handles.sequence(fixedSteps));
    }

    /** Runs text steps one after the other, each from where the one before it ended. */
    private static MethodHandle chain(List<MethodHandle> steps) {
        if (steps.size() == 1) {
            return steps.get(0);
        }
        int half = steps.size() / 2;
        MethodHandle first = chain(steps.subList(0, half));
        MethodHandle second = chain(steps.subList(half, steps.size()));
        MethodHandle both = MethodHandles.collectArguments(second, 3, first);
        return MethodHandles.permuteArguments(both, first.type(), 0, 1, 2, 0, 1, 2, 3);
    }

    private MethodHandle fixedStep(RecordHandles handles, LayoutField field, int offset) {
        MethodHandle put = field.kind() == FieldKind.RECORD
                ? fixedWriter(field.nested(), offset)
                : MethodHandles.insertArguments(SLOTS.handle("put" + suffix(field.kind())), 0, offset);
        MethodHandle accessor = handles.accessor(field);
        Class<?> wanted = put.type().parameterType(0);
        return MethodHandles.filterArguments(
                put, 0, accessor.asType(accessor.type().changeReturnType(wanted)));
    }

    /** {@code (fixed, base) -> T}. */
    private MethodHandle reader(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> readers = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            MethodHandle reader = fieldReader(field, startBytes + field.offsetBytes());
            readers.add(reader.asType(reader.type().changeReturnType(field.type())));
        }
        return Handles.construct(handles.constructor(), readers, long.class, long.class);
    }

    private MethodHandle fieldReader(LayoutField field, int offset) {
        return switch (field.kind()) {
            case RECORD -> reader(field.nested(), offset);
            case TEXT -> MethodHandles.insertArguments(SLOTS.handle("getText"), 0, offset, texts);
            case ENUM ->
                MethodHandles.insertArguments(
                        SLOTS.handle("getEnum"), 0, offset, field.type().getEnumConstants());
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, INSTANT ->
                MethodHandles.insertArguments(SLOTS.handle("get" + suffix(field.kind())), 0, offset);
            case DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no slot method: kind=" + field.kind());
        };
    }

    private static String suffix(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN -> "Boolean";
            case BYTE -> "Byte";
            case SHORT -> "Short";
            case CHAR -> "Char";
            case INT -> "Int";
            case LONG -> "Long";
            case FLOAT -> "Float";
            case DOUBLE -> "Double";
            case ENUM -> "Enum";
            case INSTANT -> "Instant";
            case TEXT,
                    RECORD,
                    DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    DECIMAL,
                    BYTES,
                    FIXED_TEXT,
                    ARRAY,
                    LIST,
                    MAP,
                    OPTIONAL,
                    UNION -> throw new IllegalStateException("no slot method: kind=" + kind);
        };
    }
}

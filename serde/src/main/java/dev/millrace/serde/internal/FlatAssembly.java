package dev.millrace.serde.internal;

import dev.millrace.serde.FieldType;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the method handles of one flat codec and binds them to a copy of {@link FlatTemplate}. Records become trees of
 * handles; what has a loop or a branch in it becomes a {@link FlatPart}, see {@link FlatParts}. Used once, by one thread.
 */
public final class FlatAssembly {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics SLOTS = Statics.of(LOOKUP, FlatSlots.class);
    private static final MethodHandle MEASURE =
            Statics.of(LOOKUP, FlatAssembly.class).handle("measure");
    private static final MethodHandle OPEN =
            Statics.of(LOOKUP, FlatAssembly.class).handle("open");
    private static final MethodType SIZE = MethodType.methodType(int.class, Object.class);
    private static final MethodType WRITE =
            MethodType.methodType(void.class, Object.class, long.class, long.class, long.class);
    private static final MethodType READ = MethodType.methodType(Object.class, long.class, long.class);

    private final FlatLeaves leaves = new FlatLeaves(new TextCache());
    private final FlatParts parts = new FlatParts(this);

    private FlatAssembly() {}

    /** Makes a codec for a layout. */
    public static FlatCodec<?> newCodec(RecordLayout layout) {
        FlatAssembly assembly = new FlatAssembly();
        MethodHandle size = assembly.size(layout).asType(SIZE);
        MethodHandle write = assembly.topWriter(layout).asType(WRITE);
        if (assembly.parts.hasCollections()) {
            FlatSpace space = assembly.parts.space();
            size = MethodHandles.foldArguments(MEASURE.bindTo(space), size);
            write = MethodHandles.foldArguments(write, OPEN.bindTo(space));
        }
        FlatConstants constants = new FlatConstants(
                layout, size, write, assembly.reader(layout, 0).asType(READ), new BlobValidator(layout));
        return (FlatCodec<?>) HiddenClasses.instantiate(LOOKUP, FlatTemplate.class, constants);
    }

    /** {@code (fixed, base) -> value} for one component at an offset. */
    static MethodHandle fieldReader(FieldType type, FlatPlace place, int offset) {
        MethodHandle reader = new FlatAssembly().reader(type, place, offset);
        return reader.type().parameterCount() == 1 ? MethodHandles.dropArguments(reader, 1, long.class) : reader;
    }

    /** {@code (value, fixed) -> void} for one component without a variable part; padding is zero already. */
    static MethodHandle fieldWriter(FieldType type, FlatPlace place, int offset) {
        return new FlatAssembly().fixedWriter(type, place, offset);
    }

    /** {@code (T) -> int}: the bytes of the variable part. */
    private MethodHandle size(RecordLayout layout) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> sizes = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            if (!field.fieldType().isFixedSize()) {
                sizes.add(MethodHandles.filterReturnValue(
                        accessor(handles, field), size(field.fieldType(), place(layout, field))));
            }
        }
        if (sizes.isEmpty()) {
            return MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, handles.holder());
        }
        return sum(sizes);
    }

    /** {@code (value) -> int}: the bytes of the variable part of one value. */
    MethodHandle size(FieldType type, FlatPlace place) {
        if (type.isFixedSize()) {
            return MethodHandles.dropArguments(MethodHandles.constant(int.class, 0), 0, type.javaType());
        } else if (type instanceof FieldType.RecordOf record) {
            return size(record.layout());
        } else if (FlatParts.isPart(type)) {
            return takes(parts.size(type, place), type);
        }
        return takes(leaves.size(type), type);
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

    /** {@code (T, fixed) -> void} for a layout without a variable part. */
    private MethodHandle fixedWriter(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> steps = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            MethodHandle put = fixedWriter(field.fieldType(), place(layout, field), startBytes + field.offsetBytes());
            steps.add(MethodHandles.filterArguments(put, 0, accessor(handles, field)));
        }
        return Handles.sequence(steps);
    }

    /** {@code (value, fixed) -> void} for one value without a variable part. */
    private MethodHandle fixedWriter(FieldType type, FlatPlace place, int offset) {
        if (type instanceof FieldType.RecordOf record) {
            return fixedWriter(record.layout(), offset);
        } else if (FlatParts.isPart(type)) {
            MethodHandle write = MethodHandles.insertArguments(parts.write(type, place, offset), 2, 0L, 0L);
            return takes(write, type).asType(MethodType.methodType(void.class, type.javaType(), long.class));
        }
        return takes(leaves.fixedWriter(type, place, offset), type);
    }

    /** {@code (T, fixed, base, variable) -> variable behind what was written}, for a layout with a variable part. */
    private MethodHandle writer(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> fixedSteps = new ArrayList<>();
        List<MethodHandle> variableSteps = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            int offset = startBytes + field.offsetBytes();
            FlatPlace place = place(layout, field);
            if (field.fieldType().isFixedSize()) {
                MethodHandle put = fixedWriter(field.fieldType(), place, offset);
                fixedSteps.add(MethodHandles.filterArguments(put, 0, accessor(handles, field)));
            } else {
                MethodHandle put = writer(field.fieldType(), place, offset);
                variableSteps.add(MethodHandles.filterArguments(put, 0, accessor(handles, field)));
            }
        }
        MethodHandle writer = chain(variableSteps);
        return fixedSteps.isEmpty() ? writer : MethodHandles.foldArguments(writer, Handles.sequence(fixedSteps));
    }

    /** {@code (value, fixed, base, variable) -> variable behind what was written}, for one value of any type. */
    MethodHandle writer(FieldType type, FlatPlace place, int offset) {
        if (type.isFixedSize()) {
            MethodHandle put = MethodHandles.dropArguments(fixedWriter(type, place, offset), 2, long.class, long.class);
            MethodHandle variable = MethodHandles.dropArguments(
                    MethodHandles.identity(long.class), 0, type.javaType(), long.class, long.class);
            return MethodHandles.foldArguments(variable, put);
        } else if (type instanceof FieldType.RecordOf record) {
            return writer(record.layout(), offset);
        } else if (FlatParts.isPart(type)) {
            return takes(parts.write(type, place, offset), type);
        }
        return takes(leaves.writer(type, offset), type);
    }

    /** Runs steps one after the other, each from where the one before it ended. */
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

    /** {@code (fixed, base) -> T}. */
    private MethodHandle reader(RecordLayout layout, int startBytes) {
        RecordHandles handles = new RecordHandles(layout);
        List<MethodHandle> readers = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            MethodHandle reader = reader(field.fieldType(), place(layout, field), startBytes + field.offsetBytes());
            Class<?> wanted = handles.constructor().type().parameterType(field.position());
            readers.add(gives(reader, field.type(), wanted));
        }
        return Handles.construct(handles.constructor(), readers, long.class, long.class);
    }

    /** {@code (fixed, base) -> value}, or {@code (fixed) -> value}, for one value. */
    MethodHandle reader(FieldType type, FlatPlace place, int offset) {
        if (type instanceof FieldType.RecordOf record) {
            return reader(record.layout(), offset);
        } else if (FlatParts.isPart(type)) {
            return parts.read(type, place, offset);
        }
        return leaves.reader(type, offset);
    }

    private static FlatPlace place(RecordLayout layout, LayoutField field) {
        return new FlatPlace(layout.typeName(), field.name());
    }

    /** {@code (T) -> value}: the component's own type may be that of a type parameter. */
    private static MethodHandle accessor(RecordHandles handles, LayoutField field) {
        return gives(handles.accessor(field), field.type(), field.type());
    }

    private static MethodHandle gives(MethodHandle handle, Class<?> type, Class<?> wanted) {
        return handle.asType(handle.type().changeReturnType(type))
                .asType(handle.type().changeReturnType(wanted));
    }

    @SuppressWarnings("UnusedMethod") // Bound by name above.
    private static int measure(FlatSpace space, int sizeBytes, Object value) {
        space.measure(value, sizeBytes);
        return sizeBytes;
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // Bound by name above; takes what the writer takes.
    private static void open(FlatSpace space, Object value, long fixed, long base, long variable) {
        space.open(value, variable);
    }

    private static MethodHandle takes(MethodHandle handle, FieldType type) {
        return handle.asType(handle.type().changeParameterType(0, type.javaType()));
    }
}

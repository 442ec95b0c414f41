package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** One component of a view: its handles are made when they are first asked for. Used by one thread at a time. */
public final class FieldAccess {
    private static final MethodType READ = MethodType.methodType(Object.class, long.class, long.class);
    private static final MethodType WRITE = MethodType.methodType(void.class, Object.class, long.class);

    private final FlatPlace place;
    private final FieldType type;
    private final int offsetBytes;
    /** Not made before the first read. */
    private @Nullable MethodHandle reader;
    /** Not made before the first write. */
    private @Nullable MethodHandle writer;

    public FieldAccess(String record, String component, FieldType type, int offsetBytes) {
        this.place = new FlatPlace(record, component);
        this.type = type;
        this.offsetBytes = offsetBytes;
    }

    public FieldKind kind() {
        return type.kind();
    }

    /** The kind of an array's elements. For all else a kind that no element has. */
    public FieldKind elementKind() {
        return type instanceof FieldType.ArrayOf array ? array.element().kind() : FieldKind.RECORD;
    }

    public int offsetBytes() {
        return offsetBytes;
    }

    public Object read(long fixed, long base) {
        MethodHandle read = reader;
        if (read == null) {
            read = FlatAssembly.fieldReader(type, place, offsetBytes).asType(READ);
            reader = read;
        }
        try {
            return (Object) read.invokeExact(fixed, base);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }

    public void write(Object value, long fixed) {
        MethodHandle write = writer;
        if (write == null) {
            if (!type.isFixedSize()) {
                throw new IllegalArgumentException(
                        "component has a variable part and cannot be changed in place: record="
                                + place.record() + ", component=" + place.component() + ", kind=" + type.kind()
                                + "; write the whole record, or use @FixedUtf8 for a text");
            }
            write = FlatAssembly.fieldWriter(type, place, offsetBytes).asType(WRITE);
            writer = write;
        }
        try {
            write.invokeExact(value, fixed);
        } catch (Throwable t) {
            throw Unchecked.rethrow(t);
        }
    }
}

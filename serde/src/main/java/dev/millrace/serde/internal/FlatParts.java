package dev.millrace.serde.internal;

import dev.millrace.serde.FieldType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** Makes the {@link FlatPart}s of one codec, one for each place in the layout. Used while it is assembled, by one thread. */
final class FlatParts {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final MethodHandle AT = Statics.of(LOOKUP, FlatSlots.class).handle("at");
    private static final MethodType SIZE = MethodType.methodType(int.class, Object.class);
    private static final MethodType WRITE =
            MethodType.methodType(long.class, Object.class, long.class, long.class, long.class);
    private static final MethodType READ = MethodType.methodType(Object.class, long.class, long.class);

    private final FlatAssembly assembly;
    private final FlatSpace space = new FlatSpace();
    private final IdentityHashMap<FieldType, FlatPart> made = new IdentityHashMap<>();

    FlatParts(FlatAssembly assembly) {
        this.assembly = assembly;
    }

    /** Whether there is a list or a map: what may change while the program holds it. Known once the codec is assembled. */
    boolean hasCollections() {
        return made.keySet().stream()
                .anyMatch(type -> type instanceof FieldType.ListOf || type instanceof FieldType.MapOf);
    }

    FlatSpace space() {
        return space;
    }

    /** Whether values of a type are handled by a part. */
    static boolean isPart(FieldType type) {
        return type instanceof FieldType.ListOf
                || type instanceof FieldType.MapOf
                || type instanceof FieldType.OptionalOf
                || type instanceof FieldType.UnionOf;
    }

    /** {@code (Object) -> int}. */
    MethodHandle size(FieldType type, FlatPlace place) {
        return bind(part(type, place), "size", SIZE);
    }

    /** {@code (Object, fixed, base, variable) -> variable behind it}. */
    MethodHandle write(FieldType type, FlatPlace place, int offset) {
        return atOffset(bind(part(type, place), "write", WRITE), 1, offset);
    }

    /** {@code (fixed, base) -> Object}. */
    MethodHandle read(FieldType type, FlatPlace place, int offset) {
        return atOffset(bind(part(type, place), "read", READ), 0, offset);
    }

    private static MethodHandle atOffset(MethodHandle handle, int slot, int offset) {
        return offset == 0
                ? handle
                : MethodHandles.filterArguments(handle, slot, MethodHandles.insertArguments(AT, 0, offset));
    }

    private static MethodHandle bind(FlatPart part, String method, MethodType type) {
        try {
            return LOOKUP.bind(part, method, type);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("part has no such method: method=" + method, e);
        }
    }

    private FlatPart part(FieldType type, FlatPlace place) {
        FlatPart part = made.get(type);
        if (part == null) {
            part = newPart(type, place);
            made.put(type, part);
        }
        return part;
    }

    private FlatPart newPart(FieldType type, FlatPlace place) {
        if (type instanceof FieldType.ListOf list) {
            FieldType element = list.element();
            FlatPlace inside = place.inside("[]");
            return copy(
                    ListTemplate.class,
                    new ListTemplate.Parts(
                            space, inside, element.strideBytes(), element.isFixedSize(), handles(element, inside)));
        } else if (type instanceof FieldType.OptionalOf optional) {
            FieldType value = optional.value();
            return copy(
                    OptionalTemplate.class,
                    new OptionalTemplate.Parts(
                            optional.presenceOffsetBytes(), value.isFixedSize(), handles(value, place.inside("?"))));
        } else if (type instanceof FieldType.MapOf map) {
            return copy(
                    MapTemplate.class,
                    new MapTemplate.Parts(
                            space,
                            place,
                            map,
                            handles(map.key(), place.inside("[].key")),
                            handles(map.value(), place.inside("[].value"))));
        } else if (type instanceof FieldType.UnionOf union) {
            return union(union, place);
        }
        throw new IllegalStateException("no part: kind=" + type.kind());
    }

    private FlatPart union(FieldType.UnionOf union, FlatPlace place) {
        List<MethodHandle> sizes = new ArrayList<>();
        List<MethodHandle> writers = new ArrayList<>();
        List<MethodHandle> readers = new ArrayList<>();
        List<Class<?>> classes = new ArrayList<>();
        for (FieldType.Alternative alternative : union.alternatives()) {
            FlatHandles handles = handles(new FieldType.RecordOf(alternative.layout()), place);
            sizes.add(handles.size());
            writers.add(handles.write());
            readers.add(handles.read());
            classes.add(alternative.layout().type());
        }
        FlatHandles switches = new FlatHandles(Handles.choice(sizes), Handles.choice(writers), Handles.choice(readers));
        return copy(
                UnionTemplate.class,
                new UnionTemplate.Parts(
                        place,
                        union.ordinalOffsetBytes(),
                        union.isFixedSize(),
                        classes.toArray(new Class<?>[0]),
                        switches));
    }

    private FlatHandles handles(FieldType type, FlatPlace place) {
        MethodHandle read = assembly.reader(type, place, 0);
        if (read.type().parameterCount() == 1) {
            read = MethodHandles.dropArguments(read, 1, long.class);
        }
        return new FlatHandles(
                assembly.size(type, place).asType(SIZE),
                assembly.writer(type, place, 0).asType(WRITE),
                read.asType(READ));
    }

    private static FlatPart copy(Class<? extends FlatPart> template, Object parts) {
        return (FlatPart) HiddenClasses.instantiate(LOOKUP, template, parts);
    }
}

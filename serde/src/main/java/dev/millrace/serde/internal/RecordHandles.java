package dev.millrace.serde.internal;

import dev.millrace.serde.LayoutField;
import dev.millrace.serde.NullComponentException;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.List;

/**
 * The way into and out of the values of one layout: accessors and the canonical constructor as method handles. A single
 * value is treated as a record of one component. Immutable; any thread may use it.
 */
public final class RecordHandles {
    private static final MethodHandle REQUIRE_PRESENT =
            Statics.of(MethodHandles.lookup(), RecordHandles.class).handle("requirePresent");

    private final RecordLayout layout;
    /** The record's class, or the box of a single primitive. */
    private final Class<?> holder;

    private final List<MethodHandle> accessors;
    private final MethodHandle constructor;

    public RecordHandles(RecordLayout layout) {
        this.layout = layout;
        this.holder = MethodType.methodType(layout.type()).wrap().returnType();
        if (layout.isRecord()) {
            MethodHandles.Lookup lookup = lookupIn(layout.type());
            RecordComponent[] components = layout.type().getRecordComponents();
            MethodHandle[] found = new MethodHandle[components.length];
            MethodType type = MethodType.methodType(void.class);
            for (int i = 0; i < components.length; i++) {
                found[i] = accessor(lookup, components[i], layout.fields().get(i));
                type = type.appendParameterTypes(components[i].getType());
            }
            this.accessors = List.of(found);
            this.constructor = constructor(lookup, type);
        } else {
            LayoutField value = layout.fields().get(0);
            MethodHandle self = guarded(MethodHandles.identity(holder), value);
            this.accessors = List.of(self.asType(MethodType.methodType(value.type(), holder)));
            this.constructor = boxing(value.type());
        }
    }

    /** {@code (value) -> its box}. */
    private MethodHandle boxing(Class<?> type) {
        MethodHandle valueOf = MethodHandles.identity(type).asType(MethodType.methodType(holder, type));
        if (type != long.class && type != int.class) {
            return valueOf;
        }
        try {
            // A new box, which the JIT removes where it removes a record: one that may come out of the cache of small
            // numbers stays, and counts and sums are read for each event. No class names that constructor, which is
            // deprecated.
            return MethodHandles.publicLookup().findConstructor(holder, MethodType.methodType(void.class, type));
        } catch (ReflectiveOperationException e) {
            return valueOf;
        }
    }

    /** The type that accessors take and the constructor gives. */
    public Class<?> holder() {
        return holder;
    }

    /** {@code (holder) -> component}; throws {@link NullComponentException} rather than give null. */
    public MethodHandle accessor(LayoutField field) {
        return accessors.get(field.position());
    }

    /** {@code (components in order of declaration) -> holder}. */
    public MethodHandle constructor() {
        return constructor;
    }

    private MethodHandles.Lookup lookupIn(Class<?> type) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw unreachable(e);
        }
    }

    private MethodHandle accessor(MethodHandles.Lookup lookup, RecordComponent component, LayoutField field) {
        try {
            return guarded(lookup.unreflect(component.getAccessor()), field);
        } catch (IllegalAccessException e) {
            throw unreachable(e);
        }
    }

    private MethodHandle constructor(MethodHandles.Lookup lookup, MethodType type) {
        try {
            return lookup.findConstructor(layout.type(), type);
        } catch (ReflectiveOperationException e) {
            throw unreachable(e);
        }
    }

    private UnsupportedTypeException unreachable(ReflectiveOperationException cause) {
        UnsupportedTypeException refusal = new UnsupportedTypeException(
                layout.type(),
                "",
                layout.type(),
                "the record cannot be reached; open its package to dev.millrace.serde, or leave it in the unnamed module");
        refusal.initCause(cause);
        return refusal;
    }

    private MethodHandle guarded(MethodHandle accessor, LayoutField field) {
        Class<?> type = accessor.type().returnType();
        if (type.isPrimitive()) {
            return accessor;
        }
        MethodHandle guard = MethodHandles.insertArguments(REQUIRE_PRESENT, 0, layout.typeName(), field.name());
        return MethodHandles.filterReturnValue(accessor, guard.asType(MethodType.methodType(type, type)));
    }

    @SuppressWarnings("UnusedMethod") // Bound by name above.
    private static Object requirePresent(String record, String component, Object value) {
        if (value == null) {
            throw new NullComponentException(record, component);
        }
        return value;
    }
}

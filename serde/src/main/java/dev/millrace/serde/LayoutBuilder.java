package dev.millrace.serde;

import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Computes one {@link RecordLayout}. Used once, by one thread. */
final class LayoutBuilder {
    private static final String ALTERNATIVES =
            "use a primitive, String, java.time.Instant, an enum, or a record of these without type parameters";

    private static final Map<Class<?>, FieldKind> KINDS = Map.of(
            boolean.class, FieldKind.BOOLEAN,
            byte.class, FieldKind.BYTE,
            short.class, FieldKind.SHORT,
            char.class, FieldKind.CHAR,
            int.class, FieldKind.INT,
            long.class, FieldKind.LONG,
            float.class, FieldKind.FLOAT,
            double.class, FieldKind.DOUBLE,
            String.class, FieldKind.TEXT,
            Instant.class, FieldKind.INSTANT);

    private final Class<?> root;
    /** The records from the root down to the one being laid out: a type that comes again here is recursive. */
    private final Deque<Class<?>> openRecords = new ArrayDeque<>();

    LayoutBuilder(Class<?> root) {
        this.root = root;
    }

    RecordLayout build() {
        if (root.isRecord()) {
            return record(root, "");
        }
        Class<?> type = MethodType.methodType(root).unwrap().returnType();
        if (kindOf(type) == null) {
            throw new UnsupportedTypeException(root, "", root, "no flat layout for this type; " + ALTERNATIVES);
        }
        return new RecordLayout(root, place(List.of(new Leaf("value", type, null))), fixedBytes);
    }

    private record Leaf(String name, Class<?> type, @Nullable RecordLayout nested) {}

    /** What the last {@link #place} took. */
    private int fixedBytes;

    private RecordLayout record(Class<?> type, String path) {
        if (type.getTypeParameters().length > 0) {
            throw new UnsupportedTypeException(
                    root,
                    path,
                    type,
                    "a record with type parameters has no one layout; write a record with plain types");
        }
        if (openRecords.contains(type)) {
            throw new UnsupportedTypeException(
                    root, path, type, "a record inside itself has no bounded layout; hold the key of the other record");
        }
        RecordComponent[] components = type.getRecordComponents();
        if (components.length == 0 || components.length > RecordLayout.MAX_COMPONENTS) {
            throw new UnsupportedTypeException(
                    root,
                    path,
                    type,
                    "a record needs 1 to " + RecordLayout.MAX_COMPONENTS + " components, componentCount="
                            + components.length + "; group components in nested records");
        }
        openRecords.push(type);
        List<Leaf> leaves = new ArrayList<>();
        for (RecordComponent component : components) {
            String name = path.isEmpty() ? component.getName() : path + '.' + component.getName();
            leaves.add(leaf(component, name));
        }
        openRecords.pop();
        List<LayoutField> fields = place(leaves);
        if (fixedBytes > RecordLayout.MAX_FIXED_BYTES) {
            throw new UnsupportedTypeException(
                    root,
                    path,
                    type,
                    "the fixed part is too large: fixedBytes=" + fixedBytes + ", limitBytes="
                            + RecordLayout.MAX_FIXED_BYTES + "; use fewer components");
        }
        return new RecordLayout(type, fields, fixedBytes);
    }

    private Leaf leaf(RecordComponent component, String path) {
        Class<?> type = component.getType();
        if (type.isRecord()) {
            return new Leaf(component.getName(), type, record(type, path));
        }
        if (kindOf(type) == null) {
            Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
            String fix = primitive.isPrimitive() && primitive != void.class
                    ? "a component is never null, so a box has no use; use " + primitive
                    : ALTERNATIVES;
            throw new UnsupportedTypeException(root, path, component.getGenericType(), fix);
        }
        return new Leaf(component.getName(), type, null);
    }

    private static @Nullable FieldKind kindOf(Class<?> type) {
        return type.isEnum() ? FieldKind.ENUM : KINDS.get(type);
    }

    /** Widest first, each at the lowest aligned offset that is free. */
    private List<LayoutField> place(List<Leaf> leaves) {
        List<Integer> widestFirst = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i++) {
            widestFirst.add(i);
        }
        widestFirst.sort(
                Comparator.comparingInt((Integer i) -> sizeOf(leaves.get(i))).reversed());
        BitSet used = new BitSet();
        LayoutField[] fields = new LayoutField[leaves.size()];
        for (int i : widestFirst) {
            Leaf leaf = leaves.get(i);
            FieldKind kind = effectiveKind(leaf);
            int size = sizeOf(leaf);
            int offset = 0;
            while (!used.get(offset, offset + size).isEmpty()) {
                offset += kind.alignmentBytes();
            }
            used.set(offset, offset + size);
            fields[i] = new LayoutField(leaf.name, i, kind, leaf.type, offset, size, leaf.nested);
        }
        fixedBytes = RecordLayout.align(used.length());
        return List.of(fields);
    }

    private static FieldKind effectiveKind(Leaf leaf) {
        FieldKind kind = kindOf(leaf.type);
        return kind == null ? FieldKind.RECORD : kind;
    }

    private static int sizeOf(Leaf leaf) {
        return leaf.nested != null
                ? leaf.nested.fixedBytes()
                : effectiveKind(leaf).sizeBytes();
    }
}

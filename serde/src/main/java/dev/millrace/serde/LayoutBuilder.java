package dev.millrace.serde;

import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Computes one {@link RecordLayout}. Used once, by one thread. */
final class LayoutBuilder {
    private static final int MAX_TAG = (1 << 29) - 1;
    private static final int FIRST_RESERVED_TAG = 19_000;
    private static final int LAST_RESERVED_TAG = 19_999;

    private static final Map<Class<?>, FieldKind> PLAIN = Map.ofEntries(
            Map.entry(boolean.class, FieldKind.BOOLEAN),
            Map.entry(byte.class, FieldKind.BYTE),
            Map.entry(short.class, FieldKind.SHORT),
            Map.entry(char.class, FieldKind.CHAR),
            Map.entry(int.class, FieldKind.INT),
            Map.entry(long.class, FieldKind.LONG),
            Map.entry(float.class, FieldKind.FLOAT),
            Map.entry(double.class, FieldKind.DOUBLE),
            Map.entry(String.class, FieldKind.TEXT),
            Map.entry(byte[].class, FieldKind.BYTES),
            Map.entry(BigDecimal.class, FieldKind.DECIMAL),
            Map.entry(Instant.class, FieldKind.INSTANT),
            Map.entry(Duration.class, FieldKind.DURATION),
            Map.entry(LocalDate.class, FieldKind.LOCAL_DATE),
            Map.entry(LocalDateTime.class, FieldKind.LOCAL_DATE_TIME),
            Map.entry(UUID.class, FieldKind.UUID));

    private final Class<?> root;
    private final TypeResolver resolver;
    /** The types from the root down to the one being laid out: one that comes again here is recursive. */
    private final Deque<TypeUse> open = new ArrayDeque<>();

    private int fieldCount;

    LayoutBuilder(Class<?> root) {
        this.root = root;
        this.resolver = new TypeResolver(root);
    }

    RecordLayout build(TypeUse type) {
        if (type.raw().isRecord()) {
            return ((FieldType.RecordOf) fieldType(type, "")).layout();
        }
        FieldPlacer placer = new FieldPlacer();
        placer.add(FieldMarks.VALUE, fieldType(type, ""));
        List<LayoutField> fields = placer.place();
        return new RecordLayout(type, fields, checkedFixedBytes(placer, type, ""));
    }

    private RecordLayout record(TypeUse type, String path) {
        checkParameters(type, path);
        RecordComponent[] components = type.raw().getRecordComponents();
        if (components.length == 0 || components.length > RecordLayout.MAX_COMPONENTS) {
            throw refusal(
                    path,
                    type,
                    "a record needs 1 to " + RecordLayout.MAX_COMPONENTS + " components, componentCount="
                            + components.length + "; group components in nested records");
        }
        Map<TypeVariable<?>, TypeUse> bindings = TypeResolver.bindings(type);
        FieldPlacer placer = new FieldPlacer();
        MarkChecks checks = new MarkChecks();
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String inner = path.isEmpty() ? component.getName() : path + '.' + component.getName();
            TypeUse use = use(component, bindings, inner);
            FieldMarks marks = FieldMarks.of(component, i);
            checks.add(marks, use, inner);
            placer.add(marks, fieldType(use, inner));
        }
        List<LayoutField> fields = placer.place();
        return new RecordLayout(type, fields, checkedFixedBytes(placer, type, path));
    }

    private TypeUse use(RecordComponent component, Map<TypeVariable<?>, TypeUse> bindings, String path) {
        checkName(component.getName(), path, component.getType());
        TypeUse use = resolver.resolve(component.getAnnotatedType(), bindings, path);
        if (component.getGenericType() instanceof Class<?> box && isBox(box)) {
            throw refusal(
                    path,
                    use,
                    "a component is never null, so a box has no use; use "
                            + MethodType.methodType(box).unwrap().returnType() + ", or Optional<" + box.getSimpleName()
                            + "> if it may be missing");
        }
        FixedUtf8 fixed = component.getAnnotation(FixedUtf8.class);
        return fixed == null ? use : new TypeUse(use.raw(), use.arguments(), fixed.value());
    }

    private static boolean isBox(Class<?> type) {
        Class<?> primitive = MethodType.methodType(type).unwrap().returnType();
        return primitive != type && primitive != void.class;
    }

    private FieldType fieldType(TypeUse type, String path) {
        if (++fieldCount > RecordLayout.MAX_FIELDS) {
            throw refusal(path, type, "too many fields: limit=" + RecordLayout.MAX_FIELDS + "; use fewer components");
        }
        if (type.fixedUtf8Bytes() != TypeUse.NOT_FIXED) {
            return fixedText(type, path);
        }
        Class<?> raw = type.raw();
        FieldKind plain = PLAIN.get(MethodType.methodType(raw).unwrap().returnType());
        if (plain != null) {
            return plain(raw, plain);
        } else if (raw.isEnum()) {
            return enumOf(type, path);
        } else if (raw.isArray()) {
            return array(type, path);
        }
        if (open.contains(type)) {
            throw refusal(path, type, "a type inside itself has no bounded layout; hold the key of the other value");
        }
        if (open.size() == RecordLayout.MAX_DEPTH) {
            throw refusal(path, type, "too many types inside each other: limit=" + RecordLayout.MAX_DEPTH);
        }
        open.push(type);
        FieldType branch = branch(type, path);
        open.pop();
        return branch;
    }

    private FieldType branch(TypeUse type, String path) {
        Class<?> raw = type.raw();
        if (raw.isRecord()) {
            return new FieldType.RecordOf(record(type, path));
        } else if (raw.isInterface() && raw.isSealed()) {
            return union(type, path);
        } else if (raw != List.class && raw != Map.class && raw != Optional.class) {
            throw refusal(path, type, TypeAdvice.insteadOf(raw));
        }
        checkParameters(type, path);
        if (raw == List.class) {
            return new FieldType.ListOf(fieldType(type.arguments().get(0), path + "[]"));
        } else if (raw == Optional.class) {
            return new FieldType.OptionalOf(fieldType(type.arguments().get(0), path + '?'));
        }
        FieldType key = fieldType(type.arguments().get(0), path + "[].key");
        if (holdsArray(key)) {
            throw refusal(
                    path + "[].key",
                    type.arguments().get(0),
                    "Java compares arrays by identity, so they cannot be in a key; use String or a List");
        }
        return new FieldType.MapOf(key, fieldType(type.arguments().get(1), path + "[].value"));
    }

    private static FieldType.Plain plain(Class<?> raw, FieldKind kind) {
        return new FieldType.Plain(kind, MethodType.methodType(raw).unwrap().returnType());
    }

    private FieldType fixedText(TypeUse type, String path) {
        int limit = type.fixedUtf8Bytes();
        if (type.raw() != String.class) {
            throw refusal(path, type, "@FixedUtf8 is for String; leave it away");
        }
        if (limit < 1 || limit > RecordLayout.MAX_FIXED_TEXT_BYTES) {
            throw refusal(
                    path,
                    type,
                    "@FixedUtf8 out of range: bytes=" + limit + ", min=1, max=" + RecordLayout.MAX_FIXED_TEXT_BYTES
                            + "; leave it away if texts are long");
        }
        return new FieldType.FixedText(limit);
    }

    private FieldType enumOf(TypeUse type, String path) {
        Object[] constants = type.raw().getEnumConstants();
        if (constants.length == 0 || constants.length > RecordLayout.MAX_FIELDS) {
            throw refusal(
                    path,
                    type,
                    "an enum needs 1 to " + RecordLayout.MAX_FIELDS + " constants, constantCount=" + constants.length);
        }
        for (Object constant : constants) {
            checkName(((Enum<?>) constant).name(), path, type.raw());
        }
        return new FieldType.EnumOf(type.raw());
    }

    private FieldType array(TypeUse type, String path) {
        Class<?> element = type.raw().getComponentType();
        if (!element.isPrimitive()) {
            throw refusal(path, type, "only primitives go in arrays; use java.util.List");
        }
        return new FieldType.ArrayOf(plain(element, PLAIN.get(element)));
    }

    private FieldType union(TypeUse type, String path) {
        checkParameters(type, path);
        List<TypeUse> records = new ArrayList<>();
        collectAlternatives(type, path, 0, records);
        if (records.size() > RecordLayout.MAX_COMPONENTS) {
            throw refusal(
                    path,
                    type,
                    "too many alternatives: count=" + records.size() + ", limit=" + RecordLayout.MAX_COMPONENTS);
        }
        List<FieldType.Alternative> alternatives = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<Integer> tags = new HashSet<>();
        for (TypeUse record : records) {
            String name = record.raw().getSimpleName();
            String inner = path + '(' + name + ')';
            checkName(name, inner, record.raw());
            Tag tag = record.raw().getAnnotation(Tag.class);
            int number = tag == null ? alternatives.size() + 1 : tag.value();
            checkTag(number, tags, inner, record);
            if (!names.add(name)) {
                throw refusal(inner, record, "two alternatives of one name; give one of them another");
            }
            FieldType.RecordOf laidOut = (FieldType.RecordOf) fieldType(record, inner);
            alternatives.add(new FieldType.Alternative(name, number, laidOut.layout()));
        }
        return new FieldType.UnionOf(type.raw(), alternatives);
    }

    /** A sealed interface inside a sealed interface stands for its own alternatives; what is found twice counts once. */
    private void collectAlternatives(TypeUse type, String path, int depth, List<TypeUse> records) {
        if (depth == RecordLayout.MAX_DEPTH) {
            throw refusal(path, type, "too many interfaces inside each other: limit=" + RecordLayout.MAX_DEPTH);
        }
        for (Class<?> permitted : type.raw().getPermittedSubclasses()) {
            TypeUse use = TypeResolver.subtype(permitted, type);
            String inner = path + '(' + permitted.getSimpleName() + ')';
            if (use == null) {
                throw refusal(
                        inner,
                        TypeUse.of(permitted),
                        "the interface does not say what its type parameters stand for; use only those of the interface");
            } else if (permitted.isRecord()) {
                if (!records.contains(use)) {
                    records.add(use);
                }
            } else if (permitted.isInterface() && permitted.isSealed()) {
                collectAlternatives(use, path, depth + 1, records);
            } else {
                throw refusal(inner, use, "the alternatives of a sealed interface are records; make it a record");
            }
        }
    }

    private static boolean holdsArray(FieldType type) {
        if (type instanceof FieldType.ArrayOf || type.kind() == FieldKind.BYTES) {
            return true;
        } else if (type instanceof FieldType.ListOf list) {
            return holdsArray(list.element());
        } else if (type instanceof FieldType.OptionalOf optional) {
            return holdsArray(optional.value());
        } else if (type instanceof FieldType.MapOf map) {
            return holdsArray(map.value());
        } else if (type instanceof FieldType.RecordOf record) {
            return holdsArray(record.layout());
        } else if (type instanceof FieldType.UnionOf union) {
            return union.alternatives().stream().anyMatch(alternative -> holdsArray(alternative.layout()));
        }
        return false;
    }

    private static boolean holdsArray(RecordLayout layout) {
        return layout.fields().stream().anyMatch(field -> holdsArray(field.fieldType()));
    }

    private void checkParameters(TypeUse type, String path) {
        if (type.raw().getTypeParameters().length != type.arguments().size()) {
            throw refusal(
                    path,
                    type,
                    "type parameters are missing, so there is no one layout; name them, or use a TypeToken for the whole type");
        }
    }

    private int checkedFixedBytes(FieldPlacer placer, TypeUse type, String path) {
        if (placer.fixedBytes() > RecordLayout.MAX_FIXED_BYTES) {
            throw refusal(
                    path,
                    type,
                    "the fixed part is too large: fixedBytes=" + placer.fixedBytes() + ", limitBytes="
                            + RecordLayout.MAX_FIXED_BYTES + "; use fewer components");
        }
        return placer.fixedBytes();
    }

    private void checkName(String name, String path, Class<?> type) {
        if (name.length() > RecordLayout.MAX_NAME_CHARS) {
            throw refusal(
                    path,
                    TypeUse.of(type),
                    "name is too long: chars=" + name.length() + ", limitChars=" + RecordLayout.MAX_NAME_CHARS);
        }
    }

    private void checkTag(int tag, Set<Integer> taken, String path, TypeUse type) {
        if (tag < 1 || tag > MAX_TAG || (tag >= FIRST_RESERVED_TAG && tag <= LAST_RESERVED_TAG)) {
            throw refusal(
                    path,
                    type,
                    "@Tag out of range: tag=" + tag + ", min=1, max=" + MAX_TAG + ", reserved=" + FIRST_RESERVED_TAG
                            + " to " + LAST_RESERVED_TAG);
        }
        if (!taken.add(tag)) {
            throw refusal(path, type, "@Tag is taken: tag=" + tag + "; without @Tag the number is the place, from 1");
        }
    }

    private UnsupportedTypeException refusal(String path, TypeUse type, String reason) {
        return new UnsupportedTypeException(root, path, type.typeName(), reason);
    }

    /** What holds between the annotations of one record. */
    private final class MarkChecks {
        private final Set<Integer> tags = new HashSet<>();
        private @Nullable String timestamp;

        void add(FieldMarks marks, TypeUse type, String path) {
            checkTag(marks.tag(), tags, path, type);
            if (marks.since() < 1) {
                throw refusal(path, type, "@Since out of range: version=" + marks.since() + ", min=1");
            }
            if (!marks.isTimestamp()) {
                return;
            }
            if (type.raw() != Instant.class && type.raw() != long.class) {
                throw refusal(path, type, "@Timestamp is for java.time.Instant, or long in epoch milliseconds");
            }
            if (timestamp != null) {
                throw refusal(path, type, "a second @Timestamp: first=" + timestamp + "; keep one of them");
            }
            timestamp = marks.name();
        }
    }
}

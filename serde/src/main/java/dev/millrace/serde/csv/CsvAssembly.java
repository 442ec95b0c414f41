package dev.millrace.serde.csv;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;
import dev.millrace.serde.internal.Handles;
import dev.millrace.serde.internal.HiddenClasses;
import dev.millrace.serde.internal.RecordHandles;
import dev.millrace.serde.internal.Statics;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** Builds the method handles of one format and binds them to a copy of {@link CsvTemplate}. Used once, by one thread. */
final class CsvAssembly {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Statics SLOTS = Statics.of(LOOKUP, CsvSlots.class);
    private static final Statics WRITERS = Statics.of(LOOKUP, CsvWriters.class);

    private final RecordLayout layout;
    private final RecordHandles handles;
    private final CsvLine line;

    private CsvAssembly(RecordLayout layout) {
        this.layout = layout;
        this.handles = new RecordHandles(layout);
        this.line = new CsvLine(layout.fields());
    }

    static CsvFormat<?> newFormat(Class<?> type) {
        RecordLayout layout = RecordLayout.of(type);
        for (LayoutField field : layout.fields()) {
            if (!CsvObjects.isColumn(field.fieldType())) {
                throw new UnsupportedTypeException(
                        type,
                        field.name(),
                        field.type(),
                        "a column holds one value, not a record or many values; use a primitive, String, an enum,"
                                + " a type of java.time, UUID, BigDecimal, or Optional of these");
            }
        }
        CsvAssembly assembly = new CsvAssembly(layout);
        CsvParts parts = new CsvParts(assembly.line, assembly.parser(), assembly.writer());
        return (CsvFormat<?>) HiddenClasses.instantiate(LOOKUP, CsvTemplate.class, parts);
    }

    private MethodHandle parser() {
        List<MethodHandle> readers = new ArrayList<>();
        for (LayoutField field : layout.fields()) {
            MethodHandle reader =
                    MethodHandles.insertArguments(SLOTS.handle(methodName("get", field)), 0, line, field.position());
            readers.add(reader.asType(
                    MethodType.methodType(handles.constructor().type().parameterType(field.position()))));
        }
        return Handles.construct(handles.constructor(), readers).asType(MethodType.methodType(Object.class));
    }

    private MethodHandle writer() {
        List<MethodHandle> steps = new ArrayList<>();
        MethodHandle comma = MethodHandles.dropArguments(WRITERS.handle("writeComma"), 0, handles.holder());
        for (LayoutField field : layout.fields()) {
            if (field.position() > 0) {
                steps.add(comma);
            }
            MethodHandle write = WRITERS.handle(methodName("write", field));
            if (isObject(field.kind())) {
                EnumNames names = CsvObjects.namesOf(field.fieldType());
                write = MethodHandles.insertArguments(write, 0, line.columns() == 1, field.fieldType(), names);
            } else if (field.kind() == FieldKind.TEXT || field.kind() == FieldKind.FIXED_TEXT) {
                // An only column that is empty would be an empty line.
                write = MethodHandles.insertArguments(write, 0, line.columns() == 1);
            } else if (field.kind() == FieldKind.ENUM) {
                write = MethodHandles.insertArguments(write, 0, new EnumNames(field.type()));
            }
            MethodHandle accessor = handles.accessor(field);
            Class<?> wanted = write.type().parameterType(0);
            accessor = accessor.asType(accessor.type().changeReturnType(wanted));
            steps.add(MethodHandles.filterArguments(write, 0, accessor));
        }
        return Handles.sequence(steps).asType(MethodType.methodType(void.class, Object.class, CsvBuffer.class));
    }

    private static boolean isObject(FieldKind kind) {
        return kind == FieldKind.OPTIONAL
                || kind == FieldKind.DECIMAL
                || kind == FieldKind.UUID
                || kind == FieldKind.DURATION
                || kind == FieldKind.LOCAL_DATE
                || kind == FieldKind.LOCAL_DATE_TIME;
    }

    private static String methodName(String verb, LayoutField field) {
        return verb
                + switch (field.kind()) {
                    case BOOLEAN -> "Boolean";
                    case BYTE -> "Byte";
                    case SHORT -> "Short";
                    case CHAR -> "Char";
                    case INT -> "Int";
                    case LONG -> "Long";
                    case FLOAT -> "Float";
                    case DOUBLE -> "Double";
                    case TEXT, FIXED_TEXT -> "Text";
                    case INSTANT -> "Instant";
                    case ENUM -> "Enum";
                    case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, OPTIONAL -> "Object";
                    case RECORD, BYTES, ARRAY, LIST, MAP, UNION ->
                        throw new IllegalStateException("no column: component=" + field.name());
                };
    }
}

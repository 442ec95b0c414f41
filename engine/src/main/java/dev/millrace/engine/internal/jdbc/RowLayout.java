package dev.millrace.engine.internal.jdbc;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The components of a record as the parameters of a statement, and as bytes in between. Immutable.
 *
 * <pre>
 *   row      for each component: byte 0 if it is missing, or byte 1 and the value
 *   value    boolean, integers, float, double   big-endian, in their size     char, text, enum, Duration   int length, UTF-8
 *            Instant, LocalDateTime             long seconds, int nanos       BigDecimal                   int length, digits
 *            LocalDate                          long days                     UUID                         two longs
 *            byte[]                             int length, bytes
 * </pre>
 */
final class RowLayout {
    private final FieldKind[] kinds;
    private final MethodHandle[] accessors;

    /** @throws UnsupportedTypeException if the type is no record, or a component is no column */
    RowLayout(Class<?> type) {
        RecordLayout layout = RecordLayout.of(type);
        if (!layout.isRecord()) {
            throw new UnsupportedTypeException(
                    type, "", type, "the parameters of a statement are the components of a record");
        }
        List<LayoutField> fields = layout.fields();
        kinds = new FieldKind[fields.size()];
        accessors = new MethodHandle[fields.size()];
        for (LayoutField field : fields) {
            int i = field.position();
            kinds[i] = columnKind(type, field);
            accessors[i] = accessor(type, i);
        }
    }

    private static FieldKind columnKind(Class<?> type, LayoutField field) {
        FieldType held =
                field.fieldType() instanceof FieldType.OptionalOf optional ? optional.value() : field.fieldType();
        return switch (held.kind()) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, FIXED_TEXT -> held.kind();
            case DURATION, LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES -> held.kind();
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION ->
                throw new UnsupportedTypeException(
                        type,
                        field.name(),
                        field.type(),
                        "a column holds one value; use a primitive, String, an enum, a type of java.time, UUID, BigDecimal,"
                                + " byte[], or Optional of these");
        };
    }

    private static MethodHandle accessor(Class<?> type, int position) {
        try {
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .unreflect(type.getRecordComponents()[position].getAccessor())
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException(
                    "record cannot be reached: type=" + type.getName() + "; open its package to dev.millrace.engine",
                    e);
        }
    }

    int columns() {
        return kinds.length;
    }

    void write(Object event, DataOutputStream out) throws IOException {
        for (int i = 0; i < kinds.length; i++) {
            Object value = get(accessors[i], event);
            if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
            out.writeByte(value == null ? 0 : 1);
            if (value != null) {
                write(kinds[i], value, out);
            }
        }
    }

    private static @Nullable Object get(MethodHandle accessor, Object event) {
        try {
            return (Object) accessor.invokeExact(event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "accessor failed: record=" + event.getClass().getName(), e);
        }
    }

    private static void write(FieldKind kind, Object value, DataOutputStream out) throws IOException {
        switch (kind) {
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case BYTE -> out.writeByte((Byte) value);
            case SHORT -> out.writeShort((Short) value);
            case INT -> out.writeInt((Integer) value);
            case LONG -> out.writeLong((Long) value);
            case FLOAT -> out.writeFloat((Float) value);
            case DOUBLE -> out.writeDouble((Double) value);
            case INSTANT -> writeTime((Instant) value, out);
            case LOCAL_DATE -> out.writeLong(((LocalDate) value).toEpochDay());
            case LOCAL_DATE_TIME -> writeTime(((LocalDateTime) value).toInstant(ZoneOffset.UTC), out);
            case UUID -> {
                out.writeLong(((UUID) value).getMostSignificantBits());
                out.writeLong(((UUID) value).getLeastSignificantBits());
            }
            case BYTES -> writeBytes((byte[]) value, out);
            case ENUM -> writeBytes(((Enum<?>) value).name().getBytes(StandardCharsets.UTF_8), out);
            case CHAR, TEXT, FIXED_TEXT, DURATION, DECIMAL ->
                writeBytes(value.toString().getBytes(StandardCharsets.UTF_8), out);
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noColumn(kind);
        }
    }

    private static void writeTime(Instant time, DataOutputStream out) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** Reads a row into the parameters of a statement. */
    void bind(DataInputStream in, PreparedStatement to) throws IOException, SQLException {
        for (int i = 0; i < kinds.length; i++) {
            if (in.readByte() == 0) {
                to.setNull(i + 1, sqlType(kinds[i]));
            } else {
                bind(kinds[i], in, to, i + 1);
            }
        }
    }

    private static void bind(FieldKind kind, DataInputStream in, PreparedStatement to, int at)
            throws IOException, SQLException {
        switch (kind) {
            case BOOLEAN -> to.setBoolean(at, in.readBoolean());
            case BYTE -> to.setByte(at, in.readByte());
            case SHORT -> to.setShort(at, in.readShort());
            case INT -> to.setInt(at, in.readInt());
            case LONG -> to.setLong(at, in.readLong());
            case FLOAT -> to.setFloat(at, in.readFloat());
            case DOUBLE -> to.setDouble(at, in.readDouble());
            case INSTANT ->
                to.setObject(
                        at, Instant.ofEpochSecond(in.readLong(), in.readInt()).atOffset(ZoneOffset.UTC));
            case LOCAL_DATE -> to.setObject(at, LocalDate.ofEpochDay(in.readLong()));
            case LOCAL_DATE_TIME ->
                to.setObject(at, LocalDateTime.ofEpochSecond(in.readLong(), in.readInt(), ZoneOffset.UTC));
            case UUID -> to.setObject(at, new UUID(in.readLong(), in.readLong()));
            case BYTES -> to.setBytes(at, in.readNBytes(in.readInt()));
            case DECIMAL -> to.setBigDecimal(at, new BigDecimal(readText(in)));
            case CHAR, TEXT, FIXED_TEXT, ENUM, DURATION -> to.setString(at, readText(in));
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noColumn(kind);
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static int sqlType(FieldKind kind) {
        return switch (kind) {
            case BOOLEAN -> Types.BOOLEAN;
            case BYTE, SHORT -> Types.SMALLINT;
            case INT -> Types.INTEGER;
            case LONG -> Types.BIGINT;
            case FLOAT -> Types.REAL;
            case DOUBLE -> Types.DOUBLE;
            case INSTANT -> Types.TIMESTAMP_WITH_TIMEZONE;
            case LOCAL_DATE -> Types.DATE;
            case LOCAL_DATE_TIME -> Types.TIMESTAMP;
            case UUID -> Types.OTHER;
            case BYTES -> Types.VARBINARY;
            case DECIMAL -> Types.DECIMAL;
            case CHAR, TEXT, FIXED_TEXT, ENUM, DURATION -> Types.VARCHAR;
            case RECORD, ARRAY, LIST, MAP, OPTIONAL, UNION -> throw noColumn(kind);
        };
    }

    private static IllegalStateException noColumn(FieldKind kind) {
        return new IllegalStateException("no column: kind=" + kind);
    }
}

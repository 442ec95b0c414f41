package dev.millrace.serde.csv;

import dev.millrace.serde.FieldType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Appends the value of one column: the leaves of a format, found by name and bound by {@link CsvAssembly}. */
final class CsvWriters {
    private CsvWriters() {}

    static void writeComma(CsvBuffer target) {
        target.append((byte) ',');
    }

    static void writeBoolean(boolean value, CsvBuffer target) {
        target.appendPlain(value ? "true" : "false");
    }

    static void writeByte(byte value, CsvBuffer target) {
        Decimals.write((long) value, target);
    }

    static void writeShort(short value, CsvBuffer target) {
        Decimals.write((long) value, target);
    }

    static void writeInt(int value, CsvBuffer target) {
        Decimals.write((long) value, target);
    }

    static void writeLong(long value, CsvBuffer target) {
        Decimals.write(value, target);
    }

    static void writeFloat(float value, CsvBuffer target) {
        Decimals.write(value, target);
    }

    static void writeDouble(double value, CsvBuffer target) {
        Decimals.write(value, target);
    }

    static void writeChar(char value, CsvBuffer target) {
        if (value < 0x80 && !isSpecial(value)) {
            target.append((byte) value);
        } else {
            writeEncoded(String.valueOf(value), target);
        }
    }

    static void writeInstant(Instant value, CsvBuffer target) {
        Times.write(value, target);
    }

    static void writeEnum(EnumNames names, Enum<?> value, CsvBuffer target) {
        target.append(names.name(value.ordinal()));
    }

    static void writeObject(boolean isOnlyColumn, FieldType type, EnumNames names, Object value, CsvBuffer target) {
        CsvObjects.write(isOnlyColumn, type, names, value, target);
    }

    static void writeText(boolean isOnlyColumn, String value, CsvBuffer target) {
        if (value.isEmpty() && isOnlyColumn) {
            target.append((byte) '"');
            target.append((byte) '"');
        } else if (!target.appendPlain(value)) {
            writeEncoded(value, target);
        }
    }

    /** The slow way: text that is not ASCII, or needs quotes. */
    private static void writeEncoded(String value, CsvBuffer target) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        boolean needsQuotes = false;
        for (byte unit : bytes) {
            needsQuotes |= isSpecial(unit);
        }
        if (!needsQuotes) {
            target.append(bytes);
            return;
        }
        target.append((byte) '"');
        for (byte unit : bytes) {
            if (unit == '"') {
                target.append((byte) '"');
            }
            target.append(unit);
        }
        target.append((byte) '"');
    }

    private static boolean isSpecial(int unit) {
        return unit == ',' || unit == '"' || unit == '\n' || unit == '\r';
    }
}

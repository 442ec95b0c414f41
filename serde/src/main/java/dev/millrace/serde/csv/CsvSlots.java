package dev.millrace.serde.csv;

import java.time.Instant;

/** Takes what {@link CsvLine#read} left in a column's slot: found by name and bound to its column by {@link CsvAssembly}. */
final class CsvSlots {
    private CsvSlots() {}

    static boolean getBoolean(CsvLine line, int column) {
        return line.number(column) != 0;
    }

    static byte getByte(CsvLine line, int column) {
        return (byte) line.number(column);
    }

    static short getShort(CsvLine line, int column) {
        return (short) line.number(column);
    }

    static char getChar(CsvLine line, int column) {
        return (char) line.number(column);
    }

    static int getInt(CsvLine line, int column) {
        return (int) line.number(column);
    }

    static long getLong(CsvLine line, int column) {
        return line.number(column);
    }

    static float getFloat(CsvLine line, int column) {
        return Float.intBitsToFloat((int) line.number(column));
    }

    static double getDouble(CsvLine line, int column) {
        return Double.longBitsToDouble(line.number(column));
    }

    static String getText(CsvLine line, int column) {
        return line.textValue(column);
    }

    static Object getEnum(CsvLine line, int column) {
        return line.constant(column);
    }

    static Object getObject(CsvLine line, int column) {
        return line.constant(column);
    }

    static Instant getInstant(CsvLine line, int column) {
        return Instant.ofEpochSecond(line.number(column), line.nanos(column));
    }
}

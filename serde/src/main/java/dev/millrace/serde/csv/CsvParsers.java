package dev.millrace.serde.csv;

import dev.millrace.serde.internal.TextCache;
import dev.millrace.serde.internal.Utf8;

/** Reads the value of one column from its text. */
final class CsvParsers {
    private CsvParsers() {}

    static boolean parseBoolean(CsvLine line, int column) {
        final byte[] bytes = line.bytes();
        final int start = line.start(column);
        final int length = line.end(column) - start;
        if (length == 4 && matches(bytes, start, "true")) {
            return true;
        }
        if (length == 5 && matches(bytes, start, "false")) {
            return false;
        }
        throw line.malformed(column, "a boolean (true or false)");
    }

    static byte parseByte(CsvLine line, int column) {
        return (byte) integer(line, column, Byte.MIN_VALUE, Byte.MAX_VALUE, "a byte");
    }

    static short parseShort(CsvLine line, int column) {
        return (short) integer(line, column, Short.MIN_VALUE, Short.MAX_VALUE, "a short");
    }

    static int parseInt(CsvLine line, int column) {
        return (int) integer(line, column, Integer.MIN_VALUE, Integer.MAX_VALUE, "an int");
    }

    static long parseLong(CsvLine line, int column) {
        return integer(line, column, Long.MIN_VALUE, Long.MAX_VALUE, "a long");
    }

    static char parseChar(CsvLine line, int column) {
        final int start = line.start(column);
        final int end = line.end(column);
        if (end - start == 1 && line.bytes()[start] >= 0) {
            return (char) line.bytes()[start];
        }
        String text = line.text(column);
        if (text.length() != 1 || !Utf8.isWellFormed(line.bytes(), start, end)) {
            throw line.malformed(column, "one character");
        }
        return text.charAt(0);
    }

    static float parseFloat(CsvLine line, int column) {
        final int start = line.start(column);
        final int digits = Decimals.skipSign(line.bytes(), start, line.end(column));
        final long decimal = Decimals.scan(line.bytes(), digits, line.end(column));
        if (!Decimals.isExactFloat(decimal)) {
            try {
                return Float.parseFloat(Decimals.requireDecimal(line.text(column)));
            } catch (NumberFormatException e) {
                throw line.malformed(column, "a float");
            }
        }
        final float value = Decimals.toFloat(decimal);
        return line.bytes()[start] == '-' ? -value : value;
    }

    static double parseDouble(CsvLine line, int column) {
        final int start = line.start(column);
        final int digits = Decimals.skipSign(line.bytes(), start, line.end(column));
        final long decimal = Decimals.scan(line.bytes(), digits, line.end(column));
        if (decimal == Decimals.NOT_SIMPLE) {
            try {
                return Double.parseDouble(Decimals.requireDecimal(line.text(column)));
            } catch (NumberFormatException e) {
                throw line.malformed(column, "a double");
            }
        }
        final double value = Decimals.toDouble(decimal);
        return line.bytes()[start] == '-' ? -value : value;
    }

    static String parseText(TextCache texts, CsvLine line, int column) {
        final String text = texts.read(line.bytes(), line.start(column), line.end(column));
        if (text == null) {
            throw line.malformed(column, "UTF-8 text");
        }
        return text;
    }

    private static boolean matches(byte[] bytes, int start, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (bytes[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Counts downward from zero, since the smallest long has no positive twin. */
    private static long integer(CsvLine line, int column, long min, long max, String expected) {
        final byte[] bytes = line.bytes();
        final int end = line.end(column);
        final int start = line.start(column);
        int at = Decimals.skipSign(bytes, start, end);
        if (at == end) {
            throw line.malformed(column, expected);
        }
        long negated = 0;
        for (; at < end; at++) {
            final int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || negated < Long.MIN_VALUE / 10 || negated * 10 < Long.MIN_VALUE + digit) {
                throw line.malformed(column, expected);
            }
            negated = negated * 10 - digit;
        }
        final boolean isNegative = bytes[start] == '-';
        if (isNegative ? negated < min : negated < -max) {
            throw line.malformed(column, expected);
        }
        return isNegative ? negated : -negated;
    }
}

package dev.millrace.serde.csv;

/**
 * Decimal fractions that fit floating point exactly: up to 15 digits and a power of ten that is exact. For these one
 * division gives the correctly rounded value (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990, fast
 * path). Everything else goes through the JDK. Any thread may call.
 */
final class Decimals {
    /** The answer of {@link #scan} for text that is no such fraction, or no number at all. */
    static final long NOT_SIMPLE = -1L;

    private static final int SCALE_BITS = 5;
    private static final int MAX_DIGITS = 15;
    private static final long MAX_MANTISSA = 1_000_000_000_000_000L;
    private static final int MAX_FLOAT_MANTISSA = 1 << 24;
    private static final int MAX_FLOAT_SCALE = 10;
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private Decimals() {}

    static int skipSign(byte[] bytes, int start, int end) {
        return start < end && (bytes[start] == '-' || bytes[start] == '+') ? start + 1 : start;
    }

    /** Reads digits with an optional point. Returns mantissa × 32 + digits behind the point, or {@link #NOT_SIMPLE}. */
    static long scan(byte[] bytes, int start, int end) {
        long mantissa = 0;
        int point = -1;
        for (int at = start; at < end; at++) {
            final int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                mantissa = mantissa * 10 + digit;
                if (mantissa >= MAX_MANTISSA) {
                    return NOT_SIMPLE;
                }
            } else if (bytes[at] == '.' && point < 0) {
                point = at;
            } else {
                return NOT_SIMPLE;
            }
        }
        final int digits = end - start - (point < 0 ? 0 : 1);
        final int scale = point < 0 ? 0 : end - point - 1;
        return digits == 0 || scale >= POWERS.length ? NOT_SIMPLE : (mantissa << SCALE_BITS) | scale;
    }

    static double toDouble(long decimal) {
        return (double) (decimal >>> SCALE_BITS) / POWERS[scale(decimal)];
    }

    /** Whether mantissa and power of ten are exact in a float too. */
    static boolean isExactFloat(long decimal) {
        return decimal != NOT_SIMPLE
                && (decimal >>> SCALE_BITS) <= MAX_FLOAT_MANTISSA
                && scale(decimal) <= MAX_FLOAT_SCALE;
    }

    static float toFloat(long decimal) {
        return (float) (decimal >>> SCALE_BITS) / (float) POWERS[scale(decimal)];
    }

    /**
     * Lets through what the JDK's parser may see: it also takes spaces, hexadecimal and suffixes, which a column may not hold.
     *
     * @throws NumberFormatException if the text has other characters than a decimal number
     */
    static String requireDecimal(String text) {
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return text;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                throw new NumberFormatException(text);
            }
        }
        return text;
    }

    static void write(double value, CsvBuffer target) {
        final double size = Math.abs(value);
        for (int scale = 0; scale <= MAX_DIGITS; scale++) {
            final double mantissa = Math.rint(size * POWERS[scale]);
            if (!(mantissa < MAX_MANTISSA)) {
                break;
            }
            if (mantissa / POWERS[scale] == size) {
                append(Double.doubleToRawLongBits(value) < 0, (long) mantissa, scale, target);
                return;
            }
        }
        target.appendPlain(Double.toString(value));
    }

    static void write(float value, CsvBuffer target) {
        final float size = Math.abs(value);
        for (int scale = 0; scale <= MAX_FLOAT_SCALE; scale++) {
            final double mantissa = Math.rint(size * POWERS[scale]);
            if (!(mantissa <= MAX_FLOAT_MANTISSA)) {
                break;
            }
            if ((float) mantissa / (float) POWERS[scale] == size) {
                append(Float.floatToRawIntBits(value) < 0, (long) mantissa, scale, target);
                return;
            }
        }
        target.appendPlain(Float.toString(value));
    }

    /** Appends an integer. */
    static void write(long value, CsvBuffer target) {
        if (value == Long.MIN_VALUE) {
            target.appendPlain("-9223372036854775808");
            return;
        }
        if (value < 0) {
            target.append((byte) '-');
        }
        appendPositive(Math.abs(value), target);
    }

    private static void append(boolean isNegative, long mantissa, int scale, CsvBuffer target) {
        if (isNegative) {
            target.append((byte) '-');
        }
        final long power = (long) POWERS[scale];
        appendPositive(mantissa / power, target);
        target.append((byte) '.');
        target.appendDigits(mantissa % power, Math.max(1, scale));
    }

    private static void appendPositive(long value, CsvBuffer target) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        target.appendDigits(value, digits);
    }

    private static int scale(long decimal) {
        return (int) decimal & ((1 << SCALE_BITS) - 1);
    }
}

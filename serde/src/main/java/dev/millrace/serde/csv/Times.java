package dev.millrace.serde.csv;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Times as text, in UTC, by hand for the plain forms. Any thread may call.
 *
 * <p>Days to dates and back: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms (2013), eras of 400 years that
 * start on the first of March.
 */
final class Times {
    private static final String EXPECTED = "a time (yyyy-MM-dd HH:mm[:ss[.SSS]] in UTC, or ISO 8601 with Z)";
    private static final int MINUTE_CHARS = 16;
    private static final int SECOND_CHARS = 19;
    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int DAYS_PER_ERA = 146_097;
    /** From 0000-03-01 to 1970-01-01. */
    private static final int EPOCH_DAY = 719_468;

    private Times() {}

    /**
     * Reads a time. Returns the epoch seconds and leaves the nanos in {@link CsvLine#nanos}.
     */
    static long parseSeconds(CsvLine line, int column) {
        final byte[] bytes = line.bytes();
        final int start = line.start(column);
        final int length = line.end(column) - start;
        if (length < MINUTE_CHARS || bytes[start + 10] != ' ') {
            return parseIso(line, column);
        }
        final int year = number(bytes, start, 4);
        final int month = number(bytes, start + 5, 2);
        final int day = number(bytes, start + 8, 2);
        final int hour = number(bytes, start + 11, 2);
        final int minute = number(bytes, start + 14, 2);
        final boolean hasSeconds = length >= SECOND_CHARS;
        final int second = hasSeconds ? number(bytes, start + 17, 2) : 0;
        final boolean isSeparated = bytes[start + 4] == '-'
                && bytes[start + 7] == '-'
                && bytes[start + 13] == ':'
                && (!hasSeconds || bytes[start + 16] == ':');
        final boolean isInRange = year >= 0
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= daysOf(year, month)
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second < 60;
        final int nanos = length <= SECOND_CHARS ? 0 : fraction(bytes, start + SECOND_CHARS, length - SECOND_CHARS);
        if (!isSeparated || !isInRange || nanos < 0 || (length > MINUTE_CHARS && !hasSeconds)) {
            throw line.malformed(column, EXPECTED);
        }
        line.nanos(column, nanos);
        return epochDay(year, month, day) * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second;
    }

    static void write(Instant time, CsvBuffer target) {
        final long seconds = time.getEpochSecond();
        final int nanos = time.getNano();
        final long days = Math.floorDiv(seconds, SECONDS_PER_DAY) + EPOCH_DAY;
        final int secondOfDay = Math.floorMod(seconds, SECONDS_PER_DAY);
        final long era = Math.floorDiv(days, DAYS_PER_ERA);
        final int dayOfEra = (int) (days - era * DAYS_PER_ERA);
        final int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int monthFromMarch = (5 * dayOfYear + 2) / 153;
        final int day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        final int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        final long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        if (year < 0 || year > 9999) {
            target.appendPlain(time.toString());
            return;
        }
        target.appendDigits(year, 4);
        target.append((byte) '-');
        target.appendDigits(month, 2);
        target.append((byte) '-');
        target.appendDigits(day, 2);
        target.append((byte) ' ');
        target.appendDigits(secondOfDay / 3600, 2);
        target.append((byte) ':');
        target.appendDigits(secondOfDay / 60 % 60, 2);
        final int second = secondOfDay % 60;
        if (second != 0 || nanos != 0) {
            target.append((byte) ':');
            target.appendDigits(second, 2);
        }
        if (nanos != 0) {
            writeFraction(nanos, target);
        }
    }

    private static void writeFraction(int nanos, CsvBuffer target) {
        target.append((byte) '.');
        if (nanos % 1_000_000 == 0) {
            target.appendDigits(nanos / 1_000_000, 3);
        } else if (nanos % 1_000 == 0) {
            target.appendDigits(nanos / 1_000, 6);
        } else {
            target.appendDigits(nanos, 9);
        }
    }

    private static long parseIso(CsvLine line, int column) {
        try {
            Instant time = Instant.parse(line.text(column));
            line.nanos(column, time.getNano());
            return time.getEpochSecond();
        } catch (DateTimeException e) {
            throw line.malformed(column, EXPECTED);
        }
    }

    private static long epochDay(int year, int month, int day) {
        final int marchYear = month <= 2 ? year - 1 : year;
        final int era = Math.floorDiv(marchYear, 400);
        final int yearOfEra = marchYear - era * 400;
        final int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return (long) era * DAYS_PER_ERA + yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - EPOCH_DAY;
    }

    private static int daysOf(int year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** Reads a point and 1 to 9 digits as nanoseconds. Returns -1 if they are not there. */
    private static int fraction(byte[] bytes, int start, int length) {
        final int digits = length - 1;
        if (bytes[start] != '.' || digits < 1 || digits > MAX_FRACTION_DIGITS) {
            return -1;
        }
        int nanos = number(bytes, start + 1, digits);
        for (int i = digits; i < MAX_FRACTION_DIGITS && nanos > 0; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    /** Reads digits. Returns -1 if one of them is none. */
    private static int number(byte[] bytes, int start, int digits) {
        int number = 0;
        for (int at = start; at < start + digits; at++) {
            final int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}

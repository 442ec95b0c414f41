package dev.millrace.bench.command;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Numbers as people type them. */
final class Numbers {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private Numbers() {}

    /** Bytes as MiB; a question mark where they are not known. */
    static String mebibytes(double bytes) {
        if (bytes <= 0) {
            return "?";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%,.0f KiB", bytes / (1 << 10))
                : String.format(Locale.ROOT, "%,.0f MiB", bytes / (1 << 20));
    }

    /** A share from 0 to 1 in percent; a question mark where it is negative. */
    static String share(double share) {
        return share < 0 ? "?" : String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    /** {@code 20000000}, {@code 2e7} or {@code 1.5e6}. */
    static long count(String text) {
        try {
            return new BigDecimal(text).longValueExact();
        } catch (NumberFormatException e) {
            throw new TypeConversionException("not a whole number such as 2000000 or 2e6: '" + text + "'");
        } catch (ArithmeticException e) {
            throw new TypeConversionException("not a whole number below 2^63: '" + text + "'");
        }
    }

    /** {@code 100ms}, {@code 1s}, {@code 2m} or {@code 1h}. */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("not a whole number with ms, s, m or h: '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }
}

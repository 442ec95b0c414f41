package dev.millrace.allocator;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them. */
public final class MemorySize {
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB|K|M|G)?", Pattern.CASE_INSENSITIVE);

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

    private MemorySize() {}

    /**
     * Reads a size: a whole number and a unit out of {@code B}, {@code KiB}, {@code MiB}, {@code GiB}; without one, bytes.
     *
     * @throws IllegalArgumentException if it is no size
     */
    public static long parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a size: \"" + text + "\"; write 256MiB, 1GiB or a number of bytes");
        }
        String unit = matcher.group(2) == null ? "B" : matcher.group(2).toUpperCase(Locale.ROOT);
        long factor =
                switch (unit.charAt(0)) {
                    case 'K' -> 1L << 10;
                    case 'M' -> 1L << 20;
                    case 'G' -> 1L << 30;
                    default -> 1L;
                };
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("size is too large: \"" + text + "\"", e);
        }
    }

    /** Writes a size in the largest unit of which there is at least one, with one digit behind the point. */
    public static String format(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int step = Math.min(3, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        return String.format(Locale.ROOT, "%.1f %s", bytes / Math.pow(1024, step), UNITS[step]);
    }

    /** Writes a size so that {@link #parse} gives it back, in the largest unit that it is a multiple of. */
    public static String exact(long bytes) {
        int step = bytes == 0 ? 0 : Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> (10 * step)) + UNITS[step];
    }
}

package dev.millrace.allocator;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of settings as people write them. What cannot be read is refused with the text and what could stand there.
 *
 * <p>Any thread may call any method.
 */
public final class SettingText {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");

    private SettingText() {}

    /** Reads a whole number. */
    public static int whole(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "not a whole number: \"" + text + "\"; write digits, at most " + Integer.MAX_VALUE, e);
        }
    }

    /** Reads a duration: a whole number and one of {@code ms}, {@code s}, {@code m}, {@code h}. */
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a duration: \"" + text + "\"; write a whole number of ms, s, m or h, as 100ms");
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }

    /** Writes a duration so that {@link #duration} gives it back; what is below a millisecond is lost. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** Reads {@code on} or {@code off}. */
    public static boolean onOff(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException("not a switch: \"" + text + "\"; write on or off");
        };
    }

    /** Writes {@code on} or {@code off}. */
    public static String text(boolean isOn) {
        return isOn ? "on" : "off";
    }

    /** Reads a constant of an enum, in letters of any case. */
    public static <E extends Enum<E>> E word(String text, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text.strip())) {
                return constant;
            }
        }
        throw new IllegalArgumentException("not one of the words: \"" + text + "\"; write one of " + words(type));
    }

    /** The constants of an enum as they are written: {@code required|preferred|off}. */
    public static <E extends Enum<E>> String words(Class<E> type) {
        return String.join(
                "|",
                Arrays.stream(type.getEnumConstants()).map(SettingText::text).toList());
    }

    /** Writes a constant. */
    public static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

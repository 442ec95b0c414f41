package dev.millrace.bench.report;

import java.util.Locale;

/** Text that goes into a page. */
final class Html {
    private Html() {}

    /** Text that nothing in it can end. */
    static String escape(Object text) {
        return String.valueOf(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A number with three significant digits and a unit prefix: 12.3 M. */
    static String shortNumber(double value) {
        double magnitude = Math.abs(value);
        if (magnitude >= 1e9) {
            return digits(value / 1e9) + " G";
        }
        if (magnitude >= 1e6) {
            return digits(value / 1e6) + " M";
        }
        if (magnitude >= 1e3) {
            return digits(value / 1e3) + " k";
        }
        return digits(value);
    }

    /** Microseconds with the unit that people would choose. */
    static String micros(double value) {
        if (value >= 1e6) {
            return digits(value / 1e6) + " s";
        }
        return value >= 1e3 ? digits(value / 1e3) + " ms" : digits(value) + " µs";
    }

    private static String digits(double value) {
        double magnitude = Math.abs(value);
        String format = magnitude >= 100 || magnitude == 0 ? "%.0f" : magnitude >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }

    /** A coordinate in a drawing. */
    static String at(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}

package dev.millrace.allocator;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One setting of a configuration, in the form that people write: what reads it from a file, writes it into one, and
 * explains it is the same table of these, so that the three cannot drift apart.
 *
 * <p>Immutable; any thread may use it.
 *
 * @param key its name in a file; {@code N} stands for a number
 * @param values what may be written, with its limits
 * @param help what it is, in one sentence
 * @param defaultText what it is if nobody mentions it
 * @param reader gives the value of a configuration, as it is written
 * @param isDerived says whether the value of a configuration follows from others
 * @param writer gives a configuration another value; refuses with an {@link IllegalArgumentException}
 * @param <C> the configuration
 */
public record Setting<C>(
        String key,
        String values,
        String help,
        String defaultText,
        Function<C, String> reader,
        Predicate<C> isDerived,
        BiFunction<C, String, C> writer) {
    /** A setting whose value follows from no other. */
    public static <C> Setting<C> of(
            String key,
            String values,
            String help,
            C defaults,
            Function<C, String> reader,
            BiFunction<C, String, C> writer) {
        return new Setting<>(key, values, help, reader.apply(defaults), reader, config -> false, writer);
    }

    /** The same setting of a configuration that holds the other one. */
    public <D> Setting<D> within(Function<D, C> inner, BiFunction<D, C, D> outer) {
        return new Setting<>(
                key,
                values,
                help,
                defaultText,
                config -> reader.apply(inner.apply(config)),
                config -> isDerived.test(inner.apply(config)),
                (config, text) -> outer.apply(config, writer.apply(inner.apply(config), text)));
    }

    /** Where the value comes from: {@code given}, {@code derived} or {@code default}. */
    public String origin(C config) {
        if (isDerived.test(config)) {
            return "derived";
        }
        return reader.apply(config).equals(defaultText) ? "default" : "given";
    }

    /** A line for each setting, in columns. */
    public static <C> String describe(List<Setting<C>> settings, C config) {
        int keyWidth = settings.stream().mapToInt(s -> s.key().length()).max().orElse(1);
        int valueWidth = settings.stream()
                .mapToInt(s -> s.reader().apply(config).length())
                .max()
                .orElse(1);
        String format = "%-" + keyWidth + "s  %-" + valueWidth + "s  %-7s  %s%n";
        StringBuilder text = new StringBuilder();
        for (Setting<C> setting : settings) {
            text.append(String.format(
                    format, setting.key(), setting.reader().apply(config), setting.origin(config), setting.help()));
        }
        return text.toString();
    }
}

package dev.millrace.bench.tune;

import dev.millrace.engine.EngineConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A setting of the engine and what is tried of it.
 *
 * @param key in the file of settings
 * @param values to try beside the default
 */
public record Knob(String key, List<String> values) {
    private static final List<Knob> USUAL = List.of(
            new Knob("memory.huge-pages", List.of("off", "preferred")),
            new Knob("memory.pre-touch", List.of("on")),
            new Knob("memory.misuse", List.of("off")),
            new Knob("memory.leak-sample-interval", List.of("0")),
            new Knob("memory.tier.magazine-blocks", List.of("16", "1024")),
            new Knob("memory.tier.magazine-bytes", List.of("128KiB", "8MiB")),
            new Knob("pin-workers", List.of("on")),
            new Knob("store", List.of("rocksdb")),
            new Knob("page-size", List.of("16KiB", "32KiB", "128KiB", "256KiB")),
            new Knob("batch-size", List.of("64", "256", "2048")),
            new Knob("channel-pages", List.of("4", "64")),
            new Knob("linger", List.of("1ms", "10ms")),
            new Knob("idle", List.of("spin", "park")));

    public Knob {
        values = List.copyOf(values);
    }

    /** What is worth trying, of the settings that this engine has. */
    public static List<Knob> usual() {
        return USUAL.stream()
                .filter(knob -> defaultOf(knob.key()).isPresent())
                .map(knob -> new Knob(knob.key(), knob.otherValues()))
                .toList();
    }

    /**
     * Reads {@code key=value,value}.
     *
     * @throws IllegalArgumentException if that is not what it is, or there is no such setting
     */
    public static Knob parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new IllegalArgumentException("not a setting with values to try: sweep=" + text
                    + "; write it as memory.huge-pages=off,preferred");
        }
        String key = text.substring(0, equals);
        if (defaultOf(key).isEmpty()) {
            throw new IllegalArgumentException("no such setting: key=" + key + "; see: millrace demo --print-config");
        }
        return new Knob(
                key, Arrays.stream(text.substring(equals + 1).split(",")).toList());
    }

    private List<String> otherValues() {
        String standard = defaultOf(key).orElse("");
        return values.stream().filter(value -> !value.equals(standard)).toList();
    }

    /** What a setting is if nobody sets it; empty if there is no such setting. */
    static Optional<String> defaultOf(String key) {
        String line = "#" + key + "=";
        return EngineConfig.sampleFile()
                .lines()
                .filter(each -> each.startsWith(line))
                .map(each -> each.substring(line.length()))
                .findFirst();
    }
}

package dev.millrace.engine;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.MemorySettings;
import dev.millrace.allocator.Setting;
import dev.millrace.allocator.SettingText;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The table of all settings of an engine: what may be written, what it means, how it is read and written. */
final class EngineSettings {
    static final String STATE_DIRECTORY = "state-directory";

    private static final EngineConfig DEFAULTS = EngineConfig.of(Path.of("state"));
    private static final List<Setting<EngineConfig>> ALL = table();

    private EngineSettings() {}

    /** Every setting, in the order in which they are to be applied. */
    static List<Setting<EngineConfig>> all() {
        return ALL;
    }

    /** The setting with a key. */
    static Optional<Setting<EngineConfig>> find(String key) {
        Optional<Setting<EngineConfig>> own =
                ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
        return own.isPresent() ? own : MemorySettings.find(key).map(EngineSettings::ofMemory);
    }

    /**
     * The key that a wrong one was most likely meant to be.
     *
     * @param otherKeys known to the file that has the wrong one, beside those of the table
     */
    static String nearest(String key, String... otherKeys) {
        List<String> keys = new ArrayList<>(List.of(otherKeys));
        ALL.forEach(setting -> keys.add(setting.key()));
        String nearest = STATE_DIRECTORY;
        int leastDistance = Integer.MAX_VALUE;
        for (String known : keys) {
            int distance = distance(key, known);
            if (distance < leastDistance) {
                leastDistance = distance;
                nearest = known;
            }
        }
        return nearest;
    }

    /** Every setting of a configuration, with where it comes from. */
    static List<EffectiveSetting> effective(EngineConfig config) {
        List<EffectiveSetting> settings = new ArrayList<>();
        for (Setting<EngineConfig> setting : ALL) {
            if (!setting.key().contains(".N.")) {
                settings.add(effective(setting, setting.key(), config));
            }
        }
        // Those with a number in their key are in no table: they are there if somebody set them.
        config.origins().keys().stream()
                .filter(key -> ALL.stream().noneMatch(setting -> setting.key().equals(key)))
                .sorted()
                .forEach(key -> find(key).ifPresent(setting -> settings.add(effective(setting, key, config))));
        return List.copyOf(settings);
    }

    private static EffectiveSetting effective(Setting<EngineConfig> setting, String key, EngineConfig config) {
        String value = setting.reader().apply(config);
        String place = config.origins().placeOf(key, value);
        String origin = setting.origin(config);
        return new EffectiveSetting(key, value, place != null ? place : origin.equals("given") ? "program" : origin);
    }

    static String describe(EngineConfig config) {
        List<Setting<EngineConfig>> settings = new ArrayList<>(ALL);
        settings.removeIf(setting -> setting.key().startsWith("memory"));
        return Setting.describe(settings, config) + config.allocator().describe();
    }

    static String sampleConf() {
        return sample(setting ->
                (setting.key().equals("memory") ? ConfLines.SIZE : setting.key()) + " = " + setting.defaultText());
    }

    static String sampleFile() {
        return sample(setting -> setting.key() + "=" + setting.defaultText());
    }

    private static String sample(Function<Setting<EngineConfig>, String> line) {
        StringBuilder text = new StringBuilder("# Settings of Millrace. Remove the # before a key to set it.\n");
        for (Setting<EngineConfig> setting : ALL) {
            text.append("\n# ").append(setting.help());
            text.append("\n# ").append(setting.values());
            text.append("\n#").append(line.apply(setting));
            text.append('\n');
        }
        return text.toString();
    }

    private static List<Setting<EngineConfig>> table() {
        List<Setting<EngineConfig>> all = new ArrayList<>();
        all.add(of(
                STATE_DIRECTORY,
                "a path; if not absolute, beside the file",
                "where committed state lives",
                config -> config.stateDirectory().toString(),
                (config, text) -> config.stateDirectory(Path.of(text))));
        all.add(of(
                "parallelism",
                "1 to " + EngineConfig.MAX_PARALLELISM,
                "partitions of every grouping",
                config -> Integer.toString(config.parallelism()),
                (config, text) -> config.parallelism(SettingText.whole(text))));
        all.add(of(
                "store",
                SettingText.words(StoreKind.class),
                "what committed state is folded into",
                config -> SettingText.text(config.store()),
                (config, text) -> config.store(SettingText.word(text, StoreKind.class))));
        all.add(of(
                "rocksdb-memory",
                "8MiB or more, such as 64MiB",
                "what RocksDB may take outside the heap, of all engines of the process, if an operator or the job uses it",
                config ->
                        dev.millrace.allocator.MemorySize.exact(config.rocksDb().memoryBytes()),
                (config, text) -> config.rocksDbMemoryBytes(MemorySize.parse(text))));
        all.add(of(
                "epoch-interval",
                "1ms to 24h",
                "time between two commits",
                config -> SettingText.text(config.epochInterval()),
                (config, text) -> config.epochInterval(SettingText.duration(text))));
        all.add(of(
                "pin-workers",
                "on|off",
                "whether each worker thread stays on a processor of its own",
                config -> SettingText.text(config.pinsWorkers()),
                (config, text) -> config.pinsWorkers(SettingText.onOff(text))));
        all.add(of(
                "workers",
                "1 to " + EngineConfig.MAX_WORKERS + "; 0 for one a partition, but no more than processors",
                "threads that run the tasks of all jobs",
                config -> Integer.toString(config.workers()),
                (config, text) -> config.workers(SettingText.whole(text))));
        all.add(of(
                "idle",
                SettingText.words(Idle.class),
                "what a worker does when it has nothing to do",
                config -> SettingText.text(config.idle()),
                (config, text) -> config.idle(SettingText.word(text, Idle.class))));
        all.add(of(
                "active-state",
                "a size such as 64MiB; 0 for half of what state may take of the memory",
                "what state should take in memory before the least used of it leaves for the store",
                config -> dev.millrace.allocator.MemorySize.exact(config.activeStateBytes()),
                (config, text) -> config.activeStateBytes(MemorySize.parse(text))));
        all.add(of(
                "page-size",
                "a power of two from 4KiB to 1MiB",
                "size of the pages in which events move between tasks",
                config -> dev.millrace.allocator.MemorySize.exact(config.flow().pageBytes()),
                (config, text) -> config.flow(flow -> flow.pageBytes(Math.toIntExact(MemorySize.parse(text))))));
        all.add(of(
                "channel-pages",
                "a power of two from 2 to 4096",
                "pages that a task may be ahead of the one that reads them",
                config -> Integer.toString(config.flow().channelPages()),
                (config, text) -> config.flow(flow -> flow.channelPages(SettingText.whole(text)))));
        all.add(of(
                "batch-size",
                "1 to 1048576",
                "events that a source reads before others get their turn",
                config -> Integer.toString(config.flow().batchEvents()),
                (config, text) -> config.flow(flow -> flow.batchEvents(SettingText.whole(text)))));
        all.add(of(
                "linger",
                "0ms to 60s",
                "how long a page that is not full waits for more events when there are none",
                config -> SettingText.text(config.flow().linger()),
                (config, text) -> config.flow(flow -> flow.linger(SettingText.duration(text)))));
        MemorySettings.all().forEach(setting -> all.add(ofMemory(setting)));
        return List.copyOf(all);
    }

    private static Setting<EngineConfig> ofMemory(Setting<AllocatorConfig> setting) {
        return setting.within(EngineConfig::allocator, EngineConfig::memory);
    }

    private static Setting<EngineConfig> of(
            String key,
            String values,
            String help,
            Function<EngineConfig, String> reader,
            BiFunction<EngineConfig, String, EngineConfig> writer) {
        return Setting.of(key, values, help, DEFAULTS, reader, writer);
    }

    /** How many letters must be inserted, removed or replaced: Levenshtein's distance, row by row. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int i = 0; i <= right.length(); i++) {
            row[i] = i;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int k = 1; k <= right.length(); k++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(k - 1) ? 0 : 1);
                diagonal = row[k];
                row[k] = Math.min(replaced, 1 + Math.min(row[k], row[k - 1]));
            }
        }
        return row[right.length()];
    }
}

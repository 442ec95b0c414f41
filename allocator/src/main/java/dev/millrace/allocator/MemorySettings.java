package dev.millrace.allocator;

import dev.millrace.allocator.AllocatorConfig.HugePages;
import dev.millrace.allocator.AllocatorConfig.Misuse;
import dev.millrace.allocator.AllocatorConfig.Numa;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of all settings of memory: what may be written, what it means, how it is read and written. */
public final class MemorySettings {
    private static final AllocatorConfig DEFAULTS = AllocatorConfig.builder().build();

    private static final String DERIVED = "auto";
    private static final Pattern NODE_KEY = Pattern.compile("memory\\.node\\.(\\d{1,4})\\.(min|max)");
    private static final String SIZES = MemorySize.exact(AllocatorConfig.MIN_MEMORY_BYTES) + " to "
            + MemorySize.exact(AllocatorConfig.MAX_MEMORY_BYTES);

    private static final List<Setting<AllocatorConfig>> ALL = table();

    private MemorySettings() {}

    /** Every setting, in the order in which they are to be applied; nodes by their placeholder. */
    public static List<Setting<AllocatorConfig>> all() {
        return ALL;
    }

    /** The setting with a key, that of a certain node too. */
    public static Optional<Setting<AllocatorConfig>> find(String key) {
        Matcher node = NODE_KEY.matcher(key);
        if (node.matches()) {
            int id = Integer.parseInt(node.group(1));
            return Optional.of(node.group(2).equals("min") ? nodeMin(key, id) : nodeMax(key, id));
        }
        return ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    /** The settings of a configuration: a line for each of its nodes instead of the placeholder. */
    static List<Setting<AllocatorConfig>> of(AllocatorConfig config) {
        List<Setting<AllocatorConfig>> settings = new ArrayList<>(ALL);
        settings.removeIf(setting -> setting.key().contains(".N."));
        for (int id : config.nodes().keySet().stream().sorted().toList()) {
            settings.add(nodeMin("memory.node." + id + ".min", id));
            settings.add(nodeMax("memory.node." + id + ".max", id));
        }
        return settings;
    }

    private static List<Setting<AllocatorConfig>> table() {
        List<Setting<AllocatorConfig>> all = new ArrayList<>();
        all.add(of(
                "memory",
                SIZES,
                "budget of all off-heap memory: what live blocks may add up to",
                config -> MemorySize.exact(config.memoryBytes()),
                (config, text) -> config.withMemoryBytes(MemorySize.parse(text))));
        all.add(new Setting<>(
                "memory.reserve",
                "auto, or 0 to half of memory",
                "part of memory that only barriers and freeing paths may use; auto is a 64th in whole MiB",
                DERIVED,
                config -> MemorySize.exact(config.reserve()),
                config -> config.reserveBytes() == AllocatorConfig.DERIVED,
                (config, text) -> config.withReserveBytes(
                        text.strip().equals(DERIVED) ? AllocatorConfig.DERIVED : MemorySize.parse(text))));
        for (MemoryPool pool : MemoryPool.values()) {
            addLimits(
                    all,
                    "memory.pool." + SettingText.text(pool),
                    "blocks of the pool " + pool,
                    config -> config.pools().getOrDefault(pool, MemoryLimits.NONE),
                    (config, limits) -> config.withPool(pool, limits));
        }
        addLimits(
                all,
                "memory.operator",
                "state of each operator that has no limits of its own",
                AllocatorConfig::operators,
                (config, limits) -> config.toBuilder().operators(limits).build());
        all.add(nodeMin("memory.node.N.min", -1));
        all.add(nodeMax("memory.node.N.max", -1));
        addPolicies(all);
        addTiers(all);
        return List.copyOf(all);
    }

    private static void addPolicies(List<Setting<AllocatorConfig>> all) {
        all.add(of(
                "memory.huge-pages",
                SettingText.words(HugePages.class),
                "pages of 2 MiB: from the pool that was set aside, or none; where possible; not",
                config -> SettingText.text(config.hugePages()),
                (config, text) -> config.withHugePages(SettingText.word(text, HugePages.class))));
        all.add(of(
                "memory.pre-touch",
                "on|off",
                "touches the memory of the budget at start, so that no event waits for a first touch",
                config -> SettingText.text(config.preTouches()),
                (config, text) -> config.withPreTouches(SettingText.onOff(text))));
        all.add(of(
                "memory.numa",
                SettingText.words(Numa.class),
                "memory on the node of its worker: or no start; where possible; spread over nodes; not",
                config -> SettingText.text(config.numa()),
                (config, text) -> config.withNuma(SettingText.word(text, Numa.class))));
        all.add(of(
                "memory.misuse",
                SettingText.words(Misuse.class),
                "what wrong use of blocks is watched for",
                config -> SettingText.text(config.misuse()),
                (config, text) -> config.withMisuse(SettingText.word(text, Misuse.class))));
        all.add(of(
                "memory.leak-sample-interval",
                "0 or more",
                "one allocation in this many remembers its stack for leak reports; 0 for none",
                config -> Integer.toString(config.leakSampleInterval()),
                (config, text) -> config.withLeakSampleInterval(SettingText.whole(text))));
        all.add(of(
                "memory.container-check",
                "on|off",
                "refuses to start where memory, heap and JVM would not fit the container or the machine",
                config -> SettingText.text(config.checksContainer()),
                (config, text) -> config.toBuilder()
                        .checksContainer(SettingText.onOff(text))
                        .build()));
    }

    private static void addTiers(List<Setting<AllocatorConfig>> all) {
        all.add(tier(
                "magazine-blocks",
                "2 to " + TierSizes.MAX_MAGAZINE_BLOCKS,
                "most free blocks of one size in a magazine of a worker",
                TierSizes::magazineBlocks,
                TierSizes::withMagazineBlocks));
        all.add(of(
                "memory.tier.magazine-bytes",
                "4KiB to 64MiB",
                "most bytes in a magazine: of large blocks it holds fewer",
                config -> MemorySize.exact(config.tiers().magazineBytes()),
                (config, text) -> config.withTiers(config.tiers()
                        .withMagazineBytes(Math.toIntExact(Math.min(Integer.MAX_VALUE, MemorySize.parse(text)))))));
        all.add(tier(
                "own-magazines",
                "0 to 1024",
                "full magazines that a worker keeps before others may have them",
                TierSizes::ownMagazines,
                TierSizes::withOwnMagazines));
        all.add(tier(
                "depot-magazines",
                "2 to 1024, a power of two",
                "full magazines of one kind that a node keeps for its workers",
                TierSizes::depotMagazines,
                TierSizes::withDepotMagazines));
        all.add(tier(
                "inbox-blocks",
                "1 to 4096",
                "blocks of another node that a worker collects before it hands them over",
                TierSizes::inboxBlocks,
                TierSizes::withInboxBlocks));
        all.add(of(
                "memory.tier.floor",
                "0 or more",
                "memory of each node that stays with the process when nothing is live",
                config -> MemorySize.exact(config.tiers().floorBytes()),
                (config, text) -> config.withTiers(config.tiers().withFloorBytes(MemorySize.parse(text)))));
        all.add(of(
                "memory.tier.decay",
                "0s to 24h",
                "how long memory stays with the process after it fell empty",
                config -> SettingText.text(config.tiers().decay()),
                (config, text) -> config.withTiers(config.tiers().withDecay(SettingText.duration(text)))));
    }

    private static Setting<AllocatorConfig> tier(
            String name,
            String values,
            String help,
            ToIntFunction<TierSizes> reader,
            BiFunction<TierSizes, Integer, TierSizes> writer) {
        return of(
                "memory.tier." + name,
                values,
                help,
                config -> Integer.toString(reader.applyAsInt(config.tiers())),
                (config, text) -> config.withTiers(writer.apply(config.tiers(), SettingText.whole(text))));
    }

    private static void addLimits(
            List<Setting<AllocatorConfig>> all,
            String prefix,
            String what,
            Function<AllocatorConfig, MemoryLimits> reader,
            BiFunction<AllocatorConfig, MemoryLimits, AllocatorConfig> writer) {
        all.add(min(prefix + ".min", what, reader, writer));
        all.add(max(prefix + ".max", what, reader, writer));
    }

    private static Setting<AllocatorConfig> min(
            String key,
            String what,
            Function<AllocatorConfig, MemoryLimits> reader,
            BiFunction<AllocatorConfig, MemoryLimits, AllocatorConfig> writer) {
        return of(
                key,
                "a size; all minima and the reserve fit memory",
                "kept free for " + what,
                config -> MemorySize.exact(reader.apply(config).minBytes()),
                (config, text) -> writer.apply(
                        config,
                        new MemoryLimits(
                                MemorySize.parse(text), reader.apply(config).maxBytes())));
    }

    private static Setting<AllocatorConfig> max(
            String key,
            String what,
            Function<AllocatorConfig, MemoryLimits> reader,
            BiFunction<AllocatorConfig, MemoryLimits, AllocatorConfig> writer) {
        return of(
                key,
                "none, or a size",
                "most for " + what,
                config -> maxText(reader.apply(config)),
                (config, text) -> writer.apply(
                        config, new MemoryLimits(reader.apply(config).minBytes(), maxBytes(text))));
    }

    private static Setting<AllocatorConfig> nodeMin(String key, int id) {
        return min(
                key,
                "what lies on node N, the kernel's number",
                config -> ofNode(config, id),
                (config, limits) -> config.toBuilder().node(id, limits).build());
    }

    private static Setting<AllocatorConfig> nodeMax(String key, int id) {
        return max(
                key,
                "what lies on node N, the kernel's number",
                config -> ofNode(config, id),
                (config, limits) -> config.toBuilder().node(id, limits).build());
    }

    private static MemoryLimits ofNode(AllocatorConfig config, int id) {
        return config.nodes().getOrDefault(id, MemoryLimits.NONE);
    }

    private static String maxText(MemoryLimits limits) {
        return limits.isLimited() ? MemorySize.exact(limits.maxBytes()) : "none";
    }

    private static long maxBytes(String text) {
        return text.strip().equals("none") ? MemoryLimits.UNLIMITED : MemorySize.parse(text);
    }

    private static Setting<AllocatorConfig> of(
            String key,
            String values,
            String help,
            Function<AllocatorConfig, String> reader,
            BiFunction<AllocatorConfig, String, AllocatorConfig> writer) {
        return Setting.of(key, values, help, DEFAULTS, reader, writer);
    }
}

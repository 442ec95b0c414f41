package dev.millrace.bench.command;

import dev.millrace.bench.workload.Keys;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.Workload;
import dev.millrace.engine.Idle;
import dev.millrace.engine.MemorySize;
import dev.millrace.state.StoreKind;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be turned in a run. */
final class RunOptions {
    @Option(names = "--events", paramLabel = "N", description = "Events to generate, such as 2e7.")
    private @Nullable Long events;

    @Option(names = "--keys", paramLabel = "N", description = "Different keys.")
    private @Nullable Long keys;

    @Option(
            names = "--distribution",
            paramLabel = "NAME",
            defaultValue = "UNIFORM",
            description = "How often each key comes: uniform or zipf.")
    private Keys.Distribution distribution;

    @Option(names = "--parallelism", paramLabel = "N", defaultValue = "1", description = "Partitions. Default: 1.")
    private int parallelism;

    @Option(
            names = "--epoch-interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "Time between two commits. Default: 1s.")
    private Duration epochInterval;

    @Option(names = "--store", paramLabel = "NAME", defaultValue = "MAPDB", description = "Store: mapdb or rocksdb.")
    private StoreKind store;

    @Option(names = "--rate", paramLabel = "N", description = "Events per second of keyed-latency.")
    private @Nullable Long rate;

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "1GiB", description = "Budget. Default: 1GiB.")
    private String memory;

    @Option(
            names = "--idle",
            paramLabel = "NAME",
            description = "What workers do when they have nothing to do: spin, backoff or park.")
    private @Nullable Idle idle;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the engine, as in its file of settings. Can be given more than once.")
    private Map<String, String> settings = Map.of();

    /** With the defaults of a workload, its events divided by a number. */
    Parameters parameters(Workload workload, int shrink) {
        return new Parameters(
                events(workload, shrink),
                Objects.requireNonNullElse(keys, Math.max(1, workload.defaultKeys() / shrink)),
                distribution,
                parallelism,
                epochInterval,
                store,
                workload.defaultRate() == 0 ? 0 : Objects.requireNonNullElse(rate, workload.defaultRate()),
                MemorySize.parse(memory),
                settings());
    }

    private Map<String, String> settings() {
        if (idle == null) {
            return settings;
        }
        Map<String, String> all = new TreeMap<>(settings);
        all.put("idle", idle.name().toLowerCase(Locale.ROOT));
        return all;
    }

    private long events(Workload workload, int shrink) {
        if (!workload.hasFixedInput()) {
            // An open loop has no less to wait for at its beginning when it is shorter.
            int part = workload.defaultRate() == 0 ? shrink : Math.max(1, shrink / 2);
            return Objects.requireNonNullElse(events, Math.max(1, workload.defaultEvents() / part));
        }
        if (events != null && events != workload.defaultEvents()) {
            throw new IllegalArgumentException("the events of this workload are those of its file: workload="
                    + workload.name() + ", events=" + workload.defaultEvents() + "; leave --events out");
        }
        return workload.defaultEvents();
    }
}

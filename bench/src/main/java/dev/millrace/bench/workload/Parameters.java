package dev.millrace.bench.workload;

import dev.millrace.state.StoreKind;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What a run of a workload is asked to do.
 *
 * @param events how many are generated
 * @param keys how many different keys there are
 * @param distribution how often each key comes
 * @param parallelism partitions of the engine, consumers of a rival
 * @param epochInterval between two commits of the engine
 * @param store of the engine
 * @param eventsPerSecond the rate of an open loop, 0 for as fast as can be
 * @param memoryBytes the engine's budget
 * @param settings of the engine beside these, by the keys of its file of settings
 */
public record Parameters(
        long events,
        long keys,
        Keys.Distribution distribution,
        int parallelism,
        Duration epochInterval,
        StoreKind store,
        long eventsPerSecond,
        long memoryBytes,
        Map<String, String> settings) {
    private static final long MAX_KEYS = 1L << 32;

    public Parameters {
        requireWithin("events", events, 1, 1L << 40);
        requireWithin("keys", keys, 1, MAX_KEYS);
        requireWithin("parallelism", parallelism, 1, 128);
        requireWithin("rate", eventsPerSecond, 0, 1_000_000_000);
        Objects.requireNonNull(distribution, "distribution");
        Objects.requireNonNull(epochInterval, "epochInterval");
        Objects.requireNonNull(store, "store");
        settings = Map.copyOf(settings);
    }

    /** With other settings of the engine on top of these. */
    public Parameters with(Map<String, String> more) {
        Map<String, String> all = new java.util.TreeMap<>(settings);
        all.putAll(more);
        return new Parameters(
                events, keys, distribution, parallelism, epochInterval, store, eventsPerSecond, memoryBytes, all);
    }

    private static void requireWithin(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + " is out of range: " + name + "=" + value + ", min=" + min + ", max=" + max);
        }
    }
}

package dev.millrace.engine;

import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * How an engine runs. Immutable; start with {@link #of} and change what must be different.
 *
 * @param stateDirectory where committed state lives; one running job has it at a time
 * @param memoryBytes the budget of all off-heap memory
 * @param parallelism partitions of every grouping, from 1 to the number of key groups
 * @param store what committed state is folded into
 * @param epochInterval the time between two commits, from 1 ms to a day
 * @param pinsWorkers whether each worker thread stays on a CPU of its own
 */
public record EngineConfig(
        Path stateDirectory,
        long memoryBytes,
        int parallelism,
        StoreKind store,
        Duration epochInterval,
        boolean pinsWorkers) {
    /** The most partitions: one per key group. */
    public static final int MAX_PARALLELISM = 128;

    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

    private static final long DEFAULT_MEMORY_BYTES = 256L << 20;

    public EngineConfig {
        Objects.requireNonNull(stateDirectory, "stateDirectory");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(epochInterval, "epochInterval");
        if (memoryBytes < 1) {
            throw new IllegalArgumentException("memory must be positive: memoryBytes=" + memoryBytes);
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("parallelism must be from 1 to " + MAX_PARALLELISM
                    + ", the number of key groups: parallelism=" + parallelism);
        }
        if (epochInterval.compareTo(Duration.ofMillis(1)) < 0 || epochInterval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException("epoch interval must be from 1 ms to " + LONGEST_INTERVAL.toDays()
                    + " day: epochInterval=" + epochInterval);
        }
    }

    /** 256 MiB, one partition, MapDB, a commit every 100 ms. */
    public static EngineConfig of(Path stateDirectory) {
        return new EngineConfig(
                stateDirectory, DEFAULT_MEMORY_BYTES, 1, StoreKind.MAPDB, Duration.ofMillis(100), false);
    }

    public EngineConfig memoryBytes(long bytes) {
        return new EngineConfig(stateDirectory, bytes, parallelism, store, epochInterval, pinsWorkers);
    }

    /** A size such as {@code 256MiB}, {@code 1GiB} or {@code 65536}. */
    public EngineConfig memory(String size) {
        return memoryBytes(MemorySize.parse(size));
    }

    public EngineConfig parallelism(int partitions) {
        return new EngineConfig(stateDirectory, memoryBytes, partitions, store, epochInterval, pinsWorkers);
    }

    public EngineConfig store(StoreKind kind) {
        return new EngineConfig(stateDirectory, memoryBytes, parallelism, kind, epochInterval, pinsWorkers);
    }

    public EngineConfig epochInterval(Duration interval) {
        return new EngineConfig(stateDirectory, memoryBytes, parallelism, store, interval, pinsWorkers);
    }

    public EngineConfig pinsWorkers(boolean pins) {
        return new EngineConfig(stateDirectory, memoryBytes, parallelism, store, epochInterval, pins);
    }
}

package dev.millrace.engine;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.AllocatorConfigBuilder;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.state.StoreKind;
import dev.millrace.state.store.RocksDbConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * How an engine runs. Immutable; start with {@link #of} and change what must be different, or {@link #load} a file.
 *
 * @param stateDirectory where committed state lives; one running job has it at a time
 * @param allocator how off-heap memory is kept; the engine sets the number of workers itself
 * @param parallelism partitions of every grouping, from 1 to the number of key groups
 * @param store what committed state is folded into, where no operator says otherwise
 * @param rocksDb what RocksDB may take, of all engines of the process, if it is used
 * @param epochInterval the time between two commits, from 1 ms to a day
 * @param pinsWorkers whether each worker thread stays on a CPU of its own
 * @param activeStateBytes what state that may leave memory should take there, in all; 0 for half of what state may take
 * @param flow how events move between tasks
 * @param workers threads that run tasks, from 1 to {@value #MAX_WORKERS}; 0 for one a partition, but no more than processors
 * @param idle what a worker does when it has nothing to do
 * @param origins which files have set something, for {@link #effectiveConfig}
 */
public record EngineConfig(
        Path stateDirectory,
        AllocatorConfig allocator,
        int parallelism,
        StoreKind store,
        RocksDbConfig rocksDb,
        Duration epochInterval,
        boolean pinsWorkers,
        long activeStateBytes,
        FlowConfig flow,
        int workers,
        Idle idle,
        SettingOrigins origins) {
    /** The most worker threads. */
    public static final int MAX_WORKERS = 1024;

    /** The most partitions: one per key group. */
    public static final int MAX_PARALLELISM = 128;

    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

    private static final long DEFAULT_MEMORY_BYTES = 256L << 20;

    public EngineConfig {
        Objects.requireNonNull(stateDirectory, "stateDirectory");
        Objects.requireNonNull(allocator, "allocator");
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(rocksDb, "rocksDb");
        Objects.requireNonNull(epochInterval, "epochInterval");
        Objects.requireNonNull(flow, "flow");
        Objects.requireNonNull(idle, "idle");
        Objects.requireNonNull(origins, "origins");
        if (workers < 0 || workers > MAX_WORKERS) {
            throw new IllegalArgumentException(
                    "workers must be from 1 to " + MAX_WORKERS + ", or 0 for one a partition: workers=" + workers);
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException("parallelism must be from 1 to " + MAX_PARALLELISM
                    + ", the number of key groups: parallelism=" + parallelism);
        }
        if (epochInterval.compareTo(Duration.ofMillis(1)) < 0 || epochInterval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException("epoch interval must be from 1 ms to " + LONGEST_INTERVAL.toDays()
                    + " day: epochInterval=" + epochInterval);
        }
        if (activeStateBytes < 0) {
            throw new IllegalArgumentException(
                    "active state must take memory, or 0 for the default: activeStateBytes=" + activeStateBytes);
        }
    }

    /** Which no file has changed. */
    public EngineConfig(
            Path stateDirectory,
            AllocatorConfig allocator,
            int parallelism,
            StoreKind store,
            Duration epochInterval,
            boolean pinsWorkers,
            long activeStateBytes,
            FlowConfig flow,
            int workers,
            Idle idle) {
        this(
                stateDirectory,
                allocator,
                parallelism,
                store,
                RocksDbConfig.DEFAULT,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                SettingOrigins.NONE);
    }

    /** With the defaults of active state, of how events move, and of workers. */
    public EngineConfig(
            Path stateDirectory,
            AllocatorConfig allocator,
            int parallelism,
            StoreKind store,
            Duration epochInterval,
            boolean pinsWorkers) {
        this(
                stateDirectory,
                allocator,
                parallelism,
                store,
                epochInterval,
                pinsWorkers,
                0,
                FlowConfig.DEFAULT,
                0,
                Idle.BACKOFF);
    }

    /** With memory of a size that has its defaults otherwise. */
    public EngineConfig(
            Path stateDirectory,
            long memoryBytes,
            int parallelism,
            StoreKind store,
            Duration epochInterval,
            boolean pinsWorkers) {
        this(
                stateDirectory,
                AllocatorConfig.ofMemoryBytes(memoryBytes),
                parallelism,
                store,
                epochInterval,
                pinsWorkers);
    }

    /** 256 MiB, one partition, MapDB, a commit every 100 ms. */
    public static EngineConfig of(Path stateDirectory) {
        return new EngineConfig(
                stateDirectory, DEFAULT_MEMORY_BYTES, 1, StoreKind.MAPDB, Duration.ofMillis(100), false);
    }

    /**
     * Reads a file of settings, in UTF-8, at most 1 MiB. A name that ends in {@code .conf}, {@code .hocon} or {@code .json} says
     * that it is HOCON, {@link #sampleConf} has all keys; otherwise it has one {@code key=value} a line, as
     * {@link java.util.Properties} are written, {@link #sampleFile} has all keys. A {@code state-directory} that is not absolute
     * is looked for beside the file.
     *
     * <p>HOCON is read without includes and without substitutions, and of a key that is there twice the last value counts.
     * The budget is {@code memory.size} there, or {@code memory = 1GiB} if nothing else is said about memory.
     *
     * @throws IllegalArgumentException if the file cannot be read, has no {@code state-directory}, names a setting that does
     *     not exist, or one has a value that is refused; says the line, the value, the limit and the fix. Also if a
     *     {@code millrace.conf} lies beside a {@code millrace.properties}
     */
    public static EngineConfig load(Path file) {
        return SettingsFile.read(file).load();
    }

    /**
     * Changes what a file of settings mentions, see {@link #load}.
     *
     * @throws IllegalArgumentException as {@code load}
     */
    public EngineConfig with(Path file) {
        return SettingsFile.read(file).applyTo(this);
    }

    /** A file of settings in HOCON with every key, its default, what may be written and what it means. Every line is a comment. */
    public static String sampleConf() {
        return EngineSettings.sampleConf();
    }

    /** A file of settings as properties with every key, its default, what may be written and what it means. Every line is a comment. */
    public static String sampleFile() {
        return EngineSettings.sampleFile();
    }

    /** Every setting in a line: key, value, where the value comes from, and what it is. */
    public String describe() {
        return EngineSettings.describe(this);
    }

    /** Every setting as it is in force, and where it comes from, in the order of {@link #sampleFile}. */
    public List<EffectiveSetting> effectiveConfig() {
        return EngineSettings.effective(this);
    }

    /** The same, which a file has changed. */
    EngineConfig from(SettingOrigins files) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                files);
    }

    /** The budget of all off-heap memory. */
    public long memoryBytes() {
        return allocator.memoryBytes();
    }

    public EngineConfig memoryBytes(long bytes) {
        return memory(allocator.withMemoryBytes(bytes));
    }

    /** A size such as {@code 256MiB}, {@code 1GiB} or {@code 65536}. */
    public EngineConfig memory(String size) {
        return memoryBytes(MemorySize.parse(size));
    }

    /** Every setting of memory at once. */
    public EngineConfig memory(AllocatorConfig settings) {
        return new EngineConfig(
                stateDirectory,
                settings,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    /** Some settings of memory: {@code .allocator(memory -> memory.hugePages(HugePages.OFF).preTouches(true))}. */
    public EngineConfig allocator(UnaryOperator<AllocatorConfigBuilder> change) {
        return memory(change.apply(allocator.toBuilder()).build());
    }

    public EngineConfig stateDirectory(Path directory) {
        return new EngineConfig(
                directory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    public EngineConfig parallelism(int partitions) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                partitions,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    public EngineConfig store(StoreKind kind) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                kind,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    /**
     * What RocksDB may take outside the heap and beside {@link #memoryBytes}: one sum for all stores of all engines of the process. The
     * engine that has the first store open decides.
     */
    public EngineConfig rocksDbMemoryBytes(long bytes) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb.memoryBytes(bytes),
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    /** A size such as {@code 64MiB}, see {@link #rocksDbMemoryBytes(long)}. */
    public EngineConfig rocksDbMemory(String size) {
        return rocksDbMemoryBytes(MemorySize.parse(size));
    }

    public EngineConfig epochInterval(Duration interval) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                interval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    public EngineConfig pinsWorkers(boolean pins) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pins,
                activeStateBytes,
                flow,
                workers,
                idle,
                origins);
    }

    /**
     * What state that may leave memory should take there, in all operators and partitions together: state values by key and
     * aggregates without a window. What is least used leaves above it, and is read from the store when it is needed.
     */
    public EngineConfig activeStateBytes(long bytes) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                bytes,
                flow,
                workers,
                idle,
                origins);
    }

    /** A size such as {@code 64MiB}, see {@link #activeStateBytes(long)}. */
    public EngineConfig activeState(String size) {
        return activeStateBytes(MemorySize.parse(size));
    }

    /** Changes how events move: {@code .flow(flow -> flow.pageBytes(16 << 10).linger(Duration.ofMillis(1)))}. */
    public EngineConfig flow(UnaryOperator<FlowConfig> change) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                change.apply(flow),
                workers,
                idle,
                origins);
    }

    /** How many threads run the tasks of all jobs; 0 for one a partition, but no more than processors. */
    public EngineConfig workers(int count) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                count,
                idle,
                origins);
    }

    /** What a worker does when it has nothing to do. */
    public EngineConfig idle(Idle strategy) {
        return new EngineConfig(
                stateDirectory,
                allocator,
                parallelism,
                store,
                rocksDb,
                epochInterval,
                pinsWorkers,
                activeStateBytes,
                flow,
                workers,
                strategy,
                origins);
    }

    /** {@link #activeStateBytes()}, or what is in force if that is 0: half of what state may take of the memory. */
    public long activeStateLimitBytes() {
        MemoryLimits state = allocator.pools().getOrDefault(MemoryPool.INDEX, MemoryLimits.NONE);
        long stateBytes = Math.min(state.maxBytes(), allocator.memoryBytes());
        return activeStateBytes > 0 ? activeStateBytes : stateBytes / 2;
    }
}

package dev.millrace.allocator;

import dev.millrace.allocator.AllocatorConfig.HugePages;
import dev.millrace.allocator.AllocatorConfig.Misuse;
import dev.millrace.allocator.AllocatorConfig.Numa;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Collects the settings of an {@link AllocatorConfig}. What is not mentioned has its default.
 *
 * <p>Used by one thread. Values are checked together, by {@link #build}.
 */
public final class AllocatorConfigBuilder {
    /** The budget of a builder that was given none. */
    static final String DEFAULT_MEMORY = "256MiB";

    private final Map<MemoryPool, MemoryLimits> pools = new EnumMap<>(MemoryPool.class);
    private final Map<Integer, MemoryLimits> nodes = new HashMap<>();
    private long memoryBytes;
    private int workers;
    private HugePages hugePages;
    private boolean preTouches;
    private Numa numa;
    private Misuse misuse;
    private int leakSampleInterval;
    private TierSizes tiers;
    private MemoryLimits operators;
    private long reserveBytes;
    private boolean checksContainer;

    AllocatorConfigBuilder() {
        this(AllocatorConfig.ofMemoryBytes(MemorySize.parse(DEFAULT_MEMORY)));
    }

    AllocatorConfigBuilder(AllocatorConfig from) {
        memoryBytes = from.memoryBytes();
        workers = from.workers();
        hugePages = from.hugePages();
        preTouches = from.preTouches();
        numa = from.numa();
        misuse = from.misuse();
        leakSampleInterval = from.leakSampleInterval();
        tiers = from.tiers();
        pools.putAll(from.pools());
        nodes.putAll(from.nodes());
        operators = from.operators();
        reserveBytes = from.reserveBytes();
        checksContainer = from.checksContainer();
    }

    public AllocatorConfigBuilder memoryBytes(long bytes) {
        memoryBytes = bytes;
        return this;
    }

    /** The budget, as {@code 1GiB}; see {@link MemorySize#parse}. */
    public AllocatorConfigBuilder memory(String size) {
        return memoryBytes(MemorySize.parse(size));
    }

    public AllocatorConfigBuilder workers(int count) {
        workers = count;
        return this;
    }

    public AllocatorConfigBuilder hugePages(HugePages policy) {
        hugePages = policy;
        return this;
    }

    public AllocatorConfigBuilder preTouches(boolean touches) {
        preTouches = touches;
        return this;
    }

    public AllocatorConfigBuilder numa(Numa policy) {
        numa = policy;
        return this;
    }

    public AllocatorConfigBuilder misuse(Misuse mode) {
        misuse = mode;
        return this;
    }

    public AllocatorConfigBuilder leakSampleInterval(int allocations) {
        leakSampleInterval = allocations;
        return this;
    }

    public AllocatorConfigBuilder tiers(TierSizes sizes) {
        tiers = sizes;
        return this;
    }

    /** The limits of a pool in the whole process. */
    public AllocatorConfigBuilder pool(MemoryPool pool, MemoryLimits limits) {
        set(pools, pool, limits);
        return this;
    }

    /** The limits of a node, by the kernel's number. */
    public AllocatorConfigBuilder node(int id, MemoryLimits limits) {
        set(nodes, id, limits);
        return this;
    }

    private static <K> void set(Map<K, MemoryLimits> all, K key, MemoryLimits limits) {
        if (limits.equals(MemoryLimits.NONE)) {
            all.remove(key);
        } else {
            all.put(key, limits);
        }
    }

    /** The limits of each operator that is given none of its own. */
    public AllocatorConfigBuilder operators(MemoryLimits limits) {
        operators = limits;
        return this;
    }

    /** What of the budget only barriers and freeing paths may use; 0 for no reserve. */
    public AllocatorConfigBuilder reserveBytes(long bytes) {
        reserveBytes = bytes;
        return this;
    }

    /** Whether opening is refused where the memory would not fit the container or the machine. */
    public AllocatorConfigBuilder checksContainer(boolean checks) {
        checksContainer = checks;
        return this;
    }

    /**
     * Makes the configuration.
     *
     * @throws IllegalArgumentException if a value is out of its range; says the value, the range and the fix
     */
    public AllocatorConfig build() {
        return new AllocatorConfig(
                memoryBytes,
                workers,
                hugePages,
                preTouches,
                numa,
                misuse,
                leakSampleInterval,
                tiers,
                pools,
                nodes,
                operators,
                reserveBytes,
                checksContainer);
    }
}

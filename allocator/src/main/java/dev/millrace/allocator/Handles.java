package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The handles of one allocator: one for each worker, the shared one, that of the reserve, and those of operators.
 *
 * <p>Any thread may ask for a handle.
 */
final class Handles {
    /** The shared handle and that of the reserve. */
    static final int OTHERS = 2;

    /** One part of the budget in this many may lie in magazines, free. */
    private static final int CACHED_PART = 16;

    /** Less than this in the magazines of a handle would make them useless. */
    private static final long MIN_CACHED_BYTES = 512 << 10;

    /** One magazine holds no more than one part in this many of what a handle may keep. */
    private static final int MAGAZINE_PART = 4;

    private final AllocatorConfig config;
    private final NodeRanges nodes;
    private final BudgetPlan plan;
    private final Budget budget;
    private final AtomicInteger flushRequests = new AtomicInteger();
    private final List<MagazineAllocator> all;
    /** What the program gets for each of them, as the misuse mode says. */
    private final List<BlockAllocator> ofWorkers;

    private final LockedAllocator locked;
    private final BlockAllocator shared;
    private final BlockAllocator reserve;
    private final Map<OperatorKey, BlockAllocator> ofOperators = new ConcurrentHashMap<>();

    /** What is at hand of a handle is lost with it: one for each operator and worker, however often it is asked for. */
    private record OperatorKey(Account account, int workerIndex) {}

    Handles(AllocatorConfig config, NodeRanges nodes, BudgetPlan plan, Budget budget, Pressure pressure) {
        this.config = config;
        this.nodes = nodes;
        this.plan = plan;
        this.budget = budget;
        Instruments instruments = nodes.instruments();
        all = new ArrayList<>(config.workers() + OTHERS);
        for (int home : nodes.homes().ofWorker()) {
            all.add(newHandle(HandleCredit.under(budget, home, pressure)));
        }
        ofWorkers = all.stream().map(instruments::over).toList();
        MagazineAllocator unlocked = newHandle(HandleCredit.locked(budget, 0));
        MagazineAllocator ofReserve = newHandle(HandleCredit.ofReserve(budget, 0));
        all.add(unlocked);
        all.add(ofReserve);
        locked = new LockedAllocator(unlocked, pressure);
        shared = instruments.over(locked);
        reserve = instruments.over(new LockedAllocator(ofReserve, pressure));
    }

    /** Those of the workers, then the ones behind the shared handle and the reserve. */
    List<MagazineAllocator> all() {
        return all;
    }

    BlockAllocator worker(int workerIndex) {
        if (workerIndex < 0 || workerIndex >= config.workers()) {
            throw new IllegalArgumentException("no such worker: workerIndex=" + workerIndex + ", workers="
                    + config.workers() + "; open the allocator for more workers");
        }
        return ofWorkers.get(workerIndex);
    }

    BlockAllocator shared() {
        return shared;
    }

    BlockAllocator reserve() {
        return reserve;
    }

    BlockAllocator forOperator(int workerIndex, String name, MemoryPool pool, MemoryLimits limits) {
        worker(workerIndex);
        MagazineAllocator handle = all.get(workerIndex);
        int node = handle.credit().home();
        Account account = budget.operator(name, node, pool, plan.part(limits, node));
        return ofOperators.computeIfAbsent(new OperatorKey(account, workerIndex), key -> nodes.instruments()
                .over(OperatorAllocator.of(budget, handle, pool, account)));
    }

    /** Puts back what the shared handle keeps, if nobody needed it since the last call. */
    void giveBackUnusedOfShared() {
        locked.giveBackIfUnused();
    }

    private MagazineAllocator newHandle(HandleCredit credit) {
        long share = config.memoryBytes() / CACHED_PART / (config.workers() + OTHERS);
        long cachedBytes = Math.max(MIN_CACHED_BYTES, share);
        int magazineBytes = (int) Math.min(Integer.MAX_VALUE, cachedBytes / MAGAZINE_PART);
        return new MagazineAllocator(
                nodes.table(),
                credit,
                nodes.nearestFirst(credit.home()),
                config.numa() != AllocatorConfig.Numa.REQUIRED,
                config.tiers().withMagazinesUpTo(magazineBytes),
                cachedBytes,
                flushRequests,
                nodes.instruments().newSampler(all.size()));
    }
}

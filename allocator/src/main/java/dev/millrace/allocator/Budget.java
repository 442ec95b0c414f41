package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The tree of budgets of an allocator: process, node, pool, operator. Handles claim credit from its leaves in small grants
 * and spend it block by block without asking.
 *
 * <p>Any thread may call any method. What is claimed passes no limit on the way from a leaf to the root, so neither do
 * live bytes; see {@link Account} for how minima are kept. While much is free a handle keeps some credit at hand; near a
 * limit every claim is exact and everything freed comes back at once, so that only what idle handles kept from before stays
 * out of reach: all of it together at most a sixteenth of the limit.
 */
final class Budget {
    /** The most operators with a budget of their own; each counts once for each node and pool. */
    static final int MAX_OPERATORS = 1024;

    private static final int POOLS = MemoryPool.values().length;

    /** More at hand would be of no use to a handle. */
    private static final long MAX_IDLE_BYTES = 8 << 20;

    private static final long MAX_IDLE_BYTES_OF_AN_OPERATOR = 2 << 20;
    private static final int OPERATOR_PART = 16;

    private final Account root;
    private final List<Account> nodes = new ArrayList<>();
    private final List<Account> pools = new ArrayList<>();
    private final List<Account> operators = new ArrayList<>();
    private final BudgetPlan plan;
    private final AtomicLong claimedBytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();

    /** One node, no minima, no reserve. */
    Budget(long limitBytes, int handleCount) {
        this(BudgetPlan.plain(limitBytes, handleCount));
    }

    /** Opens the tree of a plan, which was checked. */
    Budget(BudgetPlan plan) {
        this.plan = plan;
        root = Account.root(plan.limitBytes(), plan.reserveBytes());
        for (int node = 0; node < plan.nodeCount(); node++) {
            Account nodeAccount = opened(root, BudgetLevel.NODE, plan.nodeName(node), plan.node(node));
            nodes.add(nodeAccount);
            for (MemoryPool pool : MemoryPool.values()) {
                pools.add(opened(nodeAccount, BudgetLevel.POOL, pool.name(), plan.pool(node, pool)));
            }
        }
    }

    private static Account opened(Account parent, BudgetLevel level, String name, MemoryLimits limits) {
        Account account = parent.open(level, name, limits);
        if (account == null) {
            throw new IllegalStateException("a plan that was checked does not fit: account=" + name + ", " + limits);
        }
        return account;
    }

    long limitBytes() {
        return plan.limitBytes();
    }

    int nodeCount() {
        return nodes.size();
    }

    /** What live blocks and idle credit add up to. */
    long claimedBytes() {
        return claimedBytes.get();
    }

    /** The most that was ever claimed. */
    long peakBytes() {
        return peakBytes.get();
    }

    /** What nobody uses of the budget of the process, and no minimum keeps. */
    long unusedBytes() {
        return plan.limitBytes() - root.chargedBytes();
    }

    /** Counts a claim, or with a negative number what came back. */
    void noteClaimed(long bytes) {
        final long claimed = claimedBytes.addAndGet(bytes);
        long peak = peakBytes.get();
        while (claimed > peak && !peakBytes.compareAndSet(peak, claimed)) {
            peak = peakBytes.get();
        }
    }

    Account process() {
        return root;
    }

    Account node(int node) {
        return nodes.get(node);
    }

    Account pool(int node, int pool) {
        return pools.get(node * POOLS + pool);
    }

    /** The accounts of operators, in the order in which they were opened. */
    synchronized List<Account> operators() {
        return List.copyOf(operators);
    }

    /**
     * What a handle may keep at hand of all accounts together, while much is free: all handles together no more than a
     * sixteenth of the limit.
     */
    long idleBytesOfAHandle() {
        return Math.min(MAX_IDLE_BYTES, plan.limitBytes() / Account.NEAR_PART / plan.handleCount());
    }

    /**
     * What a handle may keep at hand of one account: all handles together no more than a sixteenth of any maximum on the way
     * to the root, nor of any minimum. Credit that lies idle eats into both.
     */
    long mostIdleBytes(Account account) {
        long most = idleBytesOfAHandle();
        for (Account above = account; above != null && above != root; above = above.parent()) {
            int leaves = above.level() == BudgetLevel.NODE ? POOLS : 1;
            if (above.limits().isLimited()) {
                most = Math.min(most, idleShare(above.limits().maxBytes(), leaves));
            }
            if (above.limits().minBytes() > 0) {
                most = Math.min(most, idleShare(above.limits().minBytes(), leaves));
            }
        }
        // Operators are as many as may be, and what they keep comes on top.
        return account.level() == BudgetLevel.OPERATOR
                ? Math.min(most, MAX_IDLE_BYTES_OF_AN_OPERATOR) / OPERATOR_PART
                : most;
    }

    private long idleShare(long limitBytes, int leaves) {
        return limitBytes / Account.NEAR_PART / ((long) plan.handleCount() * leaves);
    }

    /**
     * The account of an operator, opened at its first mention. Limits of the operator are those of this node and pool.
     *
     * @throws IllegalArgumentException if the operator has other limits already, the minima of the operators do not fit
     *     the pool, or there are too many
     * @throws MemoryLimitException if the minimum fits, but others use what it would take
     */
    synchronized Account operator(String name, int node, MemoryPool pool, MemoryLimits limits) {
        Account parent = pool(node, pool.ordinal());
        @Nullable Account known = find(parent, name);
        if (known != null && known.limits().equals(limits)) {
            return known;
        }
        if (known != null) {
            closeUnused(known, limits);
        }
        if (operators.size() == MAX_OPERATORS) {
            throw new IllegalArgumentException("too many operators with a budget: operator=" + name + ", limit="
                    + MAX_OPERATORS + "; give the small ones none of their own");
        }
        checkMinima(parent, name, limits);
        Account opened = parent.open(BudgetLevel.OPERATOR, name, limits);
        if (opened == null) {
            throw new MemoryLimitException(new MemoryLimitException.Refusal(
                    BudgetLevel.POOL,
                    pool,
                    plan.nodeName(node),
                    name,
                    limits.minBytes(),
                    limits.minBytes(),
                    parent.chargedBytes() - parent.keptBytes(),
                    parent.keptBytes(),
                    Math.min(parent.limits().maxBytes(), limitBytes())));
        }
        operators.add(opened);
        return opened;
    }

    private static @Nullable Account find(Account parent, String name) {
        for (Account child : parent.children()) {
            if (child.name().equals(name)) {
                return child;
            }
        }
        return null;
    }

    private void closeUnused(Account known, MemoryLimits wanted) {
        if (known.chargedBytes() != 0) {
            throw new IllegalArgumentException("operator has other limits already: operator=" + known.name()
                    + ", limits=" + known.limits() + ", wanted=" + wanted + ", usedBytes=" + known.chargedBytes()
                    + "; free its blocks before the limits change, or use another name");
        }
        Account parent = known.parent();
        if (parent != null) {
            parent.close(known);
        }
        operators.remove(known);
    }

    private void checkMinima(Account parent, String name, MemoryLimits limits) {
        Arithmetic minima = new Arithmetic();
        for (Account sibling : parent.children()) {
            minima.add("operator." + sibling.name(), sibling.limits().minBytes());
        }
        minima.add("operator." + name, limits.minBytes());
        long mostBytes = Math.min(parent.limits().maxBytes(), limitBytes());
        if (minima.sum() > mostBytes) {
            throw new IllegalArgumentException("guaranteed minima of operators do not fit their pool: " + minima
                    + ", pool=" + parent.name() + ", maxBytes=" + mostBytes + "; lower a minimum by "
                    + (minima.sum() - mostBytes) + " bytes, or raise the maximum");
        }
    }
}

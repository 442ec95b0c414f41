package dev.millrace.allocator;

import org.jspecify.annotations.Nullable;

/**
 * The credit of one handle: an account of each pool on its home node, and what it has to do with the other nodes.
 *
 * <p>Used by the thread that uses the handle. On the home node blocks are paid for without asking anybody, see
 * {@link Credit}. Blocks of another node are rare: those that came from there when the home had no more, and those that
 * are freed here.
 */
final class HandleCredit {
    private static final int POOLS = MemoryPool.values().length;

    private final Budget budget;
    private final int home;
    private final @Nullable Pressure pressure;
    /** By pool, of the home node. */
    private final Credit[] credits = new Credit[POOLS];
    /** By node and pool; those of the home are the same as above. */
    private final Credit[] all;

    private BudgetLevel refusedBy = BudgetLevel.ADDRESSES;
    private @Nullable Credit refused;

    private HandleCredit(Budget budget, int home, @Nullable Pressure pressure, boolean mayUseReserve) {
        this.budget = budget;
        this.home = home;
        this.pressure = pressure;
        all = new Credit[budget.nodeCount() * POOLS];
        IdleShare share = new IdleShare(mayUseReserve ? 0 : budget.idleBytesOfAHandle());
        for (int i = 0; i < all.length; i++) {
            Account account = budget.pool(i / POOLS, i % POOLS);
            all[i] = new Credit(budget, account, share, budget.mostIdleBytes(account), mayUseReserve);
        }
        share.connect(all);
        System.arraycopy(all, home * POOLS, credits, 0, POOLS);
    }

    /** Of a handle that lives on the first node and asks nobody to make room. */
    HandleCredit(Budget budget) {
        this(budget, 0, null, false);
    }

    /**
     * Of a handle that asks others to make room.
     *
     * @param home the dense index of its node among those of the budget
     */
    static HandleCredit under(Budget budget, int home, Pressure pressure) {
        return new HandleCredit(budget, home, pressure, false);
    }

    /** Of a handle that a lock is held around: whoever holds it asks for room without it. */
    static HandleCredit locked(Budget budget, int home) {
        return new HandleCredit(budget, home, null, false);
    }

    /** Of a handle that may use the reserve. */
    static HandleCredit ofReserve(Budget budget, int home) {
        return new HandleCredit(budget, home, null, true);
    }

    /**
     * Spends credit on a block, and claims more where it does not suffice.
     *
     * @param pool the ordinal of the block's pool
     * @param blockBytes the size of its class
     * @return false if a budget would be passed; nothing is spent then
     */
    boolean spend(int pool, long blockBytes) {
        return credits[pool].spend(blockBytes) || spendAllThereIs(credits[pool], blockBytes);
    }

    /**
     * Says that a block which was paid for at home lies on another node. The charge follows it if the other node has
     * room for it; if not, it stays with the home until as much of the other node is freed here.
     */
    void moved(int pool, long blockBytes, int toNode) {
        if (toNode == home) {
            return;
        }
        final Credit far = all[toNode * POOLS + pool];
        final long debtBytes = Math.max(0, -far.idleBytes());
        if (far.spend(blockBytes)) {
            // What is claimed for a new block pays the debt too.
            credits[pool].takeBack(blockBytes + debtBytes);
        } else {
            far.transfer(-blockBytes);
        }
    }

    /**
     * Takes the credit of a block back that was freed, or not handed out after all.
     *
     * @param node the dense index of the node that the block lies on
     */
    void takeBack(int pool, int node, long blockBytes) {
        if (node == home) {
            credits[pool].takeBack(blockBytes);
        } else {
            takeBackFar(pool, node, blockBytes);
        }
    }

    private void takeBackFar(int pool, int node, long blockBytes) {
        final Credit far = all[node * POOLS + pool];
        final long debtBytes = Math.min(blockBytes, Math.max(0, -far.idleBytes()));
        if (debtBytes > 0) {
            far.transfer(debtBytes);
            credits[pool].takeBack(debtBytes);
        }
        if (blockBytes > debtBytes) {
            far.takeBack(blockBytes - debtBytes);
        }
    }

    /** Puts credit in for a node and a pool, or takes it out with a negative number, and asks nobody. */
    void transfer(int pool, int node, long bytes) {
        all[node * POOLS + pool].transfer(bytes);
    }

    /** Pays what {@link #transfer} took beyond what there was, if the limits permit. */
    void settle(int pool, int node) {
        all[node * POOLS + pool].settle();
    }

    /** The credit of a pool on the home node, for operators that pay for their own blocks. */
    Credit credit(int pool) {
        return credits[pool];
    }

    /** The dense index of the home node. */
    int home() {
        return home;
    }

    /**
     * Asks others to make room for a block that was refused. Not to be called under a lock.
     *
     * @return whether it is worth another try
     */
    boolean reclaim(MemoryPool pool, long blockBytes) {
        return pressure != null && pressure.relieve(pool, blockBytes, refusedBy);
    }

    /** Notes that it is no budget that refuses: no node has room for the block. */
    void noteNoRoom() {
        refusedBy = BudgetLevel.ADDRESSES;
        refused = null;
    }

    /** Whose limit was in the way of the last block that was refused. */
    BudgetLevel refusedBy() {
        return refusedBy;
    }

    /** Notes that a credit could not be spent. */
    void noteRefusedBy(Credit credit) {
        Account account = credit.refusedBy();
        refused = credit;
        refusedBy = account == null ? BudgetLevel.ADDRESSES : account.level();
    }

    /** What to throw for the last block that was refused. */
    MemoryLimitException refusal(MemoryPool pool, long requestedBytes, long blockBytes) {
        return refusal(pool, requestedBytes, blockBytes, "");
    }

    /** The same, for a block of an operator. */
    MemoryLimitException refusal(MemoryPool pool, long requestedBytes, long blockBytes, String operator) {
        Account account = refused == null ? null : refused.refusedBy();
        return new MemoryLimitException(new MemoryLimitException.Refusal(
                refusedBy,
                pool,
                budget.node(home).name(),
                operator,
                requestedBytes,
                blockBytes,
                account == null ? usedBytes() : account.chargedBytes() - account.keptBytes() - idleBytes(account),
                account == null ? 0 : account.keptBytes() + account.reserveBytes(),
                account == null ? limitBytes() : account.limits().maxBytes()));
    }

    /** What counts against the budget of the process and is not credit of this handle. */
    long usedBytes() {
        return budget.claimedBytes() - idleBytes(budget.process());
    }

    long limitBytes() {
        return budget.limitBytes();
    }

    /** What is at hand of other pools may be what is missing. */
    private boolean spendAllThereIs(Credit credit, long blockBytes) {
        if (giveBackIdle(credit) && credit.spend(blockBytes)) {
            return true;
        }
        noteRefusedBy(credit);
        credit.noteRefusal();
        return false;
    }

    /** Gives back all that is at hand but that of one credit, and says whether there was anything. */
    boolean giveBackIdle(@Nullable Credit except) {
        long bytes = 0;
        for (Credit each : all) {
            bytes += each == except ? 0 : each.giveBackAll();
        }
        return bytes > 0;
    }

    private long idleBytes(Account within) {
        long bytes = 0;
        for (Credit credit : all) {
            if (credit.account().isWithin(within)) {
                bytes += credit.idleBytes();
            }
        }
        return bytes;
    }
}

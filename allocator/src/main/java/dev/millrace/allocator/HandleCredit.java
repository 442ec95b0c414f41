package dev.millrace.allocator;

/**
 * The credit of one handle: claimed from the budget in grants, spent and taken back block by block without asking.
 *
 * <p>Used by the thread that uses the handle. Near the limit of the budget nothing is kept.
 */
final class HandleCredit {
    private final Budget budget;
    private final long maxIdleBytes;
    private long bytes;

    HandleCredit(Budget budget) {
        this.budget = budget;
        maxIdleBytes = budget.maxIdleCreditBytes();
    }

    /**
     * Spends credit on a block, and claims more where it does not suffice.
     *
     * @param pool the ordinal of the block's pool
     * @param blockBytes the size of its class
     * @return false if the budget would be passed; nothing is spent then
     */
    boolean spend(int pool, long blockBytes) {
        if (bytes < blockBytes && !claim(blockBytes)) {
            return false;
        }
        bytes -= blockBytes;
        return true;
    }

    /** Says that a block for which credit was spent lies on another node than the handle's own. */
    void moved(int pool, long blockBytes, int toNode) {
        assert toNode >= 0 && blockBytes > 0 && pool >= 0 : "no such node: toNode=" + toNode;
    }

    /** Asks those who can do without some memory to give it back. */
    boolean reclaim(MemoryPool pool, long neededBytes) {
        return false;
    }

    /** Takes the credit of a block back that was freed, or not handed out after all. */
    void takeBack(int pool, int node, long blockBytes) {
        bytes += blockBytes;
        if (bytes > maxIdleBytes || budget.isTight()) {
            giveBackIdle();
        }
    }

    /** What counts against the budget and is not credit of this handle. */
    long usedBytes() {
        return budget.claimedBytes() - bytes;
    }

    long limitBytes() {
        return budget.limitBytes();
    }

    private boolean claim(long blockBytes) {
        final long granted = budget.claim(blockBytes - bytes);
        bytes += granted;
        return granted > 0;
    }

    private void giveBackIdle() {
        final long spare = bytes - budget.keptCreditBytes();
        if (spare > 0) {
            bytes -= spare;
            budget.giveBack(spare);
        }
    }
}

package dev.millrace.allocator;

import java.util.Optional;

/**
 * A block was asked for that does not fit a budget, and nobody could make room for it.
 *
 * <p>It has its stack trace: who calls {@link BlockAllocator#allocate} cannot go on without the block, and whoever is called
 * at night must find where. Who can go on asks {@link BlockAllocator#tryAllocate}, which costs nothing to be refused by.
 * Refusals of both are counted, see {@link MemoryStatistics#refusals}.
 */
public final class MemoryLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    /**
     * What was refused, and by whom.
     *
     * @param level which budget of the tree refused
     * @param pool what the block was for
     * @param node the kernel's number of the node that it would have counted for
     * @param operator the operator that asked; empty if none has a budget of its own
     * @param requestedBytes what was asked for
     * @param blockBytes the size of the block that this makes
     * @param usedBytes what counted against the budget that refused
     * @param keptBytes what that budget keeps for guaranteed minima and for the reserve, unused
     * @param limitBytes the budget that refused
     */
    public record Refusal(
            BudgetLevel level,
            MemoryPool pool,
            String node,
            String operator,
            long requestedBytes,
            long blockBytes,
            long usedBytes,
            long keptBytes,
            long limitBytes) {
        private String message() {
            return "memory budget passed: level=" + level + ", pool=" + pool + ", node=" + node
                    + (operator.isEmpty() ? "" : ", operator=" + operator) + ", requestedBytes=" + requestedBytes
                    + ", blockBytes=" + blockBytes + ", usedBytes=" + usedBytes
                    + (keptBytes == 0 ? "" : ", keptForMinimaAndReserveBytes=" + keptBytes)
                    + ", limitBytes=" + limitBytes + "; " + fix();
        }

        private String fix() {
            return switch (level) {
                case PROCESS -> "give the engine more memory, or keep less state";
                case NODE -> "raise the maximum of the node, or use workers of other nodes too";
                case POOL -> "raise the maximum of the pool, or keep less in it";
                case OPERATOR -> "raise the maximum of the operator, or let it keep less";
                case ADDRESSES ->
                    "blocks of many sizes keep slabs open: give the engine more memory, or use fewer sizes at once";
            };
        }
    }

    public MemoryLimitException(Refusal refusal) {
        super(refusal.message());
        this.refusal = refusal;
    }

    /** A refusal by the budget of the process, on a machine of one node. */
    public MemoryLimitException(MemoryPool pool, long requestedBytes, long usedBytes, long limitBytes) {
        this(new Refusal(BudgetLevel.PROCESS, pool, "0", "", requestedBytes, requestedBytes, usedBytes, 0, limitBytes));
    }

    /** What was refused, and by whom. */
    public Refusal refusal() {
        return refusal;
    }

    /** Which budget of the tree refused. */
    public BudgetLevel level() {
        return refusal.level();
    }

    /** What the block was for. */
    public MemoryPool pool() {
        return refusal.pool();
    }

    /** The operator that asked, if it has a budget of its own. */
    public Optional<String> operator() {
        return refusal.operator().isEmpty() ? Optional.empty() : Optional.of(refusal.operator());
    }

    /** What was asked for. */
    public long requestedBytes() {
        return refusal.requestedBytes();
    }

    /** The size of the block that this makes. */
    public long blockBytes() {
        return refusal.blockBytes();
    }

    /** What counted against the budget when it refused. */
    public long usedBytes() {
        return refusal.usedBytes();
    }

    /** The budget. */
    public long limitBytes() {
        return refusal.limitBytes();
    }
}

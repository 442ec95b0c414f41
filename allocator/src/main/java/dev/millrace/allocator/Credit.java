package dev.millrace.allocator;

import dev.millrace.allocator.Account.Demand;
import org.jspecify.annotations.Nullable;

/**
 * Credit with one account: claimed in grants, spent and taken back block by block without asking.
 *
 * <p>Used by one thread at a time. Near a limit nothing is kept. Below zero it is a debt: blocks whose charge could not
 * follow them to another node.
 */
final class Credit {
    private final Budget budget;
    private final Account account;
    private final long grantBytes;
    private final boolean mayUseReserve;
    private long bytes;
    private long heldBytes;
    private @Nullable Account refusedBy;

    private Credit(Budget budget, Account account, long grantBytes, boolean mayUseReserve) {
        this.budget = budget;
        this.account = account;
        this.grantBytes = grantBytes;
        this.mayUseReserve = mayUseReserve;
    }

    /** Credit that keeps up to twice a grant at hand while much is free. */
    static Credit inGrants(Budget budget, Account account, long grantBytes) {
        return new Credit(budget, account, grantBytes, false);
    }

    /** Credit that goes into the reserve where it must, and keeps nothing. */
    static Credit intoReserve(Budget budget, Account account) {
        return new Credit(budget, account, 0, true);
    }

    Account account() {
        return account;
    }

    /** What is at hand. */
    long idleBytes() {
        return bytes;
    }

    /** The account that refused the last claim. */
    @Nullable
    Account refusedBy() {
        return refusedBy;
    }

    /**
     * Spends credit, and claims more where it does not suffice.
     *
     * @return false if a limit would be passed; nothing is spent then
     */
    boolean spend(long spentBytes) {
        if (bytes < spentBytes && !claim(spentBytes - bytes)) {
            return false;
        }
        bytes -= spentBytes;
        return true;
    }

    /** Takes back what was spent. */
    void takeBack(long spentBytes) {
        bytes += spentBytes;
        if (bytes > 2 * grantBytes || account.isTight()) {
            giveBackIdle();
        }
    }

    /** Puts credit in that was claimed elsewhere, or takes it out with a negative number, and asks nobody. */
    void transfer(long transferredBytes) {
        bytes += transferredBytes;
    }

    /** Sets credit aside for the next block, whatever happens to be given back meanwhile; 0 for none. */
    void hold(long bytesToHold) {
        heldBytes = bytesToHold;
    }

    /** Counts a refusal where it was made. */
    void noteRefusal() {
        if (refusedBy != null) {
            refusedBy.noteRefusal();
        }
    }

    /** Gives back all that is at hand, and says how much that was. */
    long giveBackAll() {
        final long spareBytes = bytes - heldBytes;
        if (spareBytes <= 0) {
            return 0;
        }
        giveBack(spareBytes);
        return spareBytes;
    }

    /** Pays a debt, if there is one and the limits permit. */
    void settle() {
        if (bytes < 0) {
            claim(-bytes);
        }
    }

    private boolean claim(long neededBytes) {
        final long generousBytes = neededBytes + grantBytes;
        if (!account.isTight() && account.charge(generousBytes, Demand.WHILE_MUCH_IS_FREE) == null) {
            note(generousBytes);
            return true;
        }
        Account refusing = account.charge(neededBytes, Demand.ORDINARY);
        if (refusing != null && mayUseReserve) {
            refusing = account.charge(neededBytes, Demand.FROM_RESERVE);
        }
        if (refusing != null) {
            refusedBy = refusing;
            return false;
        }
        note(neededBytes);
        return true;
    }

    private void note(long grantedBytes) {
        bytes += grantedBytes;
        budget.noteClaimed(grantedBytes);
    }

    private void giveBackIdle() {
        final long spareBytes = bytes - Math.max(heldBytes, account.isTight() ? 0 : grantBytes);
        if (spareBytes > 0) {
            giveBack(spareBytes);
        }
    }

    private void giveBack(long spareBytes) {
        bytes -= spareBytes;
        account.discharge(spareBytes);
        budget.noteClaimed(-spareBytes);
    }
}

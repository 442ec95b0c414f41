package dev.millrace.allocator;

import dev.millrace.allocator.Account.Demand;
import org.jspecify.annotations.Nullable;

/**
 * Credit with one account: claimed in grants, spent and taken back block by block without asking.
 *
 * <p>Used by one thread at a time. Near a limit nothing is kept. Else as much is kept as the {@link IdleShare} permits. Below
 * zero it is a debt: blocks whose charge could not follow them to another node.
 */
final class Credit {
    private final Budget budget;
    private final Account account;
    private final IdleShare share;
    private final long mostIdleBytes;
    private final boolean mayUseReserve;
    private long bytes;
    /** What may be kept at the moment. */
    private long ceilingBytes;

    private long heldBytes;
    private @Nullable Account refusedBy;

    /**
     * @param share what all credits of the handle may keep together; this one is to be among them
     * @param mostIdleBytes what this one may keep at most
     * @param mayUseReserve whether claims go into the reserve where they must
     */
    Credit(Budget budget, Account account, IdleShare share, long mostIdleBytes, boolean mayUseReserve) {
        this.budget = budget;
        this.account = account;
        this.share = share;
        this.mostIdleBytes = mostIdleBytes;
        this.mayUseReserve = mayUseReserve;
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
     * Spends what is at hand.
     *
     * @return false if it does not suffice; nothing is spent then
     */
    boolean spendAtHand(long spentBytes) {
        final long left = bytes - spentBytes;
        if (left < 0) {
            return false;
        }
        bytes = left;
        return true;
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
        final long idle = bytes + spentBytes;
        bytes = idle;
        if (idle > ceilingBytes || account.isTight()) {
            giveBackIdle(spentBytes);
        }
    }

    /** Gives up the right to keep more than there is, and says how much that is. */
    long lowerCeiling() {
        ceilingBytes = Math.max(0, bytes);
        return ceilingBytes;
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
        raiseCeiling();
        final long generousBytes = neededBytes + ceilingBytes / 2;
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

    private void raiseCeiling() {
        ceilingBytes = Math.min(mostIdleBytes, share.leftBy(this));
    }

    /** Keeps half of what it may, or enough for the next block like the last one. */
    private void giveBackIdle(long lastBytes) {
        long keptBytes = 0;
        if (!account.isTight()) {
            raiseCeiling();
            keptBytes = bytes > ceilingBytes ? Math.max(ceilingBytes / 2, Math.min(lastBytes, ceilingBytes)) : bytes;
        }
        final long spareBytes = bytes - Math.max(heldBytes, keptBytes);
        if (spareBytes > 0) {
            giveBack(spareBytes);
        }
    }

    private void giveBack(long spareBytes) {
        bytes -= spareBytes;
        // Counted down before others may claim it, as a claim is counted up after it was granted: so the count never
        // passes a limit.
        budget.noteClaimed(-spareBytes);
        account.discharge(spareBytes);
    }
}

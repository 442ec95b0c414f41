package dev.millrace.allocator;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One budget of the tree: what is charged to it, and what it may be charged.
 *
 * <pre>
 *   charged(account) = sum over its children of max(charged(child), min(child)) + what is charged to it directly
 *
 *   process   max 100, reserve 2                    charged 46 = 40 + 6
 *     node 0                                        charged 40 = max(10, 30) + 10
 *       INDEX     min 30                            charged 10      20 more are its own, whatever others do
 *       EVENTS    max 20                            charged 10
 *     node 1                                        charged  6
 * </pre>
 *
 * <p>A guaranteed minimum is charged to the parent from the start, so it is never there for others, and the holder
 * pays nothing above itself until it has used it up.
 *
 * <p>Any thread may call any method. A charge is made at the parent before it shows here and taken back after, so
 * that no account ever holds less than its children: no limit is passed and no minimum is eaten at any moment. The price is
 * that a charge in flight can make another thread's be refused that would have fitted a moment later.
 */
final class Account {
    /** How far a charge may go. */
    enum Demand {
        /** Only while much is free at every level. */
        WHILE_MUCH_IS_FREE,
        /** Up to the limits, the reserve left alone. */
        ORDINARY,
        /** Past every maximum but that of the process, into the reserve. */
        FROM_RESERVE
    }

    /** Near the limit begins where one part in this many is left. */
    static final int NEAR_PART = 16;

    private final BudgetLevel level;
    private final String name;
    private final @Nullable Account parent;
    private final MemoryLimits limits;
    private final long reserveBytes;
    private final AtomicLong chargedBytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    /** Replaced whole when a child is opened or closed: whoever walks it makes no garbage. */
    private volatile Account[] children = {};

    /** Says that this account or one above is near its limit. */
    private volatile boolean isTight;

    private Account(BudgetLevel level, String name, @Nullable Account parent, MemoryLimits limits, long reserveBytes) {
        this.level = level;
        this.name = name;
        this.parent = parent;
        this.limits = limits;
        this.reserveBytes = reserveBytes;
    }

    /** The account of the process. */
    static Account root(long limitBytes, long reserveBytes) {
        return new Account(BudgetLevel.PROCESS, "process", null, new MemoryLimits(0, limitBytes), reserveBytes);
    }

    /**
     * Opens an account below this one, and charges its minimum here.
     *
     * @return null if the minimum does not fit what is free
     */
    @Nullable
    Account open(BudgetLevel childLevel, String childName, MemoryLimits childLimits) {
        if (childLimits.minBytes() > 0 && charge(childLimits.minBytes(), Demand.ORDINARY) != null) {
            return null;
        }
        Account child = new Account(childLevel, childName, this, childLimits, 0);
        synchronized (this) {
            Account[] more = Arrays.copyOf(children, children.length + 1);
            more[children.length] = child;
            children = more;
        }
        child.noteNearness();
        return child;
    }

    /** Takes a child out that nothing is charged to, and with it its minimum. */
    void close(Account child) {
        synchronized (this) {
            children = Arrays.stream(children).filter(other -> other != child).toArray(Account[]::new);
        }
        discharge(child.limits.minBytes());
    }

    BudgetLevel level() {
        return level;
    }

    String name() {
        return name;
    }

    MemoryLimits limits() {
        return limits;
    }

    @Nullable
    Account parent() {
        return parent;
    }

    List<Account> children() {
        return List.of(children);
    }

    /** What is charged here: live blocks, idle credit, and what is kept for the minima of children. */
    long chargedBytes() {
        return chargedBytes.get();
    }

    /** The most that was ever charged. */
    long peakBytes() {
        return peakBytes.get();
    }

    /** How often this account was the one that refused. */
    long refusals() {
        return refusals.get();
    }

    void noteRefusal() {
        refusals.incrementAndGet();
    }

    /** Says whether credit must come back at once. */
    boolean isTight() {
        return isTight;
    }

    /** What is charged here and not used by anybody: the rest of the minima of all that is below. */
    long keptBytes() {
        long bytes = 0;
        for (Account child : children) {
            bytes += Math.max(0, child.limits.minBytes() - child.chargedBytes()) + child.keptBytes();
        }
        return bytes;
    }

    /** What is kept of the maximum for the reserve. */
    long reserveBytes() {
        return reserveBytes;
    }

    /** Says whether another account is this one or lies above it. */
    boolean isWithin(Account other) {
        for (Account account = this; account != null; account = account.parent) {
            if (account == other) {
                return true;
            }
        }
        return false;
    }

    /**
     * Charges this account and those above it, or none of them.
     *
     * @return the account that refused, or null
     */
    @Nullable
    Account charge(long bytes, Demand demand) {
        long paidBytes = 0;
        while (true) {
            final long before = chargedBytes.get();
            final long after = before + bytes;
            if (after > ceilingBytes(demand)) {
                takeBackFromParent(paidBytes);
                return this;
            }
            final long dueBytes = countedAbove(after) - countedAbove(before);
            if (dueBytes > paidBytes && parent != null) {
                Account refusing = parent.charge(dueBytes - paidBytes, demand);
                if (refusing != null) {
                    takeBackFromParent(paidBytes);
                    return refusing;
                }
                paidBytes = dueBytes;
            }
            if (chargedBytes.compareAndSet(before, after)) {
                takeBackFromParent(paidBytes - dueBytes);
                notePeak(after);
                noteNearness();
                return null;
            }
        }
    }

    /** Takes a charge back. */
    void discharge(long bytes) {
        final long after = chargedBytes.addAndGet(-bytes);
        takeBackFromParent(countedAbove(after + bytes) - countedAbove(after));
        noteNearness();
    }

    private void takeBackFromParent(long bytes) {
        if (bytes > 0 && parent != null) {
            parent.discharge(bytes);
        }
    }

    private long countedAbove(long charged) {
        return Math.max(charged, limits.minBytes());
    }

    private long ceilingBytes(Demand demand) {
        return switch (demand) {
            case WHILE_MUCH_IS_FREE -> tightAboveBytes();
            case ORDINARY -> limits.maxBytes() - reserveBytes;
            case FROM_RESERVE -> parent == null ? limits.maxBytes() : Long.MAX_VALUE;
        };
    }

    private long tightAboveBytes() {
        final long bytes = limits.maxBytes() - reserveBytes;
        return bytes - bytes / NEAR_PART;
    }

    private void notePeak(long charged) {
        long peak = peakBytes.get();
        while (charged > peak && !peakBytes.compareAndSet(peak, charged)) {
            peak = peakBytes.get();
        }
    }

    /**
     * Two threads may leave the flag one step behind; it costs a visit here or a little idle credit, until the next.
     * Within its minimum an account does not mind what is above.
     */
    private void noteNearness() {
        final long charged = chargedBytes.get();
        final boolean isTightAbove =
                parent != null && parent.isTight && charged >= limits.minBytes() - limits.minBytes() / NEAR_PART;
        final boolean tight = isTightAbove || charged > tightAboveBytes();
        if (isTight != tight) {
            isTight = tight;
            for (Account child : children) {
                child.noteNearness();
            }
        }
    }
}

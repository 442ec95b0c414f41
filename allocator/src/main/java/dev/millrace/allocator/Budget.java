package dev.millrace.allocator;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one limit on live bytes. Handles claim credit from it in small grants and spend it block by block without asking.
 *
 * <p>Any thread may call any method. What is claimed never passes the limit, so neither do live bytes. While much is
 * free a handle keeps some credit at hand; near the limit every claim is exact and everything freed comes back at once, so
 * that only what idle handles kept from before stays out of reach: at most {@link #maxIdleCreditBytes} each.
 */
final class Budget {
    private static final long GRANT_BYTES = 64 << 10;

    /** Near the limit begins where one part in this many is left. */
    private static final int RESERVE_PART = 16;

    private final long limitBytes;
    private final long grantBytes;
    private final long tightAboveBytes;
    private final AtomicLong claimedBytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();
    private volatile boolean isTight;

    Budget(long limitBytes, int handleCount) {
        this.limitBytes = limitBytes;
        // Twice the grant is the most that a handle holds idle; all of them together stay within the reserve.
        this.grantBytes = Math.min(GRANT_BYTES, limitBytes / RESERVE_PART / 2 / handleCount);
        this.tightAboveBytes = limitBytes - limitBytes / RESERVE_PART;
    }

    long limitBytes() {
        return limitBytes;
    }

    /** What live blocks and idle credit add up to. */
    long claimedBytes() {
        return claimedBytes.get();
    }

    /** The most that was ever claimed. */
    long peakBytes() {
        return peakBytes.get();
    }

    /** What a handle may keep when it frees. */
    long maxIdleCreditBytes() {
        return 2 * grantBytes;
    }

    /** What a handle keeps when it gives the rest back. */
    long keptCreditBytes() {
        return isTight ? 0 : grantBytes;
    }

    /** Says whether credit must come back at once. */
    boolean isTight() {
        return isTight;
    }

    /**
     * Claims credit.
     *
     * @return at least what is needed, or 0 if that would pass the limit
     */
    long claim(long neededBytes) {
        while (true) {
            final long claimed = claimedBytes.get();
            final long wish = neededBytes + grantBytes;
            final long grant = claimed + wish <= tightAboveBytes ? wish : neededBytes;
            final long after = claimed + grant;
            if (after > limitBytes) {
                isTight = true;
                return 0;
            }
            if (claimedBytes.compareAndSet(claimed, after)) {
                notePeak(after);
                noteTightness(after);
                return grant;
            }
        }
    }

    void giveBack(long bytes) {
        noteTightness(claimedBytes.addAndGet(-bytes));
    }

    private void notePeak(long claimed) {
        long peak = peakBytes.get();
        while (claimed > peak && !peakBytes.compareAndSet(peak, claimed)) {
            peak = peakBytes.get();
        }
    }

    /** Two threads may leave the flag one step behind; it costs a visit here or a little idle credit, until the next. */
    private void noteTightness(long claimed) {
        final boolean tight = claimed > tightAboveBytes;
        if (isTight != tight) {
            isTight = tight;
        }
    }
}

package dev.millrace.allocator;

import java.util.Arrays;

/**
 * Who can make room, by pool.
 *
 * <p>Any thread may call any method. Where nobody is registered a refusal costs one look; nothing here makes garbage.
 */
final class Pressure {
    /** From what is had again most cheaply to what is not. */
    private static final MemoryPool[] ORDER = {
        MemoryPool.SNAPSHOT, MemoryPool.SPILL, MemoryPool.INDEX, MemoryPool.NETWORK, MemoryPool.EVENTS
    };

    private static final Reclaimer[] NOBODY = {};

    /** By pool; replaced whole. */
    private volatile Reclaimer[][] reclaimers = new Reclaimer[MemoryPool.values().length][0];

    private volatile boolean hasReclaimers;
    /** Of each thread that ever was short: whether it is asking for room. */
    private final ThreadLocal<boolean[]> isRelieving = ThreadLocal.withInitial(() -> new boolean[1]);

    synchronized void add(MemoryPool pool, Reclaimer reclaimer) {
        Reclaimer[] before = reclaimers[pool.ordinal()];
        Reclaimer[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = reclaimer;
        replace(pool, after);
    }

    /** Takes a reclaimer out; a call that is under way ends. */
    synchronized void remove(MemoryPool pool, Reclaimer reclaimer) {
        replace(
                pool,
                Arrays.stream(reclaimers[pool.ordinal()])
                        .filter(other -> other != reclaimer)
                        .toArray(Reclaimer[]::new));
    }

    private void replace(MemoryPool pool, Reclaimer[] ofPool) {
        Reclaimer[][] all = reclaimers.clone();
        all[pool.ordinal()] = ofPool.length == 0 ? NOBODY : ofPool;
        reclaimers = all;
        hasReclaimers = Arrays.stream(all).anyMatch(each -> each.length > 0);
    }

    /**
     * Asks for room, in the order that {@link Reclaimer} tells.
     *
     * @param refusedBy whose limit is in the way
     * @return whether anything was freed
     */
    boolean relieve(MemoryPool pool, long wantedBytes, BudgetLevel refusedBy) {
        if (!hasReclaimers) {
            return false;
        }
        final boolean[] flag = isRelieving.get();
        if (flag[0]) {
            return false;
        }
        flag[0] = true;
        try {
            return relieveFrom(reclaimers, pool, wantedBytes, refusedBy) > 0;
        } finally {
            flag[0] = false;
        }
    }

    private static long relieveFrom(Reclaimer[][] all, MemoryPool pool, long wantedBytes, BudgetLevel refusedBy) {
        long freedBytes = ask(all[pool.ordinal()], wantedBytes);
        for (MemoryPool other : ORDER) {
            if (other != pool && othersHelp(refusedBy) && freedBytes < wantedBytes) {
                freedBytes += ask(all[other.ordinal()], wantedBytes - freedBytes);
            }
        }
        return freedBytes;
    }

    private static long ask(Reclaimer[] reclaimers, long wantedBytes) {
        long freedBytes = 0;
        for (Reclaimer reclaimer : reclaimers) {
            if (freedBytes < wantedBytes) {
                freedBytes += Math.max(0, reclaimer.reclaim(wantedBytes - freedBytes));
            }
        }
        return freedBytes;
    }

    private static boolean othersHelp(BudgetLevel refusedBy) {
        return switch (refusedBy) {
            case POOL, OPERATOR -> false;
            case PROCESS, NODE, ADDRESSES -> true;
        };
    }
}

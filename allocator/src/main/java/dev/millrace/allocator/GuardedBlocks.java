package dev.millrace.allocator;

import dev.millrace.numa.Protection;
import dev.millrace.numa.RangeSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pages of the misuse mode {@code GUARD}: each block has its own, and nothing else may be touched.
 *
 * <pre>
 *   | no access | ............ block, slack | no access | ........................ | no access |
 *               ^ pages of a live block     ^ guard     ^ pages of a freed block
 * </pre>
 *
 * <p>A block ends where its last page ends, but for what its size lacks to a multiple of 64, which is filled with the
 * canary. So the first byte beyond is found when it is touched, by the machine, which ends the JVM.
 *
 * <p>Any thread may call any method; one lock. Addresses are used again only when the whole range was gone through. Every
 * live block costs the process up to two mappings, of which Linux allows 65,530: at most {@link #MAX_LIVE_BLOCKS} are live.
 */
final class GuardedBlocks {
    static final int MAX_LIVE_BLOCKS = 1 << 14;

    /** How many freed blocks are remembered, to say what an address was. */
    static final int MAX_FREED_BLOCKS = 1 << 16;

    private static final long LEAST_RANGE_BYTES = 4L << 30;
    private static final int[] PAGE_BYTES = {4 << 10, 16 << 10, 64 << 10};
    private static final int BLOCK_ALIGNMENT = 64;

    /**
     * A block and its pages.
     *
     * @param token the block of the handle beneath that it counts as
     */
    record Guarded(
            long start, long pagesBytes, long address, int sizeBytes, long token, int generation, MemoryPool pool) {
        long end() {
            return start + pagesBytes;
        }

        int slackBytes() {
            return (int) (end() - address - sizeBytes);
        }
    }

    /**
     * A block that is gone.
     *
     * @param changed the offset of the first byte of the slack that was written to, or −1
     * @param found what it was
     */
    record Removed(Guarded block, long changed, byte found) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final RangeSource ranges;
    private final long base;
    private final long bytes;
    private final int pageBytes;
    /** By the start of their pages. */
    private final TreeMap<Long, Guarded> live = new TreeMap<>();

    private final TreeMap<Long, Guarded> freed = new TreeMap<>();
    private long next;
    private int generation;
    private boolean isClosed;

    /**
     * Reserves the range.
     *
     * @throws IllegalStateException if this machine cannot protect pages
     */
    GuardedBlocks(RangeSource ranges, long rangeBytes) {
        this.ranges = ranges;
        bytes = rangeBytes;
        base = ranges.reserve(bytes);
        pageBytes = findPageBytes();
        if (pageBytes == 0 || !ranges.protect(base, bytes, Protection.NONE)) {
            ranges.release(base, bytes);
            throw new IllegalStateException("misuse mode GUARD needs pages that can be protected: misuse=GUARD, ranges="
                    + ranges.getClass().getSimpleName() + "; use CHECK here, GUARD on Linux with JNA");
        }
        next = base + pageBytes;
    }

    /** A range that is gone through slowly: what was freed stays out of use for gigabytes. */
    static long rangeBytes(long memoryBytes) {
        return LEAST_RANGE_BYTES + 4 * ((memoryBytes + RangeSource.ALIGNMENT_BYTES - 1) & -RangeSource.ALIGNMENT_BYTES);
    }

    /**
     * Makes pages for a block.
     *
     * @param token the block that it counts as
     * @return its address, or {@link BlockAllocator#NONE} if the operating system has no memory left to promise
     * @throws IllegalStateException if too many are live
     */
    long place(MemoryPool pool, int sizeBytes, long token) {
        lock.lock();
        try {
            if (isClosed) {
                throw new IllegalStateException("allocator is closed; stop its users before closing it");
            }
            if (live.size() >= MAX_LIVE_BLOCKS) {
                throw new IllegalStateException("too many live blocks for misuse mode GUARD: liveBlocks=" + live.size()
                        + ", maxLiveBlocks=" + MAX_LIVE_BLOCKS
                        + "; each costs two mappings, of which Linux allows 65530: test with less data, or with CHECK");
            }
            final long pagesBytes = roundUp(sizeBytes, pageBytes);
            final long start = findRoom(pagesBytes + pageBytes);
            if (!ranges.protect(start, pagesBytes, Protection.READ_WRITE) || !ranges.commit(start, pagesBytes)) {
                ranges.protect(start, pagesBytes, Protection.NONE);
                return BlockAllocator.NONE;
            }
            final long address = start + pagesBytes - roundUp(sizeBytes, BLOCK_ALIGNMENT);
            final Guarded block =
                    new Guarded(start, pagesBytes, address, sizeBytes, token, generation++ & 0xFFFF, pool);
            live.put(start, block);
            forgetFreed(start, block.end() + pageBytes);
            Memory.fill(address, sizeBytes, Patterns.FRESH);
            Memory.fill(address + sizeBytes, block.slackBytes(), Patterns.CANARY);
            return address;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the pages of a block away: nobody may touch them from here on.
     *
     * @throws IllegalArgumentException if no live block starts here
     */
    Removed remove(long address) {
        lock.lock();
        try {
            final Guarded block = requireLive(address);
            final long end = address + block.sizeBytes();
            final long changed = Patterns.firstOther(end, block.slackBytes(), Patterns.CANARY);
            final byte found = changed < 0 ? Patterns.CANARY : Memory.getByte(end + changed);
            ranges.giveBack(block.start(), block.pagesBytes());
            ranges.protect(block.start(), block.pagesBytes(), Protection.NONE);
            live.remove(block.start());
            freed.put(block.start(), block);
            return new Removed(block, changed, found);
        } finally {
            lock.unlock();
        }
    }

    /** The live block that starts at an address. */
    Guarded liveAt(long address) {
        lock.lock();
        try {
            return requireLive(address);
        } finally {
            lock.unlock();
        }
    }

    /** Says what an address is, live or not. */
    @Nullable
    String describe(long address) {
        lock.lock();
        try {
            if (address < base || address >= base + bytes) {
                return null;
            }
            final Map.Entry<Long, Guarded> liveBlock = live.floorEntry(address);
            if (liveBlock != null && address < liveBlock.getValue().end() + pageBytes) {
                return line("live block", liveBlock.getValue()) + ", " + place(address, liveBlock.getValue());
            }
            final Map.Entry<Long, Guarded> freedBlock = freed.floorEntry(address);
            if (freedBlock != null && address < freedBlock.getValue().end() + pageBytes) {
                return line("freed block", freedBlock.getValue()) + ", " + place(address, freedBlock.getValue());
            }
            return "guarded range, no block: address=0x" + Long.toHexString(address);
        } finally {
            lock.unlock();
        }
    }

    /** A line for each live block and each freed one that is remembered, by address: to be printed before the crash. */
    String map() {
        lock.lock();
        try {
            final TreeMap<Long, String> lines = new TreeMap<>();
            freed.values().forEach(block -> lines.put(block.start(), line("freed block", block)));
            live.values().forEach(block -> lines.put(block.start(), line("live block", block)));
            return String.join("\n", lines.values());
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            live.clear();
            freed.clear();
            ranges.release(base, bytes);
        } finally {
            lock.unlock();
        }
    }

    private Guarded requireLive(long address) {
        final Map.Entry<Long, Guarded> entry = live.floorEntry(address);
        if (entry == null || entry.getValue().address() != address) {
            final String known = describe(address);
            throw new IllegalArgumentException("no live block starts here: address=0x" + Long.toHexString(address)
                    + ", known=" + (known == null ? "no block of this allocator" : known)
                    + "; it was given back before, or is the inside of a block");
        }
        return entry.getValue();
    }

    /** Goes on behind the block before, and round at the end: what was freed last is used again last. */
    private long findRoom(long neededBytes) {
        long at = next;
        boolean isSecondRound = false;
        while (true) {
            if (at + neededBytes > base + bytes) {
                if (isSecondRound) {
                    throw new IllegalStateException("guarded range is used up: neededBytes=" + neededBytes
                            + ", rangeBytes=" + bytes + "; give blocks back");
                }
                isSecondRound = true;
                at = base + pageBytes;
            }
            final Map.Entry<Long, Guarded> before = live.floorEntry(at);
            if (before != null && before.getValue().end() + pageBytes > at) {
                at = before.getValue().end() + pageBytes;
                continue;
            }
            final Long after = live.higherKey(at);
            if (after == null || at + neededBytes <= after) {
                next = at + neededBytes;
                return at;
            }
            at = after;
        }
    }

    private void forgetFreed(long from, long to) {
        Map.Entry<Long, Guarded> overlapping = freed.lowerEntry(to);
        while (overlapping != null && overlapping.getValue().end() > from) {
            freed.remove(overlapping.getKey());
            overlapping = freed.lowerEntry(to);
        }
        while (freed.size() > MAX_FREED_BLOCKS) {
            // The one ahead is the one whose addresses are used again next.
            final Long ahead = freed.higherKey(to);
            freed.remove(ahead == null ? freed.firstKey() : ahead);
        }
    }

    /** The page size is not told by any call that is to be had everywhere: what can be protected is a page. */
    private int findPageBytes() {
        for (int candidate : PAGE_BYTES) {
            if (ranges.protect(base + candidate, candidate, Protection.NONE)) {
                return candidate;
            }
        }
        return 0;
    }

    private String line(String what, Guarded block) {
        return what + ": address=0x" + Long.toHexString(block.address()) + ", sizeBytes=" + block.sizeBytes()
                + ", pool=" + block.pool() + ", pages=0x" + Long.toHexString(block.start()) + "-0x"
                + Long.toHexString(block.end()) + ", guard=0x" + Long.toHexString(block.end()) + "-0x"
                + Long.toHexString(block.end() + pageBytes);
    }

    private static String place(long address, Guarded block) {
        return "offsetBytes=" + (address - block.address()) + ", bytesPastEnd="
                + Math.max(0, address - block.address() - block.sizeBytes() + 1);
    }

    private static long roundUp(long value, int multiple) {
        return (value + multiple - 1) & -multiple;
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the threads of the model test: takes, checks, hands on and gives back blocks as a random source says, and knows of
 * each block that it holds where it begins and ends.
 */
final class ModelPlayer {
    private static final int MAX_HELD = 6_000;
    private static final int MAX_BATCH = 200;

    /** In one phase of this many operations mostly blocks are taken, in the next mostly given back. */
    private static final int PHASE_OPERATIONS = 20_000;

    private final BlockAllocator[] handles;
    private final Queue<long[]> out;
    private final Queue<long[]> in;
    private final AtomicLong heldByAllBytes;
    private final long budgetBytes;
    private final SplittableRandom random;
    private final String where;
    private final TreeMap<Long, Long> endByStart = new TreeMap<>();
    private long[] held = new long[MAX_HELD + 2 * MAX_BATCH];
    private int heldCount;
    private long operations;
    private long refusals;

    ModelPlayer(
            BlockAllocator[] handles,
            Queue<long[]> out,
            Queue<long[]> in,
            AtomicLong heldByAllBytes,
            long budgetBytes,
            long seed) {
        this.handles = handles;
        this.out = out;
        this.in = in;
        this.heldByAllBytes = heldByAllBytes;
        this.budgetBytes = budgetBytes;
        random = new SplittableRandom(seed);
        where = "seed=" + seed;
    }

    /** Plays until so many operations more were done, each one block taken or given back. */
    void play(long count) {
        final long end = operations + count;
        while (operations < end) {
            final boolean grows = (operations / PHASE_OPERATIONS) % 2 == 0;
            final int move = random.nextInt(100);
            if (move < 1) {
                handles[random.nextInt(handles.length)].flush();
            } else if (move < 8) {
                handOn();
            } else if (move < 15) {
                receive();
            } else if (move < (grows ? 65 : 50)) {
                takeSome();
            } else {
                giveBackSome(1 + random.nextInt(MAX_BATCH / 4));
            }
        }
    }

    /** What this player holds; read while it does not play. */
    Map<Long, Long> endByStart() {
        return endByStart;
    }

    long refusals() {
        return refusals;
    }

    /** Gives back whatever is left, here and on the way. */
    void giveBackAll() {
        for (long[] batch = in.poll(); batch != null; batch = in.poll()) {
            Arrays.stream(batch).forEach(this::hold);
            giveBackSome(heldCount);
        }
        giveBackSome(heldCount);
    }

    private void takeSome() {
        final BlockAllocator handle = handle();
        final MemoryPool pool = MemoryPool.values()[random.nextInt(MemoryPool.values().length)];
        // Batches of one size, as pages and segments are, and batches of any, as records are.
        final boolean isEven = random.nextBoolean();
        long sizeBytes = size();
        for (int left = 1 + random.nextInt(MAX_BATCH / 4); left > 0 && heldCount < MAX_HELD; left--) {
            operations++;
            final long address = handle.tryAllocateRun(pool, sizeBytes);
            if (address == BlockAllocator.NONE) {
                refusals++;
                giveBackSome(MAX_BATCH);
                return;
            }
            final long blockBytes = handle.sizeOfRun(address);
            assertTrue(blockBytes >= sizeBytes && address % 64 == 0, where);
            assertTrue(heldByAllBytes.addAndGet(blockBytes) <= budgetBytes, "budget passed: " + where);
            stamp(address, blockBytes);
            hold(address);
            if (!isEven) {
                sizeBytes = size();
            }
        }
    }

    private void hold(long address) {
        final long end = address + lengthOf(address);
        final Map.Entry<Long, Long> below = endByStart.floorEntry(address);
        assertTrue(below == null || below.getValue() <= address, "overlaps: " + where);
        final Long above = endByStart.ceilingKey(address);
        assertTrue(above == null || end <= above, "overlaps: " + where);
        endByStart.put(address, end);
        if (heldCount == held.length) {
            held = Arrays.copyOf(held, 2 * heldCount);
        }
        held[heldCount++] = address;
    }

    private void giveBackSome(int count) {
        final BlockAllocator handle = handle();
        for (int left = Math.min(count, heldCount); left > 0; left--) {
            final long address = letGo();
            requireStamp(address, lengthOf(address));
            assertEquals(lengthOf(address), handle.sizeOfRun(address), where);
            heldByAllBytes.addAndGet(-lengthOf(address));
            handle.free(address);
            operations++;
        }
    }

    private void handOn() {
        final long[] batch = new long[Math.min(heldCount, 1 + random.nextInt(MAX_BATCH))];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = letGo();
        }
        if (!out.offer(batch)) {
            Arrays.stream(batch).forEach(this::hold);
        }
    }

    private void receive() {
        final long[] batch = in.poll();
        if (batch != null) {
            Arrays.stream(batch).forEach(this::hold);
        }
    }

    private long letGo() {
        final int index = random.nextInt(heldCount);
        final long address = held[index];
        held[index] = held[--heldCount];
        endByStart.remove(address);
        return address;
    }

    private BlockAllocator handle() {
        return handles[random.nextInt(handles.length)];
    }

    /** Mostly small ones; one in a few hundred is large, one in a few thousand a run. */
    private long size() {
        final int kind = random.nextInt(4096);
        if (kind == 0) {
            return 1 + random.nextLong(6L << 20);
        }
        return kind < 16 ? 1 + random.nextInt(1 << 20) : 1 + random.nextInt(1 << random.nextInt(5, 15));
    }

    /** A block says how long it is in its first word; the last says where it begins. */
    private static void stamp(long address, long bytes) {
        Memory.putLong(address, bytes);
        Memory.putLong(address + bytes - 8, ~address);
    }

    private static long lengthOf(long address) {
        return Memory.getLong(address);
    }

    private void requireStamp(long address, long bytes) {
        assertTrue(bytes >= 64 && bytes % 64 == 0, "first word overwritten: " + where);
        assertEquals(~address, Memory.getLong(address + bytes - 8), "last word overwritten: " + where);
    }
}

package dev.millrace.allocator;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Full magazines that the handles of one node pass to each other, by kind: arrays change hands by reference, full ones one
 * way and empty ones the other, so nothing is copied and nothing is left to the collector.
 *
 * <pre>
 *   handle A   -- full -->   | full  | full  |       |   -- full -->   handle B
 *              &lt;- empty --   | empty |       |       |   &lt;- empty --
 * </pre>
 *
 * <p>Any thread may call any method; two atomic steps a magazine in each direction. What lies here is bounded by the number
 * of magazines of each kind and by the bytes of all. The bytes may be more while the budget is not used up: what nobody
 * uses may as well lie here as in slabs.
 */
final class Depot {
    private static final long[] NO_MAGAZINE = {};

    /** Of what nobody uses of the budget, one part in this many may lie here. */
    private static final int UNUSED_PART = 2;

    /** The magazines of one kind. */
    private static final class Shelf {
        final MpmcVarHandleArrayQueue<long[]> full;
        final MpmcVarHandleArrayQueue<long[]> empty;
        /** Touched by whoever sweeps: how many were taken so far, and how many lay here, at the last sweep. */
        long takenBefore;

        int lyingBefore;

        Shelf(int capacity) {
            full = new MpmcVarHandleArrayQueue<>(capacity);
            empty = new MpmcVarHandleArrayQueue<>(capacity);
        }
    }

    /** What takes the blocks of a magazine that nobody wants. */
    interface Sink {
        void drain(long[] magazine, int count);
    }

    private final int magazinesOfAKind;
    private final long maxBytes;
    private final AtomicLong bytes = new AtomicLong();
    private volatile LongSupplier unusedBytes = () -> 0;
    private final AtomicReferenceArray<@Nullable Shelf> shelves = new AtomicReferenceArray<>(SizeClasses.KIND_COUNT);

    Depot(int magazinesOfAKind, long maxBytes) {
        this.magazinesOfAKind = magazinesOfAKind;
        this.maxBytes = maxBytes;
    }

    /** Says how much of the node's budget nobody uses, at any time. Called once, before the depot is used. */
    void connect(LongSupplier unused) {
        unusedBytes = unused;
    }

    /**
     * Takes a full magazine.
     *
     * @param empty goes to the depot if one is taken; an array of length 0 is forgotten
     * @return an array of length 0 if there is none
     */
    long[] take(int kind, long[] empty) {
        final Shelf shelf = shelves.getAcquire(kind);
        if (shelf == null) {
            return NO_MAGAZINE;
        }
        final long[] full = shelf.full.poll();
        if (full == null) {
            return NO_MAGAZINE;
        }
        bytes.addAndGet(-bytesOf(kind, full));
        if (empty.length > 0) {
            shelf.empty.offer(empty);
        }
        return full;
    }

    /**
     * Gives a full magazine away.
     *
     * @return an empty one for it, or an array of length 0 if the depot takes no more
     */
    long[] put(int kind, long[] full) {
        final long magazineBytes = bytesOf(kind, full);
        final Shelf shelf = shelf(kind);
        if (bytes.addAndGet(magazineBytes) > Math.max(maxBytes, unusedBytes.getAsLong() / UNUSED_PART)
                || !shelf.full.offer(full)) {
            bytes.addAndGet(-magazineBytes);
            return NO_MAGAZINE;
        }
        final long[] empty = shelf.empty.poll();
        return empty != null ? empty : new long[full.length];
    }

    /** Empties what lay here at the last sweep and was not missed since. One thread at a time. */
    void sweep(Sink sink) {
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            final Shelf shelf = shelves.getAcquire(kind);
            if (shelf != null) {
                if (shelf.full.currentConsumerIndex() == shelf.takenBefore) {
                    drain(kind, shelf, shelf.lyingBefore, sink);
                }
                shelf.takenBefore = shelf.full.currentConsumerIndex();
                shelf.lyingBefore = shelf.full.size();
            }
        }
    }

    /** Empties everything. */
    void drainAll(Sink sink) {
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            final Shelf shelf = shelves.getAcquire(kind);
            if (shelf != null) {
                drain(kind, shelf, shelf.full.capacity(), sink);
            }
        }
    }

    /** The bytes of all blocks that lie here. */
    long bytes() {
        return bytes.get();
    }

    /** Blocks of a kind. A magazine that is taken meanwhile may be missed. */
    long blocks(int kind) {
        final Shelf shelf = shelves.getAcquire(kind);
        long blocks = 0;
        if (shelf != null) {
            for (long[] magazine : shelf.full) {
                blocks += magazine.length;
            }
        }
        return blocks;
    }

    /** Full magazines of a kind. */
    int magazines(int kind) {
        final Shelf shelf = shelves.getAcquire(kind);
        return shelf == null ? 0 : shelf.full.size();
    }

    private void drain(int kind, Shelf shelf, int mostMagazines, Sink sink) {
        for (int left = mostMagazines; left > 0; left--) {
            final long[] full = shelf.full.poll();
            if (full == null) {
                return;
            }
            bytes.addAndGet(-bytesOf(kind, full));
            sink.drain(full, full.length);
            shelf.empty.offer(full);
        }
    }

    private Shelf shelf(int kind) {
        final Shelf shelf = shelves.getAcquire(kind);
        if (shelf != null) {
            return shelf;
        }
        final Shelf fresh = new Shelf(magazinesOfAKind);
        final Shelf other = shelves.compareAndExchange(kind, null, fresh);
        return other != null ? other : fresh;
    }

    private static long bytesOf(int kind, long[] magazine) {
        return (long) magazine.length * SizeClasses.blockBytesOfKind(kind);
    }
}

package dev.millrace.state.index;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;

/**
 * Active state: keys and values as bytes off the heap, sealed at epochs without stopping.
 *
 * <p>Used by one thread at a time, the one that called {@link #adopt} last (its maker at first); only a snapshot may be
 * used by others. Whoever makes the index closes it.
 *
 * <p>A key is any run of bytes, and its identity is those bytes; a value is any run of bytes and starts at a multiple of
 * 8. An index whose {@link EntryShape} is fixed takes keys and values of that size only. The caller brings a key's 64-bit
 * hash, always the same one for the same key; where the shape names a hash function, the one of that function.
 * <b>Addresses that a method returns are valid until the next call that may change the index</b> (put, update, remove,
 * restore, clear, close); addresses of keys and values passed in must not lie inside this index.
 *
 * <p>It is an extendible hash table: a directory of segments by the top bits of the hash; a full segment splits in
 * two and nothing else moves. {@link #seal} copies the directory and freezes the segments; the first write to a frozen
 * segment copies that one segment, unless no live snapshot sees it any more. So a seal costs the length of the
 * directory, 8 bytes for some 32 KiB of entries, no matter how much is dirty.
 *
 * <p>An entry is <i>dirty</i> if it was put, updated or removed since the last seal. A removed entry that a seal (or
 * {@link #restore}) has seen stays as a tombstone until the next seal has seen that too.
 *
 * <p>Limits: an entry with its key fits {@link IndexConfig#maxSegmentBytes}, and so do all entries whose hashes are
 * too alike to be parted; {@link EntryTooLargeException} else. When memory is refused with a
 * {@link dev.millrace.allocator.MemoryLimitException}, the index is as it was before the call.
 */
public abstract sealed class ActiveIndex implements AutoCloseable permits TaggedIndex, LineIndex {
    /** The address that no value has: the answer for a key that is not there. */
    public static final long NONE = 0;

    /** How many keys of a batch are touched before they are looked up. */
    static final int BATCH_EVENTS = 64;

    private Thread owner = Thread.currentThread();
    private boolean isVisiting;
    private boolean isClosed;

    /** Keeps the touching loads alive: what nobody reads, the JIT removes. */
    @SuppressWarnings("unused")
    private long touched;

    ActiveIndex() {}

    /** Makes an empty index for entries of any size, which takes no memory yet. */
    public static ActiveIndex open(BlockAllocator allocator, IndexConfig config) {
        return open(allocator, config, EntryShape.VARIABLE);
    }

    /** Makes an empty index in the format that suits its entries best, which takes no memory yet. */
    public static ActiveIndex open(BlockAllocator allocator, IndexConfig config, EntryShape shape) {
        return shape instanceof EntryShape.Fixed fixed && LineLayout.suits(fixed)
                ? new LineIndex(allocator, config, fixed)
                : new TaggedIndex(allocator, config);
    }

    /** Whether entries of a shape lie side by side in lines, which is fastest, and stay in memory: small ones of fixed size. */
    public static boolean keepsInLines(EntryShape shape) {
        return shape instanceof EntryShape.Fixed fixed && LineLayout.suits(fixed);
    }

    /**
     * Makes an empty index that lets entries go when it is full, see {@link #evict}. It takes no memory yet.
     *
     * @param budgetBytes what its segments and its filter should not pass
     */
    public static ActiveIndex openEvicting(BlockAllocator allocator, IndexConfig config, long budgetBytes) {
        return new EvictingIndex(allocator, config, budgetBytes);
    }

    /** Makes the calling thread the owner. The thread that owned it before must have handed it over. */
    public void adopt() {
        owner = Thread.currentThread();
    }

    /**
     * Reads the bucket of a hash, so that it is in the cache when a batch of calls comes to it.
     *
     * @return a number without meaning, to be added up and used, or the reads would be optimised away
     */
    public abstract long touch(long hash);

    /**
     * Reads the entry that the bucket of a hash leads to, where it lies elsewhere: for a batch whose buckets were {@linkplain #touch
     * touched}.
     *
     * @return a number without meaning, see {@link #touch}
     */
    public long touchEntry(long hash) {
        return 0;
    }

    /**
     * Looks a key up, for reading only.
     *
     * @return the address of the value, not to be written to, or {@link #NONE}
     */
    public abstract long find(long keyAddress, int keyBytes, long hash);

    /**
     * Looks a key up, for writing: the entry is dirty from now on.
     *
     * @return the address of the value, or {@link #NONE}
     */
    public abstract long update(long keyAddress, int keyBytes, long hash);

    /**
     * Puts an entry with a value of a given size, for writing: the entry is dirty from now on. If the key is there
     * with a value of that very size, the value's bytes are kept; else the value is all zeros.
     *
     * @return the address of the value
     * @throws EntryTooLargeException if no segment can hold the entry
     */
    public abstract long put(long keyAddress, int keyBytes, long hash, int valueBytes);

    /**
     * Puts an entry that a seal of the past has seen: it is not dirty. Replaces one that is there and not dirty.
     *
     * @throws IllegalStateException if the entry is there and dirty: restoring comes before changing
     * @throws EntryTooLargeException if no segment can hold the entry
     */
    public abstract void restore(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes);

    /**
     * Removes an entry.
     *
     * @return whether it was there
     */
    public abstract boolean remove(long keyAddress, int keyBytes, long hash);

    /**
     * Looks many keys up, for reading only. Cheaper than one by one where the index is larger than the cache, because the
     * cache misses overlap.
     *
     * @param keysAddress the first key; all have the same size
     * @param keyStrideBytes from one key to the next
     * @param hashesAddress the hash of the first key, 8 bytes before that of the second
     * @param values takes the address of each key's value, as {@link #find} returns it
     */
    public void findEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        for (int from = 0; from < count; from += BATCH_EVENTS) {
            final int to = Math.min(from + BATCH_EVENTS, count);
            touchEach(hashesAddress, from, to);
            for (int i = from; i < to; i++) {
                values[i] = find(keysAddress + (long) i * keyStrideBytes, keyBytes, hashAt(hashesAddress, i));
            }
        }
    }

    /**
     * Looks many keys up, for writing: those that are there are dirty from now on. Otherwise as {@link #findEach}.
     *
     * @param values takes the address of each key's value, as {@link #update} returns it; all of them are valid until the
     *     next call that may change the index
     */
    public void updateEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        for (int from = 0; from < count; from += BATCH_EVENTS) {
            final int to = Math.min(from + BATCH_EVENTS, count);
            touchEach(hashesAddress, from, to);
            for (int i = from; i < to; i++) {
                values[i] = update(keysAddress + (long) i * keyStrideBytes, keyBytes, hashAt(hashesAddress, i));
            }
        }
    }

    /**
     * Adds to the values of many keys, which are one {@code long} each; a key that is not there counts as 0 and is put.
     * Otherwise as {@link #findEach}.
     *
     * <p>When memory is refused, a part of the additions has been made.
     *
     * @param deltasAddress what to add for the first key, 8 bytes before that for the second
     * @throws EntryTooLargeException if no segment can hold one of the entries
     */
    public void addEach(
            long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, long deltasAddress, int count) {
        for (int from = 0; from < count; from += BATCH_EVENTS) {
            final int to = Math.min(from + BATCH_EVENTS, count);
            touchEach(hashesAddress, from, to);
            for (int i = from; i < to; i++) {
                final long value =
                        put(keysAddress + (long) i * keyStrideBytes, keyBytes, hashAt(hashesAddress, i), Long.BYTES);
                Memory.putLong(value, Memory.getLong(value) + Memory.getLong(deltasAddress + (long) i * Long.BYTES));
            }
        }
    }

    private void touchEach(long hashesAddress, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += touch(hashAt(hashesAddress, i));
        }
        for (int i = from; i < to; i++) {
            sum += touchEntry(hashAt(hashesAddress, i));
        }
        touched = sum;
    }

    static long hashAt(long hashesAddress, int i) {
        return Memory.getLong(hashesAddress + (long) i * Long.BYTES);
    }

    /**
     * Says that what seals up to a version saw can be read elsewhere from now on: entries that have not changed since may
     * leave. Means something to an {@linkplain #openEvicting evicting} index only.
     *
     * @param sealedVersion the {@link IndexSnapshot#version} of a seal; never goes back
     */
    public void settle(long sealedVersion) {}

    /**
     * Lets entries go, the ones least lately touched first, while the index takes more than its budget: entries that are
     * not dirty and whose last change is {@linkplain #settle settled}. After it, a key that {@link #find} does not find
     * may have a value elsewhere: {@link #isElsewhere} tells. Nothing leaves the index at any other time.
     *
     * @param maxSegments how many segments are looked at: bounds the time it takes
     * @return whether the index takes no more than its budget now, or may get there if it is asked again as it is; else
     *     too little of it is settled, and a seal helps
     */
    public boolean evict(int maxSegments) {
        return true;
    }

    /** Whether some key may have its value elsewhere. */
    public boolean hasElsewhere() {
        return false;
    }

    /**
     * Says whether a key that is not in the index may have a value elsewhere: seldom true without need, never false
     * wrongly. Counts as a use of the key.
     */
    public boolean isElsewhere(long keyAddress, int keyBytes, long hash) {
        return false;
    }

    /**
     * Takes back an entry that left, or that {@link #noteElsewhere} told of; it is not dirty.
     *
     * @throws IllegalStateException if the key is in the index
     */
    public void reload(long keyAddress, int keyBytes, long hash, long valueAddress, int valueBytes) {
        throw new IllegalStateException("nothing leaves this index: it was not opened as one that evicts");
    }

    /** Tells of an entry that is not in the index because there was no room for it, see {@link #isFull}. */
    public void noteElsewhere(long hash) {
        throw new IllegalStateException("nothing leaves this index: it was not opened as one that evicts");
    }

    /** Whether the index takes its budget or more. */
    public boolean isFull() {
        return false;
    }

    /** How many bytes the index takes beyond its budget. */
    public long excessBytes() {
        return 0;
    }

    /** How many entries are elsewhere and not in the index. */
    public long elsewhereCount() {
        return 0;
    }

    /** How many entries left since the index was made. */
    public long evictionCount() {
        return 0;
    }

    /** The version that the next seal's snapshot will have; kept by an {@linkplain #openEvicting evicting} index only. */
    public long version() {
        return 0;
    }

    /** The size of a value in bytes, from an address that {@link #find}, {@link #update} or {@link #put} returned. */
    public abstract int valueBytes(long valueAddress);

    /** Shows every entry. */
    public final void forEach(EntryVisitor visitor) {
        assert isMine() : notMine();
        isVisiting = true;
        try {
            visitEach(visitor);
        } finally {
            isVisiting = false;
        }
    }

    /**
     * Freezes what is there and goes on: from now on, dirty means changed since this call.
     *
     * @return the frozen picture, with one reference that the caller releases
     * @throws IllegalStateException if {@link IndexConfig#maxLiveSnapshots} are live
     */
    public final IndexSnapshot seal() {
        assert isMineToChange() : notMine();
        requireOpen();
        return freeze();
    }

    /**
     * Frees what only released snapshots saw. Happens by itself when memory is refused, and bit by bit at seals and writes.
     *
     * @return how many bytes that gave back
     */
    public abstract long reclaim();

    /**
     * Forgets every entry and frees its memory, except for what live snapshots see. <b>Leaves no tombstones</b>: the
     * next seal does not tell that the entries went.
     */
    public abstract void clear();

    /**
     * Frees everything. A second call does nothing.
     *
     * @throws IllegalStateException if a snapshot is live: nothing is freed then, since somebody may be reading it, and
     *     the index can be used and closed later
     */
    @Override
    public final void close() {
        if (isClosed) {
            return;
        }
        final int liveSnapshots = liveSnapshotCount();
        if (liveSnapshots > 0) {
            throw new IllegalStateException("index has live snapshots: liveSnapshots=" + liveSnapshots
                    + "; release them before closing the index");
        }
        clear();
        isClosed = true;
    }

    /** How many entries there are. */
    public abstract long length();

    /** How many entries the next seal will find dirty. */
    public abstract long dirtyCount();

    /** How many calls that look a key up (find, update, put, remove, one by one or in batches) found it. */
    public abstract long hitCount();

    /** How many calls that look a key up did not find it. */
    public abstract long missCount();

    /** How many segments there are. */
    public abstract int segmentCount();

    /** What the segments take. */
    public abstract long segmentBytes();

    /** What is kept beyond that because a snapshot sees it, as of the last {@link #reclaim}. */
    public abstract long retiredBytes();

    /**
     * How much of that is beyond {@link IndexConfig#maxRetiredBytes} or what the pool {@code SNAPSHOT} has room for, after
     * freeing what no snapshot sees any more. Falls as snapshots are released.
     */
    public abstract long overdrawnBytes();

    /** How many segments were split since the index was made. */
    public abstract long splitCount();

    /** How many segments were copied since the index was made because they were written while a snapshot saw them. */
    public abstract long copyCount();

    /** How many segments were moved to a larger block since the index was made. */
    public abstract long growCount();

    /** How many segments were rid of garbage, given other buckets, made smaller or joined since the index was made. */
    public abstract long compactionCount();

    /** Shows every entry; nothing changes meanwhile. */
    abstract void visitEach(EntryVisitor visitor);

    /** What {@link #seal} does once it is known to be allowed. */
    abstract IndexSnapshot freeze();

    abstract int liveSnapshotCount();

    final void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("index is closed");
        }
    }

    /** For assertions: whether the calling thread may read. */
    final boolean isMine() {
        return owner == Thread.currentThread();
    }

    /** For assertions: whether the calling thread may write. */
    final boolean isMineToChange() {
        return isMine() && !isVisiting;
    }

    final String notMine() {
        return "index changed by a thread that does not own it, or while it is visited: thread="
                + Thread.currentThread().getName() + ", owner=" + owner.getName() + ", isVisiting=" + isVisiting;
    }
}

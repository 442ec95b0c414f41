package dev.millrace.engine.internal.miss;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.serde.KeyHash;
import dev.millrace.state.index.ActiveIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the operators behind a grouping and lets a page through when all state that its events need is in memory. If some
 * is not, it reads all of that at once on the I/O pool: the caller keeps the page, tries {@link #resume} when it is woken,
 * and brings nothing else meanwhile. So the order of events and barriers is as if everything had been there.
 *
 * <p>Entries leave memory only here, between two pages: what a page was let through with is there until its end.
 *
 * <p>While nothing has left memory, a page costs one look at a flag of each state.
 *
 * <p>Used by the thread that steps the task. Closing it waits for a read that is under way.
 */
public final class Gate implements AutoCloseable {
    /** The counter of entries that left memory. */
    public static final String EVICTED = "state.evicted";

    /** The counter of keys that the store was asked for. */
    public static final String KEYS_READ = "state.keys-read";

    /** The counter of keys that the store was asked for and had. */
    public static final String KEYS_FOUND = "state.keys-found";

    /** The counter of pages that waited. */
    public static final String PAGES_PARKED = "state.pages-parked";

    private static final int BATCH_EVENTS = 64;

    /** How many segments of an index are looked at behind a page to let entries go: some tens of microseconds. */
    private static final int SEGMENTS_PER_PAGE = 64;

    /** Where the rows of pages lie, and which keys come here. */
    public record Stream(PageLayout layout, int partition, int partitions, long hashSeed) {}

    private final KeyedHead head;
    private final PageLayout layout;
    private final int partition;
    private final KeyPartitioner partitioner;
    private final long hashSeed;
    private final List<ColdState> states;
    private final ColdAccess access;
    private final Runnable wake;
    private final Scratch values;
    private final Scratch keys;

    private long epoch;
    private long waitingPage;
    private @Nullable KeyFetch fetch;
    private @Nullable ScanFetch scan;
    private int nextToShow;
    private long keysRead;
    private long keysFound;
    private long pagesParked;

    /** Keeps the touching loads alive: what nobody reads, the JIT removes. */
    @SuppressWarnings("unused")
    private long touched;

    /**
     * @param lastEpoch the last committed one
     * @param wake called from the I/O pool when it is worth to try {@link #resume}
     */
    public Gate(
            KeyedHead head,
            Stream stream,
            List<ColdState> states,
            ColdAccess access,
            long lastEpoch,
            BlockAllocator allocator,
            Runnable wake) {
        this.head = head;
        layout = stream.layout();
        partition = stream.partition();
        partitioner = new KeyPartitioner(stream.partitions());
        hashSeed = stream.hashSeed();
        this.states = states;
        this.access = access;
        epoch = lastEpoch + 1;
        this.wake = wake;
        values = new Scratch(allocator);
        keys = new Scratch(allocator);
    }

    /**
     * Runs the events of a page, or begins to read what they lack.
     *
     * @return whether they ran; else the page stays as it is until {@link #resume} says so
     */
    public boolean process(long page) {
        assert !isWaiting() : "gate is waiting";
        KeyFetch needed = null;
        for (ColdState state : states) {
            if (state.mayMiss()) {
                needed = missing(state, page, needed);
            }
        }
        if (needed == null) {
            run(page);
            return true;
        }
        fetch = needed;
        waitingPage = page;
        access.io().execute(needed);
        return false;
    }

    private @Nullable KeyFetch missing(ColdState state, long page, @Nullable KeyFetch before) {
        ActiveIndex index = state.index();
        KeyFetch needed = before;
        int count = PageLayout.rowCount(page);
        for (int from = 0; from < count; from += BATCH_EVENTS) {
            int to = Math.min(from + BATCH_EVENTS, count);
            touch(index, page, from, to);
            for (int i = from; i < to; i++) {
                long row = page + layout.rowsOffset() + (long) i * layout.strideBytes();
                long keyAddress = layout.keyInline() ? row : page + Memory.getInt(row);
                int keyBytes = layout.keyInline() ? layout.keyBytes() : Memory.getInt(row + Integer.BYTES);
                long hash = hashAt(page, i);
                if (index.isElsewhere(keyAddress, keyBytes, hash)) {
                    needed = needed == null ? new KeyFetch(access.reads(), epoch, wake) : needed;
                    needed.add(state, keyAddress, keyBytes, hash);
                }
            }
        }
        return needed;
    }

    private void touch(ActiveIndex index, long page, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += index.touch(hashAt(page, i));
        }
        for (int i = from; i < to; i++) {
            sum += index.touchEntry(hashAt(page, i));
        }
        touched = sum;
    }

    private long hashAt(long page, int i) {
        return Memory.getLong(page + layout.hashesOffset() + (long) i * Long.BYTES);
    }

    private void run(long page) {
        head.process(page);
        for (ColdState state : states) {
            state.evict(epoch, SEGMENTS_PER_PAGE, access.epochs());
        }
    }

    /**
     * Passes a watermark on. The one at the end of time first shows what is not in memory of states that are shown whole then.
     *
     * @return whether it was passed on; else {@link #resume} will
     */
    public boolean watermark(long watermark) {
        assert !isWaiting() : "gate is waiting";
        if (watermark == Receiver.END_OF_TIME) {
            nextToShow = 0;
            return showNext();
        }
        head.next().watermark(watermark);
        return true;
    }

    private boolean showNext() {
        while (nextToShow < states.size()) {
            ColdState state = states.get(nextToShow++);
            scan = state.mustShowAll()
                    ? ScanFetch.first(access.reads(), state, epoch, 0, partitioner, partition, wake)
                    : null;
            if (scan != null) {
                access.io().execute(scan);
                return false;
            }
        }
        head.next().watermark(Receiver.END_OF_TIME);
        states.forEach(ColdState::end);
        return true;
    }

    /** Passes a barrier on. */
    public void barrier(Barrier barrier) {
        assert !isWaiting() : "gate is waiting";
        count(barrier);
        head.next().barrier(barrier);
        epoch = barrier.epoch() + 1;
        for (ColdState state : states) {
            state.sealed(barrier.epoch());
        }
    }

    private void count(Barrier barrier) {
        barrier.count(KEYS_READ, keysRead);
        barrier.count(KEYS_FOUND, keysFound);
        barrier.count(PAGES_PARKED, pagesParked);
        for (ColdState state : states) {
            barrier.count(EVICTED, state.evictionCount());
        }
    }

    /** See {@link Receiver#flush}. */
    public void flush() {
        head.next().flush();
    }

    /** Whether something was begun that {@link #resume} has to end. */
    public boolean isWaiting() {
        return fetch != null || scan != null;
    }

    /**
     * Goes on with what was begun, if what it waits for has come.
     *
     * @return whether it is done
     * @throws StateReadException if state could not be read
     */
    public boolean resume() {
        if (fetch != null) {
            return fetch.isDone() && runWaitingPage(fetch);
        }
        return scan == null || (scan.isDone() && show(scan));
    }

    private boolean runWaitingPage(KeyFetch done) {
        fetch = null;
        done.check();
        keysFound += done.reload(values);
        keysRead += done.keyCount();
        pagesParked++;
        run(waitingPage);
        return true;
    }

    private boolean show(ScanFetch piece) {
        piece.check();
        ActiveIndex index = piece.state().index();
        for (int i = 0; i < piece.keys().size(); i++) {
            byte[] key = piece.keys().get(i);
            long keyAddress = keys.ofAtLeast(Math.max(1, key.length));
            Memory.copyFrom(key, 0, keyAddress, key.length);
            long hash = KeyHash.hash(keyAddress, key.length, hashSeed);
            if (index.isElsewhere(keyAddress, key.length, hash)) {
                byte[] value = piece.values().get(i);
                long valueAddress = values.ofAtLeast(Math.max(1, value.length));
                Memory.copyFrom(value, 0, valueAddress, value.length);
                java.util.Objects.requireNonNull(piece.state().visitor(), "state is not shown")
                        .visit(keyAddress, key.length, hash, valueAddress, value.length);
            }
        }
        scan = piece.next(partitioner, partition, wake);
        if (scan == null) {
            return showNext();
        }
        access.io().execute(scan);
        return false;
    }

    @Override
    public void close() {
        if (fetch != null) {
            fetch.cancel();
            fetch = null;
        }
        if (scan != null) {
            scan.cancel();
            scan = null;
        }
        values.close();
        keys.close();
    }
}

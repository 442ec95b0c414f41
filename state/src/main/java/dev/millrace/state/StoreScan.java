package dev.millrace.state;

import dev.millrace.state.store.ColdStore;
import dev.millrace.state.store.EntryVisitor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store from its first key to its last, some entries at once. Of a large store the next entries are read by a thread of their own
 * while the last ones are looked at: reading a store and putting its entries into memory take about as long.
 *
 * <p>Used by one thread, which closes it, while nothing is folded into the store.
 */
final class StoreScan implements AutoCloseable {
    private static final int ENTRIES_PER_CHUNK = 1024;

    /** A store of fewer is not worth a thread. */
    static final int CHUNKS_WITHOUT_THREAD = 8;

    private static final int CHUNKS_AHEAD = 8;

    private static final class Chunk {
        final List<byte[]> keys = new ArrayList<>(ENTRIES_PER_CHUNK);
        final List<byte[]> values = new ArrayList<>(ENTRIES_PER_CHUNK);
        boolean isLast;

        @Nullable
        Throwable problem;
    }

    private final ColdStore store;
    /** Touched by whoever reads the store. */
    private byte @Nullable [] from = new byte[0];

    private Chunk chunk = new Chunk();
    private int at;
    private int chunkCount;
    private @Nullable BlockingQueue<Chunk> ahead;
    private @Nullable Thread reader;
    private volatile boolean isClosed;

    StoreScan(ColdStore store) {
        this.store = store;
    }

    /** Whether there is an entry to look at. */
    boolean hasEntry() {
        while (at == chunk.keys.size() && !chunk.isLast) {
            chunk = nextChunk();
            at = 0;
            if (chunk.problem instanceof Error error) {
                throw error;
            }
            if (chunk.problem instanceof RuntimeException problem) {
                throw problem;
            }
        }
        return at < chunk.keys.size();
    }

    byte[] key() {
        return chunk.keys.get(at);
    }

    /** Shows the entry and goes to the next. */
    void show(EntryVisitor visitor) {
        visitor.entry(chunk.keys.get(at), chunk.values.get(at));
        at++;
    }

    private Chunk nextChunk() {
        if (chunkCount < CHUNKS_WITHOUT_THREAD) {
            chunkCount++;
            return read();
        }
        BlockingQueue<Chunk> queue = ahead;
        if (queue == null) {
            queue = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
            ahead = queue;
            reader = readAhead(queue);
        }
        return take(queue);
    }

    private Thread readAhead(BlockingQueue<Chunk> queue) {
        Thread thread = new Thread(
                () -> {
                    Chunk next = new Chunk();
                    while (!isClosed && !next.isLast) {
                        next = read();
                        put(queue, next);
                    }
                },
                "millrace-restore");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Chunk read() {
        Chunk next = new Chunk();
        try {
            from = store.scanSome(from == null ? new byte[0] : from, null, ENTRIES_PER_CHUNK, (key, value) -> {
                next.keys.add(key);
                next.values.add(value);
            });
            next.isLast = from == null;
        } catch (RuntimeException | Error e) {
            next.problem = e;
            next.isLast = true;
        }
        return next;
    }

    private static void put(BlockingQueue<Chunk> queue, Chunk next) {
        boolean isThere = false;
        while (!isThere) {
            try {
                queue.put(next);
                isThere = true;
            } catch (InterruptedException e) {
                // Nobody interrupts this thread but by mistake: whoever takes the entries closes the scan.
            }
        }
    }

    private static Chunk take(BlockingQueue<Chunk> queue) {
        boolean wasInterrupted = false;
        try {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
            }
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for the thread that reads ahead, if there is one: the store may be closed behind this. */
    @Override
    public void close() {
        isClosed = true;
        Thread thread = reader;
        BlockingQueue<Chunk> queue = ahead;
        boolean wasInterrupted = false;
        while (thread != null && queue != null && thread.isAlive()) {
            queue.clear(); // it may wait for room
            try {
                thread.join(1);
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings events from a ring to a log, a batch for each force, on a thread of its own: what blocks does not belong on a worker.
 * Any thread may ask what is durable.
 */
final class IngressWriter implements AutoCloseable {
    /** A batch is full at this; one event may be larger. */
    private static final int BATCH_BYTES = 256 * 1024;

    /** Somebody waits until the ring is drained to a position. */
    private record Waiter(long position, CompletableFuture<Void> told) {}

    private final IngressLog log;
    private final Runnable wakeReader;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private @Nullable EventRing ring;
    private byte[] batch = new byte[BATCH_BYTES];
    private int length;
    private int count;
    /** Taken out of the ring, and did not fit into the batch. */
    private long pending = BlockAllocator.NONE;
    /** Up to where the ring is drained once the batch is durable. */
    private long batchEnd;

    private volatile long durablePosition;
    private volatile long durableCount;
    private volatile long committedCount;
    private volatile boolean hasEnded;
    private volatile boolean isStopped;
    private volatile boolean isClosed;
    private volatile @Nullable Throwable failure;

    IngressWriter(String source, IngressLog log, Runnable wakeReader) {
        this.log = log;
        this.wakeReader = wakeReader;
        thread = new Thread(this::run, source + "-ingress");
        thread.setDaemon(true);
        durableCount = log.nextNumber() - 1;
    }

    /** Says where events come from. Before the start. */
    void drain(EventRing from) {
        ring = from;
    }

    /** Goes on behind an event that is processed and committed. Before the start. */
    void resumeBehind(long number) {
        log.resumeBehind(number);
        durableCount = log.nextNumber() - 1;
        committedCount = number;
    }

    /** Begins at the oldest event, where no epoch is committed. Before the start. */
    void start(long processed) {
        log.resumeBehind(processed); // where none is, refuses a log without a beginning
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    private EventRing ring() {
        return Objects.requireNonNull(ring, "no ring is drained");
    }

    private void run() {
        try {
            while (!isStopped && !hasEnded) {
                log.forget(committedCount);
                if (!fill()) {
                    hasEnded = count == 0 && ring().isFinished();
                    told();
                } else if (log.hasRoom(length)) {
                    log.append(batch, length, count);
                    durableCount = log.nextNumber() - 1;
                    count = 0;
                    told();
                    continue;
                }
                if (!hasEnded) {
                    LockSupport.park(this);
                }
            }
        } catch (Throwable e) {
            failure = e;
            failWaiters();
        }
        wakeReader.run();
    }

    /** Collects what has come; what was collected and not written stays. */
    private boolean fill() {
        if (count > 0) {
            return true;
        }
        length = IngressFormat.BATCH_HEADER_BYTES;
        EventRing from = ring();
        long blob = pending != BlockAllocator.NONE ? pending : from.poll();
        pending = BlockAllocator.NONE;
        while (blob != BlockAllocator.NONE) {
            int needed = IngressFormat.ENTRY_HEADER_BYTES + from.blobBytes(blob);
            if (length + needed > BATCH_BYTES && count > 0) {
                pending = blob;
                break;
            }
            add(blob, needed);
            batchEnd = from.polledPosition();
            blob = from.poll();
        }
        if (count == 0) {
            batchEnd = from.polledPosition();
        }
        return count > 0;
    }

    private void add(long blob, int needed) {
        if (length + needed > batch.length) {
            batch = Arrays.copyOf(batch, length + needed);
        }
        int blobBytes = needed - IngressFormat.ENTRY_HEADER_BYTES;
        ByteBuffer.wrap(batch).putInt(length, blobBytes).putInt(length + Integer.BYTES, 0);
        Memory.copyTo(blob, batch, length + IngressFormat.ENTRY_HEADER_BYTES, blobBytes);
        length += needed;
        count++;
    }

    /** Says that everything up to the end of the batch is durable. */
    private void told() {
        durablePosition = batchEnd;
        tellWaiters();
        wakeReader.run();
    }

    private void tellWaiters() {
        long position = durablePosition;
        waiters.removeIf(waiter -> {
            boolean isDurable = waiter.position - position <= 0;
            if (isDurable) {
                waiter.told.complete(null);
            }
            return isDurable;
        });
    }

    private void failWaiters() {
        String reason = failure == null ? "the job has ended" : String.valueOf(failure.getMessage());
        waiters.removeIf(waiter -> {
            waiter.told.completeExceptionally(new IllegalStateException(
                    "events of an ingress may be lost: durableCount=" + durableCount + ", reason=" + reason, failure));
            return true;
        });
    }

    CompletableFuture<Void> whenDurable() {
        Waiter waiter = new Waiter(ring().claimedPosition(), new CompletableFuture<>());
        waiters.add(waiter);
        // Whoever came between: the writer has looked before the waiter was there.
        tellWaiters();
        if (isClosed || failure != null) {
            failWaiters();
        }
        return waiter.told;
    }

    /** The last event that may be processed. */
    long durableCount() {
        return durableCount;
    }

    long committedCount() {
        return committedCount;
    }

    void committed(long number) {
        committedCount = number;
        wake();
    }

    /** Whether no further event will be durable. */
    boolean hasEnded() {
        return hasEnded;
    }

    /** Throws what went wrong. */
    void check() {
        Throwable problem = failure;
        if (problem instanceof RuntimeException e) {
            throw e;
        } else if (problem != null) {
            throw new IllegalStateException("ingress could not be written: reason=" + problem, problem);
        }
    }

    /** Stops the thread. What is in the ring and not durable is given up: nobody was told of it. */
    @Override
    public void close() {
        isStopped = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            wake();
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        isClosed = true;
        failWaiters();
        log.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Results of one task on their way to the program, as blobs in a chain of chunks. One thread writes, one at a time reads; one
 * that commits may be a third. It grows as it must: who fills it looks at {@link #writtenBytes} before it makes more.
 *
 * <p>A result takes whole multiples of 8 bytes:
 * <pre>
 *   0            4            8
 *   +------------+------------+-------------------+
 *   | blob bytes | unused     | blob              |
 *   | int        |            |                   |
 *   +------------+------------+-------------------+
 * </pre>
 */
final class EgressLane {
    /** So large that the object that goes with each chunk does not count. */
    static final int CHUNK_BYTES = 128 * 1024;

    private static final int HEADER_BYTES = 8;
    private static final VarHandle VISIBLE;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            VISIBLE = lookup.findVarHandle(Chunk.class, "visibleBytes", int.class);
            NEXT = lookup.findVarHandle(Chunk.class, "next", Chunk.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Chunk {
        final long block;
        final int sizeBytes;
        /** Of the writing thread; final once there is a next chunk. */
        int writtenBytes;
        /** What may be read. Touched through {@link #VISIBLE} only. */
        @SuppressWarnings("unused")
        int visibleBytes;
        /** Touched through {@link #NEXT} only. */
        @SuppressWarnings("unused")
        @Nullable
        Chunk next;

        Chunk(long block, int sizeBytes) {
            this.block = block;
            this.sizeBytes = sizeBytes;
        }
    }

    /** Where an epoch ends. */
    private record Mark(long epoch, Chunk chunk, int writtenBytes) {}

    private final BlockAllocator allocator;
    private final boolean onlyCommitted;
    private final ConcurrentLinkedQueue<Mark> marks = new ConcurrentLinkedQueue<>();

    /** Of the writing thread. */
    private Chunk last;

    private int claimedBytes;
    /** Of the thread that commits. */
    private Chunk lastVisible;
    /** Of the reading thread. */
    private Chunk first;

    private int readBytes;

    /** In all; read by any thread. */
    private volatile long writtenBytes;

    /** In all; read by any thread. */
    private volatile long takenBytes;

    /** @param allocator for any thread */
    EgressLane(BlockAllocator allocator, boolean onlyCommitted) {
        this.allocator = allocator;
        this.onlyCommitted = onlyCommitted;
        last = chunk(CHUNK_BYTES);
        lastVisible = last;
        first = last;
    }

    private Chunk chunk(int sizeBytes) {
        return new Chunk(allocator.allocate(MemoryPool.EVENTS, sizeBytes), sizeBytes);
    }

    /** Makes room for a blob and says where. For the writing thread. */
    long claim(int blobBytes) {
        claimedBytes = HEADER_BYTES + (blobBytes + 7 & -8);
        if (claimedBytes > last.sizeBytes - last.writtenBytes) {
            turn();
        }
        long at = last.block + last.writtenBytes;
        Memory.putInt(at, blobBytes);
        return at + HEADER_BYTES;
    }

    private void turn() {
        if (claimedBytes > BlockAllocator.MAX_BLOCK_BYTES) {
            throw new IllegalStateException("result is too large for an egress: resultBytes=" + claimedBytes
                    + ", limitBytes=" + BlockAllocator.MAX_BLOCK_BYTES);
        }
        Chunk next = chunk(Math.max(CHUNK_BYTES, claimedBytes));
        // Pairs with the acquire in poll and commit: the chunk before is as it stays.
        NEXT.setRelease(last, next);
        last = next;
    }

    /** Shows what was claimed, or keeps it for the commit. For the writing thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    void publish() {
        last.writtenBytes += claimedBytes;
        writtenBytes += claimedBytes;
        if (!onlyCommitted) {
            // Pairs with the acquire in poll: the blob is written before it is seen.
            VISIBLE.setRelease(last, last.writtenBytes);
        }
    }

    /** Notes that an epoch ends here. For the writing thread. */
    void endEpoch(long epoch) {
        if (onlyCommitted) {
            marks.add(new Mark(epoch, last, last.writtenBytes));
        }
    }

    /** Shows what was written up to an epoch. For the thread that commits. */
    void commit(long epoch) {
        for (Mark mark = marks.peek(); mark != null && mark.epoch() <= epoch; mark = marks.peek()) {
            while (lastVisible != mark.chunk()) {
                Chunk next =
                        java.util.Objects.requireNonNull((Chunk) NEXT.getAcquire(lastVisible), "chunks are linked");
                VISIBLE.setRelease(lastVisible, lastVisible.writtenBytes);
                lastVisible = next;
            }
            VISIBLE.setRelease(lastVisible, mark.writtenBytes());
            marks.remove();
        }
    }

    /** The next blob, or 0. It is there until {@link #take}. For the reading thread. */
    long peek() {
        while ((int) VISIBLE.getAcquire(first) == readBytes) {
            Chunk next = (Chunk) NEXT.getAcquire(first);
            if (next == null || readBytes < first.writtenBytes) {
                return 0;
            }
            allocator.free(first.block);
            first = next;
            readBytes = 0;
        }
        return first.block + readBytes + HEADER_BYTES;
    }

    /** Gives the place of the blob back that {@link #peek} found. For the reading thread. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread at a time reads.
    void take() {
        int tookBytes = HEADER_BYTES + (Memory.getInt(first.block + readBytes) + 7 & -8);
        readBytes += tookBytes;
        takenBytes += tookBytes;
    }

    /** What was written and not taken. Any thread may ask. */
    long waitingBytes() {
        return writtenBytes - takenBytes;
    }

    /** Frees every chunk. When nobody writes any more, by the reading thread. */
    void free() {
        for (Chunk at = first; at != null; at = (Chunk) NEXT.getAcquire(at)) {
            allocator.free(at.block);
        }
    }
}

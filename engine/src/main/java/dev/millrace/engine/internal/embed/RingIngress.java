package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An ingress over an {@link EventRing}, which is there while a job reads it. Any thread may offer. */
public final class RingIngress<T> implements Ingress<T>, EmbeddedSource {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** Codecs for writing. One thread at a time has one, so no more threads than this write at the same moment. */
    private static final int WRITERS = 4;

    /** Between two tries of an offer that waits. */
    private static final long RETRY_NANOS = 20_000;

    private static final int FREE = 0;
    private static final int TAKEN = 1;

    /** A ring, and the clock of the engine that reads it. */
    private record Attached(EventRing ring, LongSupplier nanoTime) {}

    private final Class<T> type;
    private final int capacityBytes;
    /** Made when they are first needed; touched by the thread that took the place only. */
    private final List<@Nullable FlatCodec<T>> writers = Arrays.asList(newWriters());

    private final AtomicIntegerArray writersTaken = new AtomicIntegerArray(WRITERS);
    private final AtomicReference<@Nullable Attached> attached = new AtomicReference<>();

    private volatile boolean isClosed;
    /** Whether the job that read it last is gone, which is not the same as that none has come yet. */
    private volatile boolean hasEnded;

    private volatile long committedCount;

    public RingIngress(Class<T> type, int capacityBytes) {
        if (capacityBytes < MIN_CAPACITY_BYTES
                || capacityBytes > MAX_CAPACITY_BYTES
                || Integer.bitCount(capacityBytes) != 1) {
            throw new IllegalArgumentException("capacity of an ingress must be a power of two from "
                    + MIN_CAPACITY_BYTES + " to " + MAX_CAPACITY_BYTES + " bytes: capacityBytes=" + capacityBytes);
        }
        this.type = type;
        this.capacityBytes = capacityBytes;
        RecordLayout.of(type);
    }

    @SuppressWarnings("unchecked") // It is empty.
    private static <T> @Nullable FlatCodec<T>[] newWriters() {
        return (@Nullable FlatCodec<T>[]) new FlatCodec<?>[WRITERS];
    }

    private FlatCodec<T> writer(int place) {
        FlatCodec<T> codec = writers.get(place);
        if (codec == null) {
            codec = FlatCodec.of(type);
            writers.set(place, codec);
        }
        return codec;
    }

    @Override
    public Class<T> type() {
        return type;
    }

    @Override
    public void check(FileOps files) {
        if (attached.get() != null) {
            throw readTwice();
        }
    }

    @Override
    public SourceReader open(FileOps files) {
        throw new IllegalStateException("an ingress needs the memory of an engine: type=" + type.getName());
    }

    @Override
    public long memoryBytes() {
        return capacityBytes;
    }

    @Override
    public SourceReader open(BlockAllocator memory, LongSupplier nanoTime, Runnable wake) {
        EventRing ring = attach(memory, nanoTime, wake, beforeOffers -> {});
        LongConsumer noteCommitted = count -> committedCount = count;
        Runnable detach = () -> detach(ring);
        return Templates.instance(
                LOOKUP, RingReader.class, SourceReader.class, ring, FlatCodec.of(type), noteCommitted, detach);
    }

    /**
     * Makes the ring that offers go to from now on.
     *
     * @param beforeOffers is given the ring while no thread can offer to it yet
     */
    EventRing attach(BlockAllocator memory, LongSupplier nanoTime, Runnable wake, Consumer<EventRing> beforeOffers) {
        EventRing ring = new EventRing(memory, capacityBytes, wake);
        beforeOffers.accept(ring);
        if (!attached.compareAndSet(null, new Attached(ring, nanoTime))) {
            ring.close();
            throw readTwice();
        }
        hasEnded = false;
        if (isClosed) {
            ring.end();
        }
        return ring;
    }

    /** Offers go to that ring no more, and its memory is given back. */
    void detach(EventRing ring) {
        Attached now = attached.get();
        if (now != null && now.ring == ring) {
            // Before the ring is gone: whoever finds no ring because of this must be told why.
            hasEnded = true;
            attached.compareAndSet(now, null);
        }
        ring.close();
    }

    private IllegalStateException readTwice() {
        return new IllegalStateException(
                "ingress is read by a job already: type=" + type.getName() + "; give each running job its own");
    }

    @Override
    public boolean offer(T event) {
        Attached to = attached.get();
        return to == null ? refuse() : offer(event, to.ring);
    }

    @Override
    public boolean offer(T event, Duration atMost) throws InterruptedException {
        Attached to = attached.get();
        if (to == null) {
            return refuse();
        }
        long startNanos = to.nanoTime.getAsLong();
        while (!offer(event, to.ring)) {
            if (to.nanoTime.getAsLong() - startNanos >= atMost.toNanos()) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while an ingress was full");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
        return true;
    }

    private boolean offer(T event, EventRing ring) {
        Objects.requireNonNull(event, "event");
        int writer = takeWriter();
        try {
            FlatCodec<T> codec = writer(writer);
            int blobBytes = codec.blobBytes(event);
            if (blobBytes > EventRing.maxBlobBytes(capacityBytes)) {
                throw tooLarge(blobBytes);
            }
            long position = ring.claim(blobBytes);
            if (position == EventRing.CLOSED) {
                return refuse();
            }
            if (position == EventRing.FULL) {
                return false;
            }
            write(event, codec, ring, position);
            return true;
        } finally {
            // Pairs with the compare-and-set in takeWriter: what the codec measured is the next thread's to overwrite.
            writersTaken.setRelease(writer, FREE);
        }
    }

    private static <E> void write(E event, FlatCodec<E> codec, EventRing ring, long position) {
        boolean isWritten = false;
        try {
            codec.writeBlob(event, ring.blobOf(position));
            isWritten = true;
        } finally {
            if (isWritten) {
                ring.publish(position);
            } else {
                ring.abandon(position);
            }
        }
    }

    private int takeWriter() {
        int writer = (int) Thread.currentThread().getId() % WRITERS;
        while (!writersTaken.compareAndSet(writer, FREE, TAKEN)) {
            writer = (writer + 1) % WRITERS;
            Thread.onSpinWait();
        }
        return writer;
    }

    /** No event is taken: not yet, or never. */
    private boolean refuse() {
        if (isClosed) {
            throw new IllegalStateException("ingress is closed: type=" + type.getName());
        }
        if (hasEnded) {
            throw new IllegalStateException("the job that read this ingress has ended: type=" + type.getName()
                    + ", committedCount=" + committedCount + "; ask the job why, and run it again");
        }
        return false;
    }

    private IllegalArgumentException tooLarge(int blobBytes) {
        return new IllegalArgumentException("event is too large for its ingress: type=" + type.getName()
                + ", eventBytes=" + blobBytes + ", limitBytes=" + EventRing.maxBlobBytes(capacityBytes)
                + "; use Ingress.of(type, capacityBytes) with more than twice the event");
    }

    @Override
    public long committedCount() {
        return committedCount;
    }

    @Override
    public void close() {
        isClosed = true;
        Attached to = attached.get();
        if (to != null) {
            to.ring.end();
        }
    }
}

package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.DurableIngress;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An ingress that goes through an {@link IngressLog}. Any thread may offer. */
public final class LoggedIngress<T> implements DurableIngress<T>, EmbeddedSource, HostedSource {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** So that a batch, which is as large as half of the ring at most, always fits into an empty log. */
    private static final int RINGS_PER_LOG = 8;

    private static final String DIRECTORY = "ingress";
    /** Before the name of a source, which may be that of a directory above. */
    private static final String PREFIX = "of-";

    private final RingIngress<T> ring;
    private final int capacityBytes;
    private final long logBytes;
    private final AtomicBoolean isRead = new AtomicBoolean();
    private volatile @Nullable IngressWriter writer;

    public LoggedIngress(Class<T> type, int capacityBytes, long logBytes) {
        ring = new RingIngress<>(type, capacityBytes);
        long leastBytes = Math.max(MIN_LOG_BYTES, (long) RINGS_PER_LOG * capacityBytes);
        if (logBytes < leastBytes || logBytes > MAX_LOG_BYTES) {
            throw new IllegalArgumentException("log of an ingress must be from " + leastBytes + " to " + MAX_LOG_BYTES
                    + " bytes: logBytes=" + logBytes + ", capacityBytes=" + capacityBytes);
        }
        this.capacityBytes = capacityBytes;
        this.logBytes = logBytes;
    }

    @Override
    public Class<T> type() {
        return ring.type();
    }

    @Override
    public void check(FileOps files) {
        if (isRead.get()) {
            throw readTwice();
        }
    }

    private IllegalStateException readTwice() {
        return new IllegalStateException("durable ingress was read by a job already: type=" + type().getName()
                + "; make another one for each run");
    }

    @Override
    public SourceReader open(FileOps files) {
        return ring.open(files);
    }

    @Override
    public long memoryBytes() {
        return 2L * capacityBytes;
    }

    @Override
    public SourceReader open(BlockAllocator memory, LongSupplier nanoTime, Runnable wake) {
        throw new IllegalStateException("a durable ingress needs the files of an engine: type=" + type().getName());
    }

    @Override
    public SourceReader open(Host host) {
        Path state = host.directory();
        if (state == null) {
            throw new IllegalStateException("a durable ingress needs a state directory: source=" + host.name());
        }
        if (!isRead.compareAndSet(false, true)) {
            throw readTwice();
        }
        try {
            return open(host, state.resolve(DIRECTORY).resolve(PREFIX + host.name()));
        } catch (Throwable e) {
            isRead.set(false); // nothing was taken
            throw e;
        }
    }

    private SourceReader open(Host host, Path directory) {
        IngressLog log =
                IngressLog.open(host.files(), directory, RecordLayout.of(type()).layoutHash(), logBytes);
        IngressWriter to = new IngressWriter(host.name(), log, host.wake());
        // Who has offered an event may ask at once whether it is durable: that must be known before the first offer.
        EventRing events = ring.attach(host.memory(), host.nanoTime(), to::wake, beforeOffers -> {
            to.drain(beforeOffers);
            writer = to;
        });
        Runnable detach = () -> ring.detach(events);
        return Templates.instance(
                LOOKUP,
                LoggedReader.class,
                SourceReader.class,
                to,
                log.reader(),
                FlatCodec.of(type()),
                host.memory(),
                detach);
    }

    @Override
    public boolean offer(T event) {
        return ring.offer(event);
    }

    @Override
    public boolean offer(T event, Duration atMost) throws InterruptedException {
        return ring.offer(event, atMost);
    }

    @Override
    public CompletableFuture<Void> whenDurable() {
        IngressWriter to = writer;
        return to == null ? CompletableFuture.completedFuture(null) : to.whenDurable();
    }

    @Override
    public void awaitDurable(Duration atMost) throws InterruptedException, TimeoutException {
        try {
            whenDurable().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public long durableCount() {
        IngressWriter to = writer;
        return to == null ? 0 : to.durableCount();
    }

    @Override
    public long committedCount() {
        IngressWriter to = writer;
        return to == null ? 0 : to.committedCount();
    }

    @Override
    public void close() {
        ring.close();
    }
}

package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.epoch.EpochMessage.Ack;
import dev.millrace.engine.internal.epoch.EpochMessage.EndSoon;
import dev.millrace.engine.internal.epoch.EpochMessage.Failure;
import dev.millrace.engine.internal.epoch.EpochMessage.SinkChunk;
import dev.millrace.engine.internal.epoch.EpochMessage.SourceFinished;
import dev.millrace.engine.internal.epoch.EpochMessage.Stop;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.miss.EpochPort;
import dev.millrace.engine.internal.runtime.Clock;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.JobPort;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.serde.SchemaDescriptor;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.StateSchema;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Ends epochs: asks the sources for a barrier, collects what the tasks seal, and commits it with one record of the log.
 * One epoch is under way at a time.
 *
 * <p>Tasks talk to it through {@link JobPort}, from any thread. One thread steps it.
 */
public final class EpochService implements JobPort, EpochPort, SinkBuffer.Taker, AutoCloseable {
    /** Bytes of sinks that may wait for the log before tasks wait as well. */
    private static final long MAX_BACKLOG_BYTES = 16L << 20;

    /** Epochs between two forces of the outputs, after which the log can be cut. */
    private static final int EPOCHS_PER_TRIM = 32;

    /** An epoch that is wanted early comes no sooner than this after the one before, or than an eighth of the interval. */
    private static final long MAX_EARLY_GAP_NANOS = 10_000_000;

    private static final int EARLY_GAPS_PER_INTERVAL = 8;

    private static final long NANOS_PER_MICRO = 1_000;

    private final Clock clock;
    private final long intervalNanos;
    private final DurableState state;
    private final BlockAllocator allocator;
    private final Map<String, Long> baseCounters;
    private final LinkedBlockingQueue<EpochMessage> messages = new LinkedBlockingQueue<>();
    private final AtomicLong backlogBytes = new AtomicLong();
    private final Histogram commitMicros = new Histogram(3);
    private final Histogram stallMicros = new Histogram(3);
    private final DeltaEncoder encoder = new DeltaEncoder();

    private volatile long requestedEpoch;
    private volatile boolean isLastRequested;
    private volatile long committedEpoch;
    /** What was sealed up to this epoch is in the store. */
    private volatile long readableEpoch;

    /** Sources do not read before this epoch is readable. */
    private final AtomicLong heldUntilEpoch = new AtomicLong();

    /** The last epoch that was wanted early. */
    private final AtomicLong wantedEpoch = new AtomicLong();

    private volatile @Nullable Throwable failure;
    private volatile boolean isDraining;

    private @Nullable JobGraph graph;
    /** How the states look in this life of the job. */
    private Map<String, StateSchema> schemas = Map.of();

    private JobFacts facts = JobFacts.NONE;
    private @Nullable SinkFiles sinks;
    private EpochUnderWay underWay;
    private long dueNanos;
    private long requestedAtNanos;
    private int finishedSources;
    private boolean isStopping;
    /** Whether the epoch under way ends the job for good. */
    private boolean isFinishing;

    private long earlyEpochs;
    private boolean isLastCommitted;
    private long firstResultNanos = -1;
    private long trimmableEpoch;

    /**
     * @param commit the last committed epoch's record, if there is one
     * @param sinkCount how many sinks the job has
     * @param allocator a handle for a thread that is no worker
     */
    public EpochService(
            Clock clock,
            long intervalNanos,
            DurableState state,
            @Nullable CommitRecord commit,
            int sinkCount,
            BlockAllocator allocator) {
        this.clock = clock;
        this.intervalNanos = intervalNanos;
        this.state = state;
        this.allocator = allocator;
        baseCounters = commit == null ? Map.of() : commit.counters();
        committedEpoch = commit == null ? 0 : commit.epoch();
        requestedEpoch = committedEpoch;
        readableEpoch = state.foldedEpoch();
        underWay = new EpochUnderWay(committedEpoch + 1, sinkCount);
        dueNanos = clock.nanoTime() + intervalNanos;
    }

    /** Says whose epochs these are, and where their output goes. Before the tasks start. */
    void serve(JobGraph jobGraph, SinkFiles sinkFiles, JobFacts jobFacts) {
        graph = jobGraph;
        schemas = schemas(jobGraph, jobFacts);
        facts = jobFacts;
        sinks = sinkFiles;
    }

    @Override
    public long requestedEpoch() {
        return requestedEpoch;
    }

    @Override
    public boolean isLastRequested() {
        return isLastRequested;
    }

    @Override
    public void sourceFinished(Task task) {
        messages.add(new SourceFinished(task));
    }

    @Override
    public void acknowledge(Task task, Barrier barrier) {
        messages.add(new Ack(task, barrier));
    }

    @Override
    public void take(int sinkId, long epoch, long block, int lengthBytes) {
        backlogBytes.addAndGet(lengthBytes);
        messages.add(new SinkChunk(sinkId, epoch, block, lengthBytes));
    }

    @Override
    public boolean isBacklogged() {
        return backlogBytes.get() > MAX_BACKLOG_BYTES;
    }

    @Override
    public void failed(String task, String place, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        messages.add(new Failure(task, place, cause));
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public boolean hasFailed() {
        return failure != null;
    }

    @Override
    public long readableEpoch() {
        return readableEpoch;
    }

    @Override
    public void tooLittleReadable(long epoch, boolean isFarAbove) {
        if (isFarAbove) {
            heldUntilEpoch.accumulateAndGet(epoch, Math::max);
        }
        if (wantedEpoch.getAndAccumulate(epoch, Math::max) < epoch) {
            messages.add(new EndSoon(epoch));
        }
    }

    @Override
    public boolean holdsSources() {
        return readableEpoch < heldUntilEpoch.get();
    }

    @Override
    public boolean isDraining() {
        return isDraining;
    }

    /** Ends the input of the job where it is. Any thread may ask. */
    public void drain() {
        isDraining = true;
        graph().sourceTasks().values().forEach(Task::wake);
    }

    /** Ends the job with one more commit, behind which it can go on. Any thread may ask. */
    public void stopAfterCommit() {
        messages.add(new EpochMessage.StopAfterCommit());
    }

    /** Ends the job without a further commit. Any thread may ask. */
    public void stop() {
        messages.add(new Stop());
    }

    /** The last committed epoch. Any thread may ask. */
    public long committedEpoch() {
        return committedEpoch;
    }

    /**
     * Waits for a message or for the next epoch to be due, and does what is to do.
     *
     * @return whether the last epoch is committed and everything is where it belongs
     * @throws JobFailedException if a task failed or the job was stopped
     */
    public boolean step() throws InterruptedException {
        // While an epoch is under way nothing is due: only what a task says can end it.
        EpochMessage message = isUnderWay()
                ? messages.take()
                : messages.poll(Math.max(0, dueNanos - clock.nanoTime()), TimeUnit.NANOSECONDS);
        while (message != null) {
            handle(message);
            message = messages.poll();
        }
        if (isUnderWay() && underWay.isComplete(tasks())) {
            commit();
        }
        if (!isUnderWay() && !isLastCommitted && isDue()) {
            request();
        }
        return isLastCommitted;
    }

    private int tasks() {
        return graph().tasks().size();
    }

    private SinkFiles sinks() {
        return java.util.Objects.requireNonNull(sinks, "epoch service has no outputs");
    }

    private JobGraph graph() {
        return java.util.Objects.requireNonNull(graph, "epoch service has no job");
    }

    private boolean isUnderWay() {
        return requestedEpoch > committedEpoch;
    }

    private boolean isDue() {
        return isStopping || isInputFinished() || clock.nanoTime() - dueNanos >= 0;
    }

    private boolean isInputFinished() {
        return finishedSources == graph().sourceTasks().size();
    }

    private void handle(EpochMessage message) {
        if (message instanceof SinkChunk chunk) {
            append(chunk);
        } else if (message instanceof Ack ack) {
            collect(ack);
        } else if (message instanceof SourceFinished) {
            finishedSources++;
        } else if (message instanceof EndSoon soon) {
            endSoon(soon.epoch());
        } else if (message instanceof Failure failed) {
            throw new JobFailedException(
                    "task failed: task=" + failed.task() + ", " + failed.place() + ": "
                            + failed.cause().getMessage(),
                    failed.cause());
        } else if (message instanceof EpochMessage.StopAfterCommit) {
            isStopping = true;
        } else if (message instanceof Stop) {
            throw new JobFailedException(
                    "job was stopped: lastEpoch=" + committedEpoch, new InterruptedException("stopped"));
        }
    }

    private void endSoon(long epoch) {
        if (epoch > requestedEpoch) {
            long gapNanos = Math.min(MAX_EARLY_GAP_NANOS, intervalNanos / EARLY_GAPS_PER_INTERVAL);
            long soonestNanos = dueNanos - intervalNanos + gapNanos;
            dueNanos = soonestNanos - dueNanos < 0 ? soonestNanos : dueNanos;
            earlyEpochs++;
        }
    }

    private void append(SinkChunk chunk) {
        try {
            byte[] bytes = new byte[chunk.lengthBytes()];
            Memory.copyTo(chunk.block(), bytes, 0, bytes.length);
            state.appendSink(chunk.epoch(), chunk.sinkId(), ByteBuffer.wrap(bytes));
            underWay.addSinkBytes(chunk.epoch(), chunk.sinkId(), chunk.lengthBytes());
        } finally {
            allocator.free(chunk.block());
            backlogBytes.addAndGet(-chunk.lengthBytes());
        }
    }

    private void collect(Ack ack) {
        try {
            for (StatePart part : ack.barrier().parts()) {
                encoder.encode(
                        part,
                        state::scanSome,
                        bytes -> state.appendState(
                                ack.barrier().epoch(), part.format().stateId(), bytes));
            }
        } finally {
            ack.barrier().parts().forEach(StatePart::release);
        }
        stallMicros.recordValue(ack.barrier().stallNanos() / NANOS_PER_MICRO);
        String source = sourceOf(ack.task());
        underWay.add(ack, source);
    }

    private @Nullable String sourceOf(Task task) {
        for (Map.Entry<String, Task> entry : graph().sourceTasks().entrySet()) {
            if (entry.getValue() == task) {
                return entry.getKey();
            }
        }
        return null;
    }

    private void request() {
        requestedAtNanos = clock.nanoTime();
        isFinishing = isInputFinished();
        isLastRequested = isFinishing || isStopping;
        requestedEpoch = committedEpoch + 1; // after isLastRequested: whoever sees this sees that
        dueNanos = requestedAtNanos + intervalNanos;
        graph().sourceTasks().values().forEach(Task::wake);
    }

    private void commit() {
        long epoch = requestedEpoch;
        Map<String, Long> counters = underWay.counters(baseCounters);
        counters.putAll(facts.counters());
        sinks().noteDurable(counters);
        state.commit(new CommitRecord(
                epoch,
                isFinishing,
                underWay.positions(),
                sinks().lengthsWith(underWay.sinkBytes(epoch)),
                schemas,
                counters,
                underWay.times()));
        commitMicros.recordValue(Math.max(1, (clock.nanoTime() - requestedAtNanos) / NANOS_PER_MICRO));
        if (sinks().apply(epoch) > 0 && firstResultNanos < 0) {
            firstResultNanos = clock.nanoTime();
        }
        isLastCommitted = isLastRequested;
        committedEpoch = epoch;
        graph().noteCommitted(underWay.positions());
        underWay = underWay.next();
        housekeep(epoch);
    }

    private static Map<String, StateSchema> schemas(JobGraph graph, JobFacts facts) {
        Map<String, StateSchema> schemas = new HashMap<>();
        for (StateFormat format : graph.formats()) {
            schemas.put(
                    format.stateName(),
                    new StateSchema(
                            format.stateId(),
                            format.keyLayout().describe(),
                            format.valueLayout().describe(),
                            format.keyLayout().layoutHash(),
                            format.valueLayout().layoutHash(),
                            SchemaDescriptor.of(format.keyLayout()).toBytes(),
                            SchemaDescriptor.of(format.valueLayout()).toBytes(),
                            facts.forms().getOrDefault(format.stateName(), ""),
                            ""));
        }
        return schemas;
    }

    /** Off the path of the next commit: brings the store after, and cuts the log where nobody needs it. */
    private void housekeep(long epoch) {
        boolean hasMore = state.foldSome();
        while (hasMore && state.foldedEpoch() < heldUntilEpoch.get()) {
            hasMore = state.foldSome();
        }
        readableEpoch = state.foldedEpoch();
        if (isLastCommitted || epoch % EPOCHS_PER_TRIM == 0) {
            state.trim(trimmableEpoch);
            sinks().force();
            // The next commit says that the outputs are durable; only then may the log forget them.
            trimmableEpoch = sinks().durableEpoch();
        }
    }

    /** Counters of the whole job as of the last commit. */
    public Map<String, Long> counters() {
        return underWay.lastCounters();
    }

    /** How many epochs were brought forward because too little state could leave memory. */
    public long earlyEpochs() {
        return earlyEpochs;
    }

    /** How long commits took, from the request to being durable, in microseconds. */
    public Histogram commitMicros() {
        return commitMicros;
    }

    /** How long each task was held up by each barrier, in microseconds. */
    public Histogram stallMicros() {
        return stallMicros;
    }

    /** When the first output was visible, by the clock; -1 if there was none. */
    public long firstResultNanos() {
        return firstResultNanos;
    }

    /** Gives back what was handed over and not used. When no task runs any more. */
    @Override
    public void close() {
        EpochMessage message = messages.poll();
        while (message != null) {
            if (message instanceof SinkChunk chunk) {
                allocator.free(chunk.block());
            } else if (message instanceof Ack ack) {
                ack.barrier().parts().forEach(StatePart::release);
            }
            message = messages.poll();
        }
    }
}

package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.EpochStatistics;
import dev.millrace.engine.JobFailedException;
import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.epoch.EpochMessage.Ack;
import dev.millrace.engine.internal.epoch.EpochMessage.EndSoon;
import dev.millrace.engine.internal.epoch.EpochMessage.Failure;
import dev.millrace.engine.internal.epoch.EpochMessage.SinkChunk;
import dev.millrace.engine.internal.epoch.EpochMessage.SourceFinished;
import dev.millrace.engine.internal.epoch.EpochMessage.Stop;
import dev.millrace.engine.internal.epoch.EpochMessage.StoreDone;
import dev.millrace.engine.internal.epoch.EpochMessage.TakeSavepoint;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.miss.EpochPort;
import dev.millrace.engine.internal.runtime.Clock;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.runtime.JobPort;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.StateSchema;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Ends epochs: asks the sources for a barrier, collects what the tasks seal, and commits it with one record of the log. Up to
 * {@value #MAX_UNDER_WAY} epochs are under way: a task that is slow to answer one does not keep the others from sealing the next. They
 * are committed in their order. The last one comes alone.
 *
 * <p>Tasks talk to it through {@link JobPort}, from any thread. One thread steps it.
 */
public final class EpochService implements JobPort, EpochPort, SinkBuffer.Taker, AutoCloseable {
    /** Bytes of sinks that may wait for the log before tasks wait as well. */
    private static final long MAX_BACKLOG_BYTES = 16L << 20;

    /** Epochs between two forces of the outputs, after which the log can be cut. */
    private static final int EPOCHS_PER_TRIM = 32;

    /** Epochs that were asked for and are not committed. */
    static final int MAX_UNDER_WAY = 4;

    /** How long the device is left alone when it is full. */
    private static final long FULL_PAUSE_NANOS = 20_000_000;

    private final Clock clock;
    private final DurableState state;
    private final BlockAllocator allocator;
    private final Map<String, Long> baseCounters;
    private final LinkedBlockingQueue<EpochMessage> messages = new LinkedBlockingQueue<>();
    private final AtomicLong backlogBytes = new AtomicLong();
    private final EpochTimes times = new EpochTimes();
    private final EpochSchedule schedule;
    private final RoomOnDevice room;
    private final LateEpochs lateEpochs = new LateEpochs();
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
    private volatile boolean isHeldByStore;
    private volatile boolean isStopped;
    private volatile EpochStatistics statistics;
    private volatile boolean isDraining;

    private @Nullable JobGraph graph;
    /** How the states look in this life of the job. */
    private Map<String, StateSchema> schemas = Map.of();

    private JobFacts facts = JobFacts.NONE;
    private @Nullable SinkFiles sinks;
    private final StoreKeeper store;
    private final NavigableMap<Long, EpochUnderWay> underWay = new TreeMap<>();

    /** Bytes that sinks added, by epoch and sink: tasks that are ahead write for the next epochs already. */
    private final Map<Long, long[]> sinkBytes = new HashMap<>();

    private final int sinkCount;
    private Map<String, Long> lastCounters = Map.of();
    private long heldByStoreCount;
    private boolean isSavepointWanted;
    private String jobName = "";
    private int finishedSources;
    /** Whether outputs are being written from the log, which then stays as it is. */
    private boolean isApplying;

    private boolean isStopping;
    /** Whether the epoch under way ends the job for good. */
    private boolean isFinishing;

    private boolean isLastCommitted;
    /** The outputs are durable up to here, and the last commit says so: only then may the log forget what they were given. */
    private long trimmableEpoch;

    /**
     * @param commit the last committed epoch's record, if there is one
     * @param sinkCount how many sinks the job has
     * @param allocator a handle for a thread that is no worker
     * @param files where savepoints go
     * @param io brings the store after what is committed
     */
    public EpochService(
            Clock clock,
            long intervalNanos,
            DurableState state,
            @Nullable CommitRecord commit,
            int sinkCount,
            BlockAllocator allocator,
            FileOps files,
            Executor io) {
        this.clock = clock;
        this.state = state;
        this.allocator = allocator;
        baseCounters = commit == null ? Map.of() : commit.counters();
        committedEpoch = commit == null ? 0 : commit.epoch();
        requestedEpoch = committedEpoch;
        readableEpoch = state.foldedEpoch();
        this.sinkCount = sinkCount;
        store = new StoreKeeper(state, files, io, messages::add);
        schedule = new EpochSchedule(clock, intervalNanos);
        room = new RoomOnDevice(
                () -> isStopped || failure != null,
                () -> statistics = statisticsNow(),
                this::waitForRoom,
                this::goOnWithRoom);
        statistics = statisticsNow();
    }

    /** Says whose epochs these are, and where their output goes. Before the tasks start. */
    void serve(String name, JobGraph jobGraph, SinkFiles sinkFiles, JobFacts jobFacts) {
        jobName = name;
        graph = jobGraph;
        schemas = StateSchemas.of(state, jobGraph, jobFacts);
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
        return isHeldByStore || room.isMissing() || readableEpoch < heldUntilEpoch.get() || graph().isFull();
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
        isStopped = true;
        messages.add(new Stop());
    }

    /** The last committed epoch. Any thread may ask. */
    public long committedEpoch() {
        return committedEpoch;
    }

    /** Takes a savepoint of an epoch that is committed soon. Any thread may ask. */
    public CompletableFuture<SavepointReport> savepoint(Path target) {
        CompletableFuture<SavepointReport> report = new CompletableFuture<>();
        messages.add(new TakeSavepoint(target, report));
        return report;
    }

    /** How the epochs are. Any thread may ask. */
    public EpochStatistics statistics() {
        return statistics;
    }

    private EpochStatistics statisticsNow() {
        return new EpochStatistics(
                committedEpoch,
                underWay.size(),
                readableEpoch,
                state.logBytes(),
                state.logLimitBytes(),
                isHeldByStore,
                heldByStoreCount,
                schedule.earlyCount(),
                lateEpochs.last(),
                lateEpochs.count(),
                room.isMissing(),
                room.missingCount(),
                state.foldedEpochs(),
                state.rocksDbUsage());
    }

    /**
     * Waits for a message or for the next epoch to be due, and does what is to do.
     *
     * @return whether the last epoch is committed and everything is where it belongs
     * @throws JobFailedException if a task failed or the job was stopped
     */
    public boolean step() throws InterruptedException {
        EpochMessage message = messages.poll(Math.max(0, waitNanos()), TimeUnit.NANOSECONDS);
        drain(message);
        while (isUnderWay() && underWay.firstEntry().getValue().isComplete(tasks())) {
            commit();
            drain(messages.poll());
        }
        if (!isLastCommitted && isDue() && mayRequest()) {
            request();
        }
        noteLate();
        if (store.isDiskFull()) {
            bringStoreAfter(false);
        }
        return isLastCommitted;
    }

    private void drain(@Nullable EpochMessage first) {
        EpochMessage message = first;
        while (message != null) {
            handle(message);
            message = messages.poll();
        }
    }

    /** Until the next epoch is due, if one may be asked for; until the first under way is late; or until there may be room. */
    private long waitNanos() {
        long wait = mayRequest() && !isLastCommitted ? schedule.waitNanos() : LateEpochs.LATE_NANOS;
        if (isUnderWay()) {
            wait = Math.min(wait, LateEpochs.waitNanos(underWay.firstEntry().getValue(), clock.nanoTime()));
        }
        return store.isDiskFull() ? Math.min(wait, FULL_PAUSE_NANOS) : wait;
    }

    /** The last epoch comes alone: whoever sees that the last one is asked for has ended all before it. */
    private boolean mayRequest() {
        return !isLastRequested
                && underWay.size() < MAX_UNDER_WAY
                && !((isStopping || areSourcesFinished()) && isUnderWay());
    }

    private boolean areSourcesFinished() {
        return finishedSources == graph().sourceTasks().size();
    }

    private void noteLate() {
        if (isUnderWay()
                && lateEpochs.note(
                        underWay.firstKey(), underWay.firstEntry().getValue(), clock.nanoTime(), graph().tasks())) {
            statistics = statisticsNow();
        }
    }

    /** Whether {@link #step} has something to do and need not wait. For the thread that steps it. */
    boolean hasNews() {
        return !messages.isEmpty() || (!isLastCommitted && isDue() && mayRequest());
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
        return !underWay.isEmpty();
    }

    private boolean isDue() {
        return isStopping || areSourcesFinished() || isSavepointWanted || schedule.waitNanos() <= 0;
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
            bringStoreAfter(false);
        } else if (message instanceof StoreDone done) {
            storeDone(done);
        } else if (message instanceof TakeSavepoint wanted) {
            store.want(wanted.target(), wanted.report());
            isSavepointWanted = true;
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
            schedule.bringForward();
        }
    }

    private void append(SinkChunk chunk) {
        try {
            byte[] bytes = new byte[chunk.lengthBytes()];
            Memory.copyTo(chunk.block(), bytes, 0, bytes.length);
            room.use(() -> state.appendSink(chunk.epoch(), chunk.sinkId(), ByteBuffer.wrap(bytes)));
            sinkBytes.computeIfAbsent(chunk.epoch(), epoch -> new long[sinkCount])[chunk.sinkId()] +=
                    chunk.lengthBytes();
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
                        bytes -> room.use(() -> state.appendChanges(
                                ack.barrier().epoch(), part.format().stateId(), bytes)));
            }
        } finally {
            ack.barrier().parts().forEach(StatePart::release);
        }
        times.stalled(ack.barrier().stallNanos());
        EpochUnderWay epoch = underWay.get(ack.barrier().epoch());
        if (epoch == null) {
            throw new IllegalStateException("barrier of another epoch: task="
                    + ack.task().name() + ", epoch=" + ack.barrier().epoch() + ", expected=" + (committedEpoch + 1)
                    + (underWay.size() > 1 ? " to " + requestedEpoch : ""));
        }
        epoch.add(ack, sourceOf(ack.task()));
    }

    private void wakeSources() {
        graph().sourceTasks().values().forEach(Task::wake);
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
        long nowNanos = clock.nanoTime();
        isFinishing = areSourcesFinished();
        isLastRequested = isFinishing || isStopping;
        isSavepointWanted = false;
        long next = requestedEpoch + 1;
        underWay.put(next, new EpochUnderWay(nowNanos));
        requestedEpoch = next; // after isLastRequested: whoever sees this sees that
        schedule.requested(nowNanos);
        wakeSources();
    }

    private void commit() {
        long epoch = underWay.firstKey();
        EpochUnderWay complete = underWay.firstEntry().getValue();
        Map<String, Long> counters = complete.counters(baseCounters);
        lastCounters = Map.copyOf(counters);
        counters.putAll(facts.counters());
        long sinksDurableEpoch = sinks().durableEpoch();
        sinks().noteDurable(counters);
        boolean isLast = isLastRequested && epoch == requestedEpoch;
        CommitRecord commit = new CommitRecord(
                epoch,
                isLast && isFinishing,
                complete.positions(),
                sinks().lengthsWith(sinkBytes.getOrDefault(epoch, new long[sinkCount])),
                schemas,
                counters,
                complete.times());
        room.use(() -> state.commit(commit));
        trimmableEpoch = sinksDurableEpoch;
        times.committed(clock.nanoTime() - complete.requestedAtNanos());
        isApplying = true;
        long appliedBytes = sinks().apply(epoch, room::use);
        isApplying = false;
        if (appliedBytes > 0) {
            times.resultsAreVisible(clock.nanoTime());
        }
        isLastCommitted = isLast;
        committedEpoch = epoch;
        graph().noteCommitted(complete.positions());
        graph().showCommitted(committedEpoch);
        underWay.remove(epoch);
        sinkBytes.remove(epoch);
        housekeep(epoch);
    }

    /** Off the path of the next commit: brings the store after, and cuts the log where nobody needs it. */
    private void housekeep(long epoch) {
        bringStoreAfter(true);
        if (isLastCommitted || epoch % EPOCHS_PER_TRIM == 0 || state.isLogFull()) {
            state.trim(trimmableEpoch);
            sinks().force();
        }
        holdIfLogIsFull();
        statistics = statisticsNow();
    }

    /** Once state had to leave memory it is folded as soon as it is committed: what is to leave next must be in the store. */
    private void bringStoreAfter(boolean isBehindACommit) {
        store.goOn(jobName, trimmableEpoch, isBehindACommit, wantedEpoch.get() > 0);
    }

    /** What lags never keeps an epoch from its commit; but nothing more is read while the log is at its bound. */
    private void holdIfLogIsFull() {
        boolean isFull = state.isLogFull();
        if (isFull && !isHeldByStore) {
            heldByStoreCount++;
        }
        boolean isOver = isHeldByStore && !isFull;
        isHeldByStore = isFull;
        if (isOver) {
            wakeSources();
        }
    }

    private void storeDone(StoreDone done) {
        boolean wasHeld = readableEpoch < heldUntilEpoch.get();
        store.done(done);
        readableEpoch = state.foldedEpoch();
        if (wasHeld && readableEpoch >= heldUntilEpoch.get()) {
            wakeSources();
        }
        if (store.isDiskFull()) {
            room.noteMissing();
        } else {
            bringStoreAfter(false);
        }
        if (isHeldByStore) {
            state.trim(trimmableEpoch);
            holdIfLogIsFull();
        }
        statistics = statisticsNow();
    }

    private void goOnWithRoom() {
        statistics = statisticsNow();
        wakeSources();
    }

    /** While nothing can be written: what the store has made durable meanwhile may leave the log, and that is room. */
    private void waitForRoom() {
        LockSupport.parkNanos(FULL_PAUSE_NANOS);
        if (isApplying) {
            return;
        }
        for (EpochMessage message : List.copyOf(messages)) {
            if (message instanceof StoreDone done && messages.remove(done)) {
                storeDone(done);
            }
        }
        state.trim(trimmableEpoch);
    }

    /** Counters of the whole job as of the last commit. */
    public Map<String, Long> counters() {
        return lastCounters;
    }

    /** How many epochs were brought forward because too little state could leave memory. */
    public long earlyEpochs() {
        return schedule.earlyCount();
    }

    /** How long commits took, from the request to being durable, in microseconds. */
    public Histogram commitMicros() {
        return times.commitMicros();
    }

    /** How long each task was held up by each barrier, in microseconds. */
    public Histogram stallMicros() {
        return times.stallMicros();
    }

    /** When the first output was visible, by the clock; -1 if there was none. */
    public long firstResultNanos() {
        return times.firstResultNanos();
    }

    /** Gives back what was handed over and not used. When no task runs any more. */
    @Override
    public void close() {
        store.close();
        EpochMessage message = messages.poll();
        while (message != null) {
            if (message instanceof SinkChunk chunk) {
                allocator.free(chunk.block());
            } else if (message instanceof Ack ack) {
                ack.barrier().parts().forEach(StatePart::release);
            } else if (message instanceof TakeSavepoint wanted) {
                wanted.report()
                        .completeExceptionally(new IllegalStateException("job ended before the savepoint was taken"));
            }
            message = messages.poll();
        }
    }
}

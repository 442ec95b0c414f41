package dev.millrace.state;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLog;
import dev.millrace.state.store.RocksDbUsage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The durable side of a job: its locked directory, the epoch log that commits epochs, and the cold stores into which committed epochs
 * are folded afterwards.
 *
 * <p>Used by one thread at a time, except for {@link #read} and {@link #scanSome}, which any number of other threads may call
 * meanwhile, and for one {@link FoldStep} or {@link SavepointCopy}, which one other thread may run; whoever opened it closes it. The
 * order of a life:
 *
 * <ol>
 *   <li>{@link #open}; what was committed before is told by {@link #lastCommit}, {@link #scanRecovered} and {@link #forEachSinkPart}.
 *   <li>For each epoch any number of {@link #appendState} and {@link #appendSink}, also for the epochs after it; then {@link #commit},
 *       which returns when all of it is durable.
 *   <li>Between epochs, when there is time: {@link #foldSome} while it says that there is more, then {@link #trim}.
 * </ol>
 *
 * <p>A kill at any moment, also during recovery, leaves the last commit that returned, or a whole later one.
 */
public final class DurableState implements AutoCloseable {
    /** A good size for one part: see {@link StateDeltaWriter#drain}. The limit is {@link EpochLog#MAX_PART_BYTES}. */
    public static final int PART_BYTES = 16 << 20;

    /** The kind of a part that holds a state delta for the directory's own store; those for other stores have kinds of their own. */
    public static final byte STATE = 1;

    /** The kind of a part that a sink wrote. */
    public static final byte SINK = 2;

    /** What an epoch counts for besides its parts, so that many empty epochs make the log trimmable too. */
    private static final long EPOCH_BYTES = 4096;

    private final FileOps files;
    private final StateDirectory directory;
    private final EpochLog log;
    private final ColdStores stores;
    private final long checkpointBytes;
    private final long logLimitBytes;
    private final long foldBytes;
    private Optional<CommitRecord> lastCommit;
    /** What was added to the log since something was read from it to be folded. */
    private long unfoldedBytes;

    private long foldedBytes;
    private boolean isClosed;

    private DurableState(
            FileOps files,
            StateDirectory directory,
            EpochLog log,
            ColdStores stores,
            Optional<CommitRecord> commit,
            DurableStateConfig config) {
        this.files = files;
        this.directory = directory;
        this.log = log;
        this.stores = stores;
        checkpointBytes = config.checkpointBytes();
        logLimitBytes = config.logLimitBytes();
        foldBytes = config.foldBytes();
        lastCommit = commit;
    }

    /**
     * Opens the state of a job, beginning it if there is none.
     *
     * @throws StateFileException with one line that can be shown: in use, another job's, not writable, damaged
     */
    public static DurableState open(FileOps files, Path path, DurableStateConfig config) {
        StateDirectory directory =
                StateDirectory.open(files, path, config.jobName(), config.jobFingerprint(), config.storeKind());
        EpochLog log = null;
        ColdStores stores = null;
        boolean isOpen = false;
        try {
            log = EpochLog.open(files, directory.logDirectory(), config.log());
            Optional<CommitRecord> commit =
                    log.lastCommitted() == 0 ? Optional.empty() : Optional.of(CommitRecord.decode(log.lastMetadata()));
            stores = ColdStores.open(files, path, config, commit.orElse(null));
            stores.checkTogether(path, log.trimmedEpoch(), log.lastCommitted());
            DurableState state = new DurableState(files, directory, log, stores, commit, config);
            isOpen = true;
            return state;
        } finally {
            if (!isOpen) {
                closeAll(stores, log, directory);
            }
        }
    }

    private static void closeAll(@Nullable ColdStores stores, @Nullable EpochLog log, StateDirectory directory) {
        try {
            if (stores != null) {
                stores.close();
            }
        } finally {
            try {
                if (log != null) {
                    log.close();
                }
            } finally {
                directory.close();
            }
        }
    }

    /** The last committed epoch, 0 before the first. */
    public long lastCommitted() {
        return log.lastCommitted();
    }

    /** The record of the last committed epoch; empty before the first. */
    public Optional<CommitRecord> lastCommit() {
        return lastCommit;
    }

    /**
     * The values of many keys as of {@link #foldedEpoch}. Any thread may call it. Blocks while the disk is read.
     *
     * @param storedKeys {@linkplain StoredKey stored keys} in ascending order, compared as unsigned bytes, each once
     * @return for each key its value in Protobuf form, or null if it has none
     * @throws IllegalArgumentException if the keys do not ascend
     */
    public byte[] @Nullable [] read(byte[][] storedKeys) {
        for (int i = 1; i < storedKeys.length; i++) {
            if (Arrays.compareUnsigned(storedKeys[i - 1], storedKeys[i]) >= 0) {
                throw new IllegalArgumentException("keys to read must ascend: position=" + i + ", lastKeyBytes="
                        + storedKeys[i - 1].length + ", keyBytes=" + storedKeys[i].length);
            }
        }
        return stores.getAll(storedKeys);
    }

    /**
     * Shows some of what a key group of a state holds in a namespace, as of {@link #foldedEpoch}, in ascending order of the keys.
     * Any thread may call it. Blocks while the disk is read.
     *
     * @param from a stored key to go on from; null is the first
     * @param maxEntries how many entries are shown at most
     * @return the stored key to go on from; null if there is no more
     */
    public byte @Nullable [] scanSome(
            int keyGroup,
            int stateId,
            long namespace,
            byte @Nullable [] from,
            int maxEntries,
            RecoveredStateVisitor visitor) {
        byte[] first = StoredKey.of(keyGroup, stateId, namespace, ByteBuffer.allocate(0));
        return stores.scanSome(
                stateId,
                from == null ? first : from,
                StoredKey.behind(first),
                maxEntries,
                (stored, value) -> visitor.entry(
                        StoredKey.stateId(stored),
                        StoredKey.keyGroup(stored),
                        StoredKey.namespace(stored),
                        StoredKey.key(stored),
                        value));
    }

    /**
     * Says which store a new state is in: those that were committed are where they were. Before anything of the state is written, and
     * before other threads read.
     *
     * @throws IllegalStateException if the configuration has no such store
     */
    public void place(int stateId, StoreKind store) {
        stores.place(stateId, store);
    }

    /** The store that a state is in. */
    public StoreKind placeOf(int stateId) {
        return stores.placeOf(stateId);
    }

    /** The schema of a state with the store that it is in, as it is committed. */
    public StateSchema placed(StateSchema schema) {
        StoreKind kind = stores.placeOf(schema.id());
        return schema.in(kind == stores.own() ? "" : kind.name());
    }

    /** What RocksDB takes outside the heap, of all stores of the process; nothing if this state has none. Any thread may ask. */
    public RocksDbUsage rocksDbUsage() {
        return stores.rocksDbUsage();
    }

    /** The epoch that each store shows. */
    public Map<StoreKind, Long> foldedEpochs() {
        return stores.appliedEpochs();
    }

    /** The epoch that the slowest store shows. */
    public long foldedEpoch() {
        return stores.appliedEpoch();
    }

    /** The epoch up to which all stores do without the log. */
    public long storeDurableEpoch() {
        return stores.durableEpoch();
    }

    /** How many bytes the epoch log takes. */
    public long logBytes() {
        return log.sizeBytes();
    }

    /**
     * Shows the state of the last committed epoch: what the store holds with everything folded into it that was committed since.
     * Entries come by key group, state, namespace and key.
     */
    public void scanRecovered(RecoveredStateVisitor visitor) {
        while (foldSome()) {
            // Each step is bounded; the scan needs all of them.
        }
        stores.scan((stored, value) -> visitor.entry(
                StoredKey.stateId(stored),
                StoredKey.keyGroup(stored),
                StoredKey.namespace(stored),
                StoredKey.key(stored),
                value));
    }

    /**
     * Shows what sinks put into the committed epochs behind one, in epoch order and within an epoch in the order of writing.
     *
     * @param afterEpoch not below what {@link #trim} was told
     */
    public void forEachSinkPart(long afterEpoch, SinkPartVisitor visitor) {
        log.forEachPart(afterEpoch, log.lastCommitted(), (epoch, kind, owner, payload) -> {
            if (kind == SINK) {
                visitor.part(epoch, owner, payload);
            }
        });
    }

    /**
     * Adds changed state to an epoch that is not committed yet, for the directory's own store. Within an epoch the later part wins where two name a key.
     *
     * @param owner which task wrote it
     * @param delta a payload of a {@link StateDeltaWriter}; taken from the buffer
     */
    public void appendState(long epoch, int owner, ByteBuffer delta) {
        unfoldedBytes += delta.remaining();
        log.appendPart(epoch, STATE, owner, delta);
    }

    /**
     * Adds changes of one state to an epoch that is not committed yet, for the store that the state is in.
     *
     * @param delta a payload of a {@link StateDeltaWriter} with entries of this state only; taken from the buffer
     */
    public void appendChanges(long epoch, int stateId, ByteBuffer delta) {
        unfoldedBytes += delta.remaining();
        log.appendPart(epoch, stores.partKindOf(stateId), stateId, delta);
    }

    /**
     * Adds what a sink needs to commit or abort an epoch.
     *
     * @param owner which sink wrote it
     * @param payload the sink's own bytes; taken from the buffer
     */
    public void appendSink(long epoch, int owner, ByteBuffer payload) {
        unfoldedBytes += payload.remaining();
        log.appendPart(epoch, SINK, owner, payload);
    }

    /** Commits an epoch with everything that was added to it. Returns when it is durable. */
    public void commit(CommitRecord commit) {
        log.commit(commit.epoch(), commit.encode());
        unfoldedBytes += EPOCH_BYTES;
        lastCommit = Optional.of(commit);
    }

    /**
     * Folds some of the next committed epochs into the store, and makes the store durable when enough was folded.
     *
     * @return whether there is more to fold
     */
    public boolean foldSome() {
        FoldStep step = nextFold();
        step.run();
        return log.nextCommitted(stores.appliedEpoch()) != 0;
    }

    /**
     * Whether so much is committed and not in the store that folding is worth its price: what is folded together is written once however
     * many epochs changed it.
     */
    public boolean isWorthFolding() {
        return unfoldedBytes >= foldBytes || isLogFull();
    }

    /**
     * Reads some of the next committed epochs from the log, to be folded by whoever runs the step: one step at a time. A step that failed
     * may be run again.
     */
    public FoldStep nextFold() {
        FoldStep step = new FoldStep(stores);
        long next = log.nextCommitted(stores.appliedEpoch());
        while (next != 0 && step.sizeBytes() < foldBytes) {
            addTo(step, next);
            next = log.nextCommitted(next);
        }
        foldedBytes += step.sizeBytes();
        unfoldedBytes = next == 0 ? 0 : Math.max(0, unfoldedBytes - step.sizeBytes());
        // A log that is too large can be cut only where the store is durable.
        boolean isCutNeeded = isLogFull() && next == 0 && stores.durableEpoch() < log.lastCommitted();
        if (foldedBytes >= checkpointBytes || isCutNeeded) {
            step.endWithCheckpoint();
            foldedBytes = 0;
        }
        return step;
    }

    private void addTo(FoldStep step, long epoch) {
        Map<StoreKind, List<ByteBuffer>> deltas = new EnumMap<>(StoreKind.class);
        long[] bytes = {EPOCH_BYTES};
        log.forEachPart(epoch - 1, epoch, (e, kind, owner, payload) -> {
            bytes[0] += payload.remaining();
            StoreKind store = stores.storeOf(kind);
            if (store != null) {
                ByteBuffer kept = ByteBuffer.allocate(payload.remaining());
                deltas.computeIfAbsent(store, each -> new ArrayList<>())
                        .add(kept.put(payload).flip());
            }
        });
        step.add(epoch, bytes[0], deltas);
    }

    /** Whether the log has reached its bound: nothing more should come before the store has caught up. */
    public boolean isLogFull() {
        return log.sizeBytes() >= logLimitBytes;
    }

    /** The bound of the log. */
    public long logLimitBytes() {
        return logLimitBytes;
    }

    /** Makes durable in the store what was folded. */
    public void checkpoint() {
        stores.checkpoint();
        foldedBytes = 0;
    }

    /**
     * Begins a savepoint of the last committed epoch: everything is folded, and what sinks may have lost is taken from the log.
     *
     * @param target a directory that is not there, or empty
     * @param sinksDurableEpoch up to here no sink will ask for its parts again
     * @throws StateFileException if nothing is committed, the target is not empty, or a file operation fails
     */
    public SavepointCopy savepoint(String jobName, Path target, long sinksDurableEpoch) {
        CommitRecord commit = lastCommit.orElseThrow(() -> new StateFileException(
                "nothing is committed: directory=" + directory.path() + "; take a savepoint after the first epoch"));
        while (foldSome()) {
            // Each step is bounded; the copy needs all of them.
        }
        SavepointWriter writer = SavepointWriter.begin(files, target);
        try {
            return new SavepointCopy(writer, stores, jobName, commit, outputs(sinksDurableEpoch));
        } catch (Throwable e) {
            writer.close();
            throw e;
        }
    }

    /** The parts of sinks in the log: bounded, because the log is cut every few epochs. */
    private List<SavepointCopy.Output> outputs(long afterEpoch) {
        List<SavepointCopy.Output> outputs = new ArrayList<>();
        forEachSinkPart(Math.max(afterEpoch, log.trimmedEpoch()), (epoch, owner, payload) -> {
            ByteBuffer kept = ByteBuffer.allocate(payload.remaining());
            outputs.add(new SavepointCopy.Output(owner, kept.put(payload).flip()));
        });
        return outputs;
    }

    /**
     * Deletes log files that nobody needs any more: neither the store nor the sinks.
     *
     * @param sinksDurableEpoch up to here no sink will ask for its parts again
     */
    public void trim(long sinksDurableEpoch) {
        log.trim(Math.min(stores.durableEpoch(), sinksDurableEpoch));
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        closeAll(stores, log, directory);
    }
}

package dev.millrace.state;

import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import java.util.Map;

/**
 * Settings of a {@link DurableState}.
 *
 * @param jobName whose state it is
 * @param jobFingerprint of the job that began the directory, for people
 * @param storeKind which cold store holds what is not elsewhere
 * @param otherStores the stores of states that are elsewhere, by the state's name; a store is begun if a state is to be there
 * @param foldBytes how many committed bytes are worth folding, see {@link DurableState#isWorthFolding}; as many are on the heap while they are
 * @param checkpointBytes after how many folded bytes the store is made durable, so that the log can be trimmed
 * @param logLimitBytes the size of the log from which on no more should be added before the store has caught up
 * @param log settings of the epoch log
 * @param mapDb settings of the store, if it is that one
 * @param rocksDb settings of the store, if it is that one
 */
public record DurableStateConfig(
        String jobName,
        String jobFingerprint,
        StoreKind storeKind,
        Map<String, StoreKind> otherStores,
        long foldBytes,
        long checkpointBytes,
        long logLimitBytes,
        EpochLogConfig log,
        MapDbConfig mapDb,
        RocksDbConfig rocksDb) {
    private static final long DEFAULT_LOG_LIMIT_BYTES = 1L << 30;
    private static final long LEAST_FOLD_BYTES = 4 << 20;
    private static final long MOST_FOLD_BYTES = 64 << 20;
    private static final int FOLD_PART_OF_HEAP = 32;

    public DurableStateConfig {
        otherStores = Map.copyOf(otherStores);
        if (jobName.isBlank()) {
            throw new IllegalArgumentException("job has no name: jobName=" + jobName);
        }
        if (foldBytes < 1) {
            throw new IllegalArgumentException("folding needs a size: foldBytes=" + foldBytes);
        }
        if (checkpointBytes < 1) {
            throw new IllegalArgumentException("checkpoint needs a distance: checkpointBytes=" + checkpointBytes);
        }
        if (logLimitBytes < checkpointBytes) {
            throw new IllegalArgumentException("log must hold what lies between two checkpoints: logLimitBytes="
                    + logLimitBytes + ", checkpointBytes=" + checkpointBytes);
        }
    }

    /** With the default bound of the log, 1 GiB. */
    public DurableStateConfig(
            String jobName,
            String jobFingerprint,
            StoreKind storeKind,
            long checkpointBytes,
            EpochLogConfig log,
            MapDbConfig mapDb,
            RocksDbConfig rocksDb) {
        this(
                jobName,
                jobFingerprint,
                storeKind,
                Map.of(),
                LEAST_FOLD_BYTES,
                checkpointBytes,
                Math.max(DEFAULT_LOG_LIMIT_BYTES, checkpointBytes),
                log,
                mapDb,
                rocksDb);
    }

    /**
     * Defaults: epochs of a 32nd of the heap are folded together, of 4 MiB at least and 64 MiB at most; the store is made durable every
     * 128 MiB of folded epochs, and the log holds 1 GiB.
     */
    public static DurableStateConfig of(String jobName, String jobFingerprint, StoreKind storeKind) {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                Map.of(),
                Math.max(
                        LEAST_FOLD_BYTES,
                        Math.min(MOST_FOLD_BYTES, Runtime.getRuntime().maxMemory() / FOLD_PART_OF_HEAP)),
                128L << 20,
                DEFAULT_LOG_LIMIT_BYTES,
                EpochLogConfig.DEFAULT,
                MapDbConfig.DEFAULT,
                RocksDbConfig.DEFAULT);
    }

    /** The same with stores for states that are elsewhere. */
    public DurableStateConfig otherStores(Map<String, StoreKind> stores) {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                stores,
                foldBytes,
                checkpointBytes,
                logLimitBytes,
                log,
                mapDb,
                rocksDb);
    }

    /** The same with other bounds of RocksDB. */
    public DurableStateConfig rocksDb(RocksDbConfig bounds) {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                otherStores,
                foldBytes,
                checkpointBytes,
                logLimitBytes,
                log,
                mapDb,
                bounds);
    }

    /** The same with another bound of the log. */
    public DurableStateConfig logLimitBytes(long bytes) {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                otherStores,
                Math.min(foldBytes, bytes),
                Math.min(checkpointBytes, bytes),
                bytes,
                log,
                mapDb,
                rocksDb);
    }

    /**
     * The same with bounds so small that a few epochs fill a file of the log, build an image and have the log cut: for tests, which see in
     * seconds what takes a job hours.
     */
    public DurableStateConfig inMiniature() {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                otherStores,
                16 << 10,
                256 << 10,
                4 << 20,
                new EpochLogConfig(64 << 10),
                new MapDbConfig(16 << 10),
                rocksDb);
    }
}

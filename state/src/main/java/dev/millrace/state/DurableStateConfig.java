package dev.millrace.state;

import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;

/**
 * Settings of a {@link DurableState}.
 *
 * @param jobName whose state it is
 * @param jobFingerprint of the job that began the directory, for people
 * @param storeKind which cold store holds it
 * @param checkpointBytes after how many folded bytes the store is made durable, so that the log can be trimmed
 * @param log settings of the epoch log
 * @param mapDb settings of the store, if it is that one
 * @param rocksDb settings of the store, if it is that one
 */
public record DurableStateConfig(
        String jobName,
        String jobFingerprint,
        StoreKind storeKind,
        long checkpointBytes,
        EpochLogConfig log,
        MapDbConfig mapDb,
        RocksDbConfig rocksDb) {
    public DurableStateConfig {
        if (jobName.isBlank()) {
            throw new IllegalArgumentException("job has no name: jobName=" + jobName);
        }
        if (checkpointBytes < 1) {
            throw new IllegalArgumentException("checkpoint needs a distance: checkpointBytes=" + checkpointBytes);
        }
    }

    /** Defaults: the store is made durable every 128 MiB of folded epochs. */
    public static DurableStateConfig of(String jobName, String jobFingerprint, StoreKind storeKind) {
        return new DurableStateConfig(
                jobName,
                jobFingerprint,
                storeKind,
                128L << 20,
                EpochLogConfig.DEFAULT,
                MapDbConfig.DEFAULT,
                RocksDbConfig.DEFAULT);
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
                256 << 10,
                new EpochLogConfig(64 << 10),
                new MapDbConfig(16 << 10),
                rocksDb);
    }
}

package dev.millrace.engine;

import dev.millrace.state.StoreKind;
import dev.millrace.state.store.RocksDbUsage;
import java.util.List;
import java.util.Map;

/**
 * How the epochs of a job are, at one moment.
 *
 * @param committedEpoch the last committed one
 * @param underWay how many have been asked for and are not committed
 * @param storeEpoch the last one in all stores
 * @param logBytes what the epoch log takes
 * @param logLimitBytes the size of the log from which on sources wait for the store
 * @param isHeldByStore whether sources wait for the store at this moment
 * @param heldByStoreCount how often sources had to
 * @param earlyEpochs how many were brought forward because too little state could leave memory
 * @param lateEpochs the last {@value #MAX_LATE} that were not complete in time, the latest last
 * @param lateEpochCount how many were not complete in time
 * @param isDiskFull whether the job waits for room on the device at this moment
 * @param diskFullCount how often it had to
 * @param storeEpochs the last epoch in each store
 * @param rocksDb what RocksDB takes outside the heap, of all jobs of the process, if this one uses it
 */
public record EpochStatistics(
        long committedEpoch,
        int underWay,
        long storeEpoch,
        long logBytes,
        long logLimitBytes,
        boolean isHeldByStore,
        long heldByStoreCount,
        long earlyEpochs,
        List<LateEpoch> lateEpochs,
        long lateEpochCount,
        boolean isDiskFull,
        long diskFullCount,
        Map<StoreKind, Long> storeEpochs,
        RocksDbUsage rocksDb) {
    /** How many late epochs are remembered one by one. */
    public static final int MAX_LATE = 16;

    public EpochStatistics {
        lateEpochs = List.copyOf(lateEpochs);
        storeEpochs = Map.copyOf(storeEpochs);
    }

    /** How many committed epochs the store is behind. */
    public long storeLag() {
        return committedEpoch - storeEpoch;
    }
}

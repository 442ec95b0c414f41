package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A savepoint that is being written. {@link #write} may run on any one thread while epochs are committed, as long as none is folded into
 * the store: then what it reads is of one epoch.
 */
public final class SavepointCopy {
    /** What a sink wrote in an epoch. */
    record Output(int sink, ByteBuffer payload) {}

    private final SavepointWriter writer;
    private final ColdStores stores;
    private final String jobName;
    private final CommitRecord commit;
    private final List<Output> outputs;
    private final long storeEpoch;

    SavepointCopy(
            SavepointWriter writer, ColdStores stores, String jobName, CommitRecord commit, List<Output> outputs) {
        this.writer = writer;
        this.stores = stores;
        this.jobName = jobName;
        this.commit = commit;
        this.outputs = outputs;
        storeEpoch = stores.appliedEpoch();
    }

    /** The epoch that the savepoint is of. */
    public long epoch() {
        return commit.epoch();
    }

    /** Writes all of it. Returns when it is durable; if it throws, there is no savepoint. */
    public void write() {
        try (SavepointWriter open = writer) {
            stores.scan(open::entry);
            outputs.forEach(output -> open.output(output.sink(), output.payload()));
            if (stores.appliedEpoch() != storeEpoch) {
                throw new IllegalStateException("store was folded into while it was copied: epoch=" + storeEpoch
                        + ", foldedEpoch=" + stores.appliedEpoch());
            }
            open.finish(jobName, commit);
        }
    }
}

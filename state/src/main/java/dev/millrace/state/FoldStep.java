package dev.millrace.state;

import dev.millrace.state.store.ColdStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Some committed epochs, read from the log and not yet in the store. Made by the thread of the {@link DurableState}; {@link #run} may be
 * called by any one thread while that one goes on committing. A run that failed may be made again: what is folded already is passed over.
 */
public final class FoldStep {
    private record Epoch(long number, List<ByteBuffer> deltas) {}

    private final ColdStore store;
    private final List<Epoch> epochs = new ArrayList<>();
    private long sizeBytes;
    private boolean endsWithCheckpoint;

    FoldStep(ColdStore store) {
        this.store = store;
    }

    void add(long epoch, long bytes, List<ByteBuffer> deltas) {
        epochs.add(new Epoch(epoch, deltas));
        sizeBytes += bytes;
    }

    void endWithCheckpoint() {
        endsWithCheckpoint = true;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return epochs.isEmpty() && !endsWithCheckpoint;
    }

    /** Folds the epochs into the store, and makes it durable if enough was folded. */
    public void run() {
        for (Epoch epoch : epochs) {
            if (epoch.number() > store.appliedEpoch()) {
                List<StateDeltaReader> deltas =
                        epoch.deltas().stream().map(StateDeltaReader::new).toList();
                store.fold(epoch.number(), new MergedRun(deltas));
            }
        }
        if (endsWithCheckpoint) {
            store.checkpoint();
        }
    }
}

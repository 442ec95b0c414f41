package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Some committed epochs, read from the log and not yet in every store. Made by the thread of the {@link DurableState}; {@link #run} may be
 * called by any one thread while that one goes on committing. A run that failed may be made again: what is folded already is passed over.
 */
public final class FoldStep {
    /** What an epoch changed, by store. */
    record Epoch(long number, Map<StoreKind, List<ByteBuffer>> deltas) {}

    private final ColdStores stores;
    private final List<Epoch> epochs = new ArrayList<>();
    private long sizeBytes;
    private boolean endsWithCheckpoint;

    FoldStep(ColdStores stores) {
        this.stores = stores;
    }

    void add(long epoch, long bytes, Map<StoreKind, List<ByteBuffer>> deltas) {
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

    /** Folds the epochs into the stores, all at once, and makes them durable if enough was folded. */
    public void run() {
        if (!epochs.isEmpty()) {
            stores.fold(epochs);
        }
        if (endsWithCheckpoint) {
            stores.checkpoint();
        }
    }
}

package dev.millrace.engine.internal.miss;

import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.StateFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the next piece of all that the store has of a state. */
final class ScanFetch extends Fetch {
    private static final int ENTRIES_PER_PIECE = 1024;

    private final ColdReads reads;
    private final ColdState state;
    private final long epoch;
    private final int keyGroup;
    private final byte @Nullable [] from;
    private final List<byte[]> keys = new ArrayList<>();
    private final List<byte[]> values = new ArrayList<>();
    private byte @Nullable [] next;

    /** @param from where to go on in the key group; null is its first entry */
    ScanFetch(ColdReads reads, ColdState state, long epoch, int keyGroup, byte @Nullable [] from, Runnable wake) {
        super(wake);
        this.reads = reads;
        this.state = state;
        this.epoch = epoch;
        this.keyGroup = keyGroup;
        this.from = from;
    }

    @Override
    void read() {
        StateFormat format = state.format();
        try {
            next = reads.scanSome(
                    keyGroup, format.stateId(), 0, from, ENTRIES_PER_PIECE, (stateId, group, namespace, key, value) -> {
                        keys.add(format.decodeKey(key));
                        values.add(format.decodeValue(value));
                    });
        } catch (RuntimeException | LinkageError e) {
            throw new StateReadException(format.stateName(), keyGroup, epoch, keys.size(), e);
        }
    }

    ColdState state() {
        return state;
    }

    List<byte[]> keys() {
        return keys;
    }

    List<byte[]> values() {
        return values;
    }

    /** What to read after this; null if this was the last piece. */
    @Nullable
    ScanFetch next(KeyPartitioner partitioner, int partition, Runnable wake) {
        if (next != null) {
            return new ScanFetch(reads, state, epoch, keyGroup, next, wake);
        }
        return first(reads, state, epoch, keyGroup + 1, partitioner, partition, wake);
    }

    /** The first piece from a key group on; null if the partition has none. */
    static @Nullable ScanFetch first(
            ColdReads reads,
            ColdState state,
            long epoch,
            int fromGroup,
            KeyPartitioner partitioner,
            int partition,
            Runnable wake) {
        for (int group = fromGroup; group < KeyPartitioner.KEY_GROUPS; group++) {
            if (partitioner.partitionOf(group) == partition) {
                return new ScanFetch(reads, state, epoch, group, null, wake);
            }
        }
        return null;
    }
}

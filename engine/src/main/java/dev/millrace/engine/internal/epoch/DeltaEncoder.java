package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.state.RecoveredStateVisitor;
import dev.millrace.state.StateDeltaWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns what was sealed into mutations for the log: each changed entry is encoded once. Used by the epoch thread. */
final class DeltaEncoder {
    private static final int PART_BYTES = 1 << 20;
    private static final int ENTRIES_PER_PIECE = 1024;

    /** What the store holds, in pieces, see {@link dev.millrace.state.DurableState#scanSome}. */
    @FunctionalInterface
    interface Stored {
        byte @Nullable [] scanSome(
                int keyGroup,
                int stateId,
                long namespace,
                byte @Nullable [] from,
                int maxEntries,
                RecoveredStateVisitor visitor);
    }

    private final StateDeltaWriter delta = new StateDeltaWriter();
    private long encodedCount;

    /**
     * Encodes what an index has to say about an epoch, and gives it away in pieces.
     *
     * @param stored asked for what the index does not have of a part that is gone
     */
    void encode(StatePart part, Stored stored, Consumer<ByteBuffer> pieces) {
        StateFormat format = part.format();
        if (part.isDropped() && part.isPartly()) {
            deleteStored(part, stored, pieces);
        }
        if (part.isDropped()) {
            part.snapshot().forEach((key, keyBytes, hash, value, valueBytes) -> delete(part, key, keyBytes));
        }
        part.snapshot().forEachDirty((key, keyBytes, hash, value, valueBytes, isDeleted) -> {
            if (isDeleted || format.isOver(value, part.horizon())) {
                delete(part, key, keyBytes);
            } else if (!part.isDropped()) {
                encodedCount++;
                delta.put(
                        format.keyGroup(key, keyBytes),
                        format.stateId(),
                        part.namespace(),
                        ByteBuffer.wrap(format.encodeKey(key, keyBytes)),
                        ByteBuffer.wrap(format.encodeValue(value, valueBytes)));
            }
        });
        delta.drain(PART_BYTES, pieces);
    }

    /** How many values were encoded so far. */
    long encodedCount() {
        return encodedCount;
    }

    /** Deletes what only the store has, with all that it has. Every partition of the state is dropped in the same epoch. */
    private void deleteStored(StatePart part, Stored stored, Consumer<ByteBuffer> pieces) {
        for (int group = 0; group < KeyPartitioner.KEY_GROUPS; group++) {
            byte[] from = null;
            do {
                from = stored.scanSome(
                        group,
                        part.format().stateId(),
                        part.namespace(),
                        from,
                        ENTRIES_PER_PIECE,
                        (stateId, keyGroup, namespace, key, value) ->
                                delta.delete(keyGroup, stateId, namespace, ByteBuffer.wrap(key)));
                if (delta.sizeBytes() > PART_BYTES) {
                    delta.drain(PART_BYTES, pieces);
                }
            } while (from != null);
        }
    }

    private void delete(StatePart part, long key, int keyBytes) {
        StateFormat format = part.format();
        delta.delete(
                format.keyGroup(key, keyBytes),
                format.stateId(),
                part.namespace(),
                ByteBuffer.wrap(format.encodeKey(key, keyBytes)));
    }
}

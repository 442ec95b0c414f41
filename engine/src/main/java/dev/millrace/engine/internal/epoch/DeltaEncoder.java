package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.state.StateDeltaWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Turns what was sealed into mutations for the log: each changed entry is encoded once. Used by the epoch thread. */
final class DeltaEncoder {
    private static final int PART_BYTES = 1 << 20;

    private final StateDeltaWriter delta = new StateDeltaWriter();
    private long encodedCount;

    /** Encodes what an index has to say about an epoch, and gives it away in pieces. */
    void encode(StatePart part, Consumer<ByteBuffer> pieces) {
        StateFormat format = part.format();
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

    private void delete(StatePart part, long key, int keyBytes) {
        StateFormat format = part.format();
        delta.delete(
                format.keyGroup(key, keyBytes),
                format.stateId(),
                part.namespace(),
                ByteBuffer.wrap(format.encodeKey(key, keyBytes)));
    }
}

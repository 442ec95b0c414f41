package dev.millrace.state.index;

import dev.millrace.allocator.Memory;

/**
 * Runs of keys of any length over an index that has a segment: cut into batches, and what a batch leaves over (keys that are not in
 * their own bucket, that are not there, or whose segment is frozen) one by one. Used by the index's owner.
 */
final class LineRuns {
    private final LineIndex index;
    private final LineBatch batch;

    LineRuns(LineIndex index, LineBatch batch) {
        this.index = index;
        this.batch = batch;
    }

    /** See {@link ActiveIndex#findEach}. */
    void find(long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        for (int from = 0; from < count; from += ActiveIndex.BATCH_EVENTS) {
            final int events = Math.min(ActiveIndex.BATCH_EVENTS, count - from);
            final long keys = keysAddress + (long) from * keyStrideBytes;
            final long hashes = hashesAddress + (long) from * Long.BYTES;
            batch.find(keys, keyStrideBytes, hashes, events, values, from);
            index.count(events - batch.againCount(), 0);
            for (int n = 0; n < batch.againCount(); n++) {
                final int i = batch.again(n);
                values[from + i] =
                        index.find(keys + (long) i * keyStrideBytes, keyBytes, ActiveIndex.hashAt(hashes, i));
            }
        }
    }

    /** See {@link ActiveIndex#updateEach}. */
    void update(long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, int count, long[] values) {
        for (int from = 0; from < count; from += ActiveIndex.BATCH_EVENTS) {
            final int events = Math.min(ActiveIndex.BATCH_EVENTS, count - from);
            final long keys = keysAddress + (long) from * keyStrideBytes;
            final long hashes = hashesAddress + (long) from * Long.BYTES;
            final long madeDirty = batch.update(keys, keyStrideBytes, hashes, events, values, from);
            index.count(events - batch.againCount(), madeDirty);
            for (int n = 0; n < batch.againCount(); n++) {
                final int i = batch.again(n);
                values[from + i] =
                        index.update(keys + (long) i * keyStrideBytes, keyBytes, ActiveIndex.hashAt(hashes, i));
            }
        }
    }

    /** See {@link ActiveIndex#addEach}. */
    void add(long keysAddress, int keyStrideBytes, int keyBytes, long hashesAddress, long deltasAddress, int count) {
        for (int from = 0; from < count; from += ActiveIndex.BATCH_EVENTS) {
            final int events = Math.min(ActiveIndex.BATCH_EVENTS, count - from);
            final long keys = keysAddress + (long) from * keyStrideBytes;
            final long hashes = hashesAddress + (long) from * Long.BYTES;
            final long deltas = deltasAddress + (long) from * Long.BYTES;
            final long madeDirty = batch.add(keys, keyStrideBytes, hashes, deltas, events);
            index.count(events - batch.againCount(), madeDirty);
            // After the others, because a put may move them.
            for (int n = 0; n < batch.againCount(); n++) {
                final int i = batch.again(n);
                final long value = index.put(
                        keys + (long) i * keyStrideBytes, keyBytes, ActiveIndex.hashAt(hashes, i), Long.BYTES);
                Memory.putLong(value, Memory.getLong(value) + Memory.getLong(deltas + (long) i * Long.BYTES));
            }
        }
    }
}

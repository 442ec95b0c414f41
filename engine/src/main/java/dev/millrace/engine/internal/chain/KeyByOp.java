package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.function.Function;

/**
 * Writes each event, with its key, to the page of the partition that owns the key. A template, see {@link Receiver}.
 *
 * <p>The key is hashed here, once: the hash travels with the event as a column.
 */
final class KeyByOp extends Receiver {
    private final Function<Object, Object> keyOf;
    private final FlatCodec<Object> keyCodec;
    private final FlatCodec<Object> eventCodec;
    private final PageWriter pages;
    private final KeyPartitioner partitioner;
    private final long keyScratch;
    private final int keyScratchBytes;
    private final boolean keyInline;
    private final int rowKeyBytes;
    private final long hashSeed;

    private long eventVariableAddress;

    /** @param keyScratch a block of the task's, as large as a key may be */
    KeyByOp(
            Function<Object, Object> keyOf,
            FlatCodec<Object> keyCodec,
            FlatCodec<Object> eventCodec,
            PageWriter pages,
            KeyPartitioner partitioner,
            long keyScratch,
            int keyScratchBytes,
            long hashSeed) {
        this.keyOf = keyOf;
        this.keyCodec = keyCodec;
        this.eventCodec = eventCodec;
        this.pages = pages;
        this.partitioner = partitioner;
        this.keyScratch = keyScratch;
        this.keyScratchBytes = keyScratchBytes;
        this.keyInline = keyCodec.isFixedSize();
        this.rowKeyBytes = keyInline ? keyCodec.fixedBytes() : 2 * Integer.BYTES;
        this.hashSeed = hashSeed;
    }

    @Override
    public MethodHandle path() {
        return EventPath.through(
                EventPath.bind(
                        this,
                        keyInline ? "writeFixedKey" : "writeVariableKey",
                        MethodType.methodType(int.class, Object.class)),
                EventPath.bind(this, "variableBytes", MethodType.methodType(int.class, Object.class)),
                EventPath.bind(this, "place", MethodType.methodType(long.class, long.class, int.class, int.class)),
                EventPath.bind(this, "writeEvent", MethodType.methodType(void.class, Object.class, long.class)));
    }

    /** Does nothing else while there is a key: a boxed one is left away by the JIT only if no trap can see it. */
    int writeFixedKey(Object event) {
        keyCodec.writeBlob(keyOf.apply(event), keyScratch);
        return rowKeyBytes;
    }

    int writeVariableKey(Object event) {
        Object key = keyOf.apply(event);
        int keyBytes = keyCodec.blobBytes(key);
        if (keyBytes > keyScratchBytes) {
            throw keyTooLarge(keyBytes);
        }
        keyCodec.writeBlob(key, keyScratch);
        return keyBytes;
    }

    int variableBytes(Object event) {
        return eventCodec.variableBytes(event);
    }

    /** Makes room for a row and fills in all but the event. Returns the row's address. */
    long place(long timestamp, int keyBytes, int eventVariableBytes) {
        long hash = KeyHash.hash(keyScratch, keyBytes, hashSeed);
        int partition = partitioner.partitionOf(keyScratch, keyBytes);
        int keyVariableBytes = keyInline ? 0 : keyBytes;
        long row = pages.reserve(partition, timestamp, hash, keyVariableBytes + eventVariableBytes);
        long page = pages.page();
        long variable = pages.variableAddress();
        if (keyInline) {
            Memory.copy(keyScratch, row, keyBytes);
        } else {
            Memory.copy(keyScratch, variable, keyBytes);
            Memory.putInt(row, (int) (variable - page));
            Memory.putInt(row + Integer.BYTES, keyBytes);
        }
        eventVariableAddress = variable + keyVariableBytes;
        return row;
    }

    void writeEvent(Object event, long row) {
        eventCodec.write(event, row + rowKeyBytes, pages.page(), eventVariableAddress);
    }

    private RuntimeException keyTooLarge(int keyBytes) {
        return new IllegalStateException("key is too large: keyBytes=" + keyBytes + ", limitBytes=" + keyScratchBytes
                + "; use a shorter key, a hash of it for example");
    }

    @Override
    public void watermark(long watermark) {
        pages.watermark(watermark);
    }

    @Override
    public void barrier(Barrier barrier) {
        pages.barrier(barrier);
    }

    @Override
    public void flush() {
        pages.flush();
    }
}

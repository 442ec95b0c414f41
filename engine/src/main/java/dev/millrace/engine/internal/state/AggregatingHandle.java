package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.OutOfLine;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.function.BiFunction;

/** One aggregate per key that elements are added to. A template, see {@link ValueHandle}. */
@SuppressWarnings("UnusedMethod") // some are called through OutOfLine
final class AggregatingHandle implements AggregatingState<Object, Object> {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final Lifetime lifetime;
    private final UpdateGuard guard;
    private final boolean isFixedSize;
    private final int stampBytes;
    private final BiFunction<Object, Object, Object> add;
    /** The initial value, as {@link ValueHandle} has it. */
    private final long initialBlob;

    private final int initialBytes;

    private final OutOfLine find;
    private final OutOfLine blob;

    AggregatingHandle(
            String name,
            KeyContext call,
            FlatCodec<Object> codec,
            ActiveIndex index,
            Lifetime lifetime,
            BiFunction<Object, Object, Object> add,
            int initialBytes,
            long initialBlob) {
        this.name = "state=" + name;
        this.call = call;
        this.codec = codec;
        this.index = index;
        this.lifetime = lifetime;
        this.add = add;
        this.initialBytes = initialBytes;
        this.initialBlob = initialBlob;
        guard = new UpdateGuard(name);
        isFixedSize = codec.isFixedSize();
        stampBytes = lifetime.stampBytes();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        find = OutOfLine.of(lookup, this, "find");
        blob = OutOfLine.of(lookup, this, "blobToAddTo");
    }

    @Override
    public void add(Object element) {
        long blob = this.blob.call();
        try {
            if (isFixedSize) {
                codec.writeBlob(add.apply(codec.readBlob(blob), element), blob);
            } else {
                write(
                        add.apply(codec.readBlob(blob), element),
                        stampBytes == 0 ? 0 : Memory.getLong(blob - stampBytes));
            }
        } finally {
            guard.end(); // under a policy, other events come after one that failed
        }
    }

    /** The aggregate to be added to. */
    private long blobToAddTo() {
        call.check(name);
        guard.begin();
        long entry = index.update(call.keyAddress, call.keyBytes, call.hash);
        if (entry == 0 || lifetime.isOver(entry)) {
            entry = begin();
        } else if (stampBytes != 0) {
            Memory.putLong(entry, lifetime.stampAfter(Memory.getLong(entry)));
        }
        return entry + stampBytes;
    }

    /** The initial aggregate of a key. */
    private long begin() {
        long entry = index.put(call.keyAddress, call.keyBytes, call.hash, stampBytes + initialBytes);
        if (stampBytes != 0) {
            Memory.putLong(entry, lifetime.stamp());
        }
        Memory.copy(initialBlob, entry + stampBytes, initialBytes);
        return entry;
    }

    private void write(Object value, long stamp) {
        long entry = index.put(call.keyAddress, call.keyBytes, call.hash, stampBytes + codec.blobBytes(value));
        if (stampBytes != 0) {
            Memory.putLong(entry, stamp);
        }
        codec.writeBlob(value, entry + stampBytes);
    }

    @Override
    public Object get() {
        long entry = find.call();
        return codec.readBlob(entry == 0 ? initialBlob : entry + stampBytes);
    }

    @Override
    public boolean isPresent() {
        return find.call() != 0;
    }

    private long find() {
        call.check(name);
        long entry = index.find(call.keyAddress, call.keyBytes, call.hash);
        if (entry == 0 || !lifetime.isOver(entry)) {
            return entry;
        }
        if (lifetime.isGone(entry)) {
            index.remove(call.keyAddress, call.keyBytes, call.hash);
        }
        return 0;
    }

    @Override
    public void clear() {
        call.check(name);
        guard.check();
        index.remove(call.keyAddress, call.keyBytes, call.hash);
    }
}

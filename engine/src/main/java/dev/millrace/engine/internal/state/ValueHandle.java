package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.OutOfLine;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One value per key. A template, see {@link dev.millrace.engine.internal.chain.Receiver}: an object of a hidden class that is a
 * constant to the JIT, as is everything it holds.
 */
@SuppressWarnings("UnusedMethod") // some are called through OutOfLine
final class ValueHandle implements ValueState<Object> {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final Lifetime lifetime;
    private final UpdateGuard guard;
    private final boolean isFixedSize;
    /** As numbers, so that a call makes less code. */
    private final int fixedBytes;

    private final int stampBytes;
    /** The initial value; 0 if there is none. As a blob: a record that may be this one or a new one would always be built. */
    private final long initialBlob;

    private final OutOfLine find;
    private final OutOfLine blobToRead;
    private final OutOfLine blobToSet;
    private final OutOfLine blobToUpdate;
    private final OutOfLine blobUpdated;

    /** What is being updated, if it can be written in place; else 0. */
    private long entryInUpdate;

    private long stampOfUpdate;

    ValueHandle(
            String name,
            KeyContext call,
            FlatCodec<Object> codec,
            ActiveIndex index,
            Lifetime lifetime,
            long initialBlob) {
        this.name = "state=" + name;
        this.call = call;
        this.codec = codec;
        this.index = index;
        this.lifetime = lifetime;
        this.initialBlob = initialBlob;
        guard = new UpdateGuard(name);
        isFixedSize = codec.isFixedSize();
        fixedBytes = isFixedSize ? codec.fixedBytes() : 0;
        stampBytes = lifetime.stampBytes();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        find = OutOfLine.of(lookup, this, "find");
        blobToRead = OutOfLine.of(lookup, this, "blobToRead");
        blobToSet = OutOfLine.of(lookup, this, "blobToSet", int.class);
        blobToUpdate = OutOfLine.of(lookup, this, "blobToUpdate");
        blobUpdated = OutOfLine.of(lookup, this, "blobUpdated", int.class);
    }

    @Override
    public @Nullable Object get() {
        long blob = blobToRead.call();
        return blob == 0 ? null : codec.readBlob(blob);
    }

    private long blobToRead() {
        long entry = find();
        return entry == 0 ? initialBlob : entry + stampBytes;
    }

    @Override
    public boolean isPresent() {
        return find.call() != 0;
    }

    /** The entry; 0 if there is none, or it is over. */
    private long find() {
        call.check(name);
        long entry = index.find(call.keyAddress, call.keyBytes, call.hash);
        return entry != 0 && lifetime.isOver(entry) ? forget(entry) : entry;
    }

    private long forget(long entry) {
        if (lifetime.isGone(entry)) {
            index.remove(call.keyAddress, call.keyBytes, call.hash);
        }
        return 0;
    }

    /** The entry, for writing; 0 if there is none, or it is over. */
    private long findToWrite() {
        call.check(name);
        guard.check();
        long entry = index.update(call.keyAddress, call.keyBytes, call.hash);
        return entry != 0 && lifetime.isOver(entry) ? 0 : entry;
    }

    @Override
    public void set(Object value) {
        codec.writeBlob(value, blobToSet.call(blobBytes(value)));
    }

    private long blobToSet(int blobBytes) {
        if (lifetime.isLimited()) {
            long entry = findToWrite();
            return put(blobBytes, entry == 0 ? lifetime.stamp() : lifetime.stampAfter(Memory.getLong(entry)));
        }
        call.check(name);
        guard.check();
        return index.put(call.keyAddress, call.keyBytes, call.hash, blobBytes);
    }

    private long put(int blobBytes, long stamp) {
        long entry = index.put(call.keyAddress, call.keyBytes, call.hash, stampBytes + blobBytes);
        if (stampBytes != 0) {
            Memory.putLong(entry, stamp);
        }
        return entry + stampBytes;
    }

    @Override
    public void update(UnaryOperator<Object> function) {
        long blob = blobToUpdate.call();
        try {
            Object value = function.apply(codec.readBlob(blob));
            codec.writeBlob(value, blobUpdated.call(blobBytes(value)));
        } finally {
            guard.end();
        }
    }

    private long blobToUpdate() {
        long entry = findToWrite();
        long blob = entry == 0 ? initialBlob : entry + stampBytes;
        if (blob == 0) {
            throw nothingToUpdate();
        }
        stampOfUpdate =
                !lifetime.isLimited() ? 0 : entry == 0 ? lifetime.stamp() : lifetime.stampAfter(Memory.getLong(entry));
        entryInUpdate = isFixedSize ? entry : 0;
        guard.begin();
        return blob;
    }

    private long blobUpdated(int blobBytes) {
        if (entryInUpdate == 0) {
            return put(blobBytes, stampOfUpdate);
        }
        if (stampBytes != 0) {
            Memory.putLong(entryInUpdate, stampOfUpdate);
        }
        return entryInUpdate + stampBytes;
    }

    private IllegalStateException nothingToUpdate() {
        return new IllegalStateException(
                "there is no value to update: " + name + "; declare an initial value, or ask isPresent() and set one");
    }

    @Override
    public void clear() {
        call.check(name);
        guard.check();
        index.remove(call.keyAddress, call.keyBytes, call.hash);
    }

    private int blobBytes(Object value) {
        return isFixedSize ? fixedBytes : codec.blobBytes(value);
    }
}

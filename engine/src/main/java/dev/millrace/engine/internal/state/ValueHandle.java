package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One value per key. A template, see {@link dev.millrace.engine.internal.chain.Receiver}: an object of a hidden class that is a
 * constant to the JIT, as is everything it holds.
 */
final class ValueHandle implements ValueState<Object> {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final Lifetime lifetime;
    private final UpdateGuard guard;
    private final boolean isFixedSize;
    private final int stampBytes;
    /** The initial value; 0 if there is none. As a blob: a record that may be this one or a new one would always be built. */
    private final long initialBlob;

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
        stampBytes = lifetime.stampBytes();
    }

    @Override
    public @Nullable Object get() {
        long entry = find();
        long blob = entry == 0 ? initialBlob : entry + stampBytes;
        return blob == 0 ? null : codec.readBlob(blob);
    }

    @Override
    public boolean isPresent() {
        return find() != 0;
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
        if (lifetime.isLimited()) {
            long entry = findToWrite();
            write(value, entry == 0 ? lifetime.stamp() : lifetime.stampAfter(Memory.getLong(entry)));
        } else {
            call.check(name);
            guard.check();
            codec.writeBlob(value, index.put(call.keyAddress, call.keyBytes, call.hash, codec.blobBytes(value)));
        }
    }

    private void write(Object value, long stamp) {
        long entry = index.put(call.keyAddress, call.keyBytes, call.hash, stampBytes + codec.blobBytes(value));
        if (stampBytes != 0) {
            Memory.putLong(entry, stamp);
        }
        codec.writeBlob(value, entry + stampBytes);
    }

    @Override
    public void update(UnaryOperator<Object> function) {
        long entry = findToWrite();
        long blob = entry == 0 ? initialBlob : entry + stampBytes;
        if (blob == 0) {
            throw nothingToUpdate();
        }
        long stamp =
                !lifetime.isLimited() ? 0 : entry == 0 ? lifetime.stamp() : lifetime.stampAfter(Memory.getLong(entry));
        guard.begin();
        try {
            if (entry != 0 && isFixedSize) {
                codec.writeBlob(function.apply(codec.readBlob(blob)), blob);
                if (stampBytes != 0) {
                    Memory.putLong(entry, stamp);
                }
            } else {
                write(function.apply(codec.readBlob(blob)), stamp);
            }
        } finally {
            guard.end();
        }
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
}

package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.OutOfLine;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** One value per key that others are joined with. A template, see {@link ValueHandle}. */
@SuppressWarnings("UnusedMethod") // some are called through OutOfLine
final class ReducingHandle implements ReducingState<Object> {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final Lifetime lifetime;
    private final UpdateGuard guard;
    private final boolean isFixedSize;
    private final int stampBytes;
    private final BinaryOperator<Object> reduce;
    /** Room for a value of fixed size. */
    private final long scratchBlob;

    private final OutOfLine find;
    private final OutOfLine blobToJoin;

    ReducingHandle(
            String name,
            KeyContext call,
            FlatCodec<Object> codec,
            ActiveIndex index,
            Lifetime lifetime,
            BinaryOperator<Object> reduce,
            long scratchBlob) {
        this.name = "state=" + name;
        this.call = call;
        this.codec = codec;
        this.index = index;
        this.lifetime = lifetime;
        this.reduce = reduce;
        this.scratchBlob = scratchBlob;
        guard = new UpdateGuard(name);
        isFixedSize = codec.isFixedSize();
        stampBytes = lifetime.stampBytes();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        find = OutOfLine.of(lookup, this, "find");
        blobToJoin = OutOfLine.of(lookup, this, "blobToJoin");
    }

    @Override
    public void add(Object value) {
        call.check(name);
        guard.check(); // the scratch may be in use
        if (!isFixedSize) {
            addVariable(value);
            return;
        }
        codec.writeBlob(value, scratchBlob);
        long blob = blobToJoin.call();
        if (blob != 0) {
            join(blob);
        }
    }

    /** What the value in the scratch is to be joined with; 0 if it is the first one and in its place. */
    private long blobToJoin() {
        long entry = index.update(call.keyAddress, call.keyBytes, call.hash);
        if (entry == 0 || lifetime.isOver(entry)) {
            begin();
            return 0;
        }
        if (stampBytes != 0) {
            Memory.putLong(entry, lifetime.stampAfter(Memory.getLong(entry)));
        }
        return entry + stampBytes;
    }

    private void join(long blob) {
        guard.begin();
        codec.writeBlob(reduce.apply(codec.readBlob(blob), codec.readBlob(scratchBlob)), blob);
        guard.end();
    }

    /** The first value of a key, from the scratch. */
    private void begin() {
        long entry = index.put(call.keyAddress, call.keyBytes, call.hash, stampBytes + codec.fixedBytes());
        if (stampBytes != 0) {
            Memory.putLong(entry, lifetime.stamp());
        }
        Memory.copy(scratchBlob, entry + stampBytes, codec.fixedBytes());
    }

    private void addVariable(Object value) {
        long entry = index.update(call.keyAddress, call.keyBytes, call.hash);
        if (entry == 0 || lifetime.isOver(entry)) {
            write(value, stampBytes == 0 ? 0 : lifetime.stamp());
            return;
        }
        long stamp = stampBytes == 0 ? 0 : lifetime.stampAfter(Memory.getLong(entry));
        guard.begin();
        try {
            write(reduce.apply(codec.readBlob(entry + stampBytes), value), stamp);
        } finally {
            guard.end();
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
    public @Nullable Object get() {
        long entry = find.call();
        return entry == 0 ? null : codec.readBlob(entry + stampBytes);
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

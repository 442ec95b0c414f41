package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.OutOfLine;
import dev.millrace.engine.stream.MapState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A map per key: an entry in the index for each of its own, under a composite key, and {@link MapKeys} to walk them. A
 * template, see {@link ValueHandle}.
 *
 * <p>Entries are walked from the highest number down: what moves when one goes was shown already.
 */
@SuppressWarnings("UnusedMethod") // some are called through OutOfLine
final class MapHandle implements MapState<Object, Object>, MapWalk {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> keyCodec;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final MapKeys keys;
    private final CompositeKey key;
    private final Lifetime lifetime;
    private final UpdateGuard guard;
    private final boolean isFixedSize;
    /** As numbers, so that a call makes less code. */
    private final int fixedBytes;

    private final boolean isKeyFixedSize;
    private final int keyFixedBytes;
    private final int headBytes;
    /** Room for a value of fixed size. */
    private final long scratchBlob;

    private final OutOfLine beginKey;
    private final OutOfLine findNamed;
    private final OutOfLine blobToPut;
    private final OutOfLine blobToUpdate;

    /** Counts keys that came and went. */
    private long changes;
    /** While a map is walked, what is met elsewhere and is over stays where it is. */
    private boolean isWalking;

    MapHandle(
            String name,
            KeyContext call,
            FlatCodec<Object> keyCodec,
            FlatCodec<Object> codec,
            ActiveIndex index,
            MapKeys keys,
            CompositeKey key,
            Lifetime lifetime,
            long scratchBlob) {
        this.name = "state=" + name;
        this.call = call;
        this.keyCodec = keyCodec;
        this.codec = codec;
        this.index = index;
        this.keys = keys;
        this.key = key;
        this.lifetime = lifetime;
        this.scratchBlob = scratchBlob;
        guard = new UpdateGuard(name);
        isFixedSize = codec.isFixedSize();
        fixedBytes = isFixedSize ? codec.fixedBytes() : 0;
        isKeyFixedSize = keyCodec.isFixedSize();
        keyFixedBytes = isKeyFixedSize ? keyCodec.fixedBytes() : 0;
        headBytes = MapEntryFormat.headBytes(lifetime.afterMillis());
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        beginKey = OutOfLine.of(lookup, this, "beginKey", int.class);
        findNamed = OutOfLine.of(lookup, this, "findNamed");
        blobToPut = OutOfLine.of(lookup, this, "blobToPut", int.class);
        blobToUpdate = OutOfLine.of(lookup, this, "blobToUpdate");
    }

    @Override
    public @Nullable Object get(Object mapKey) {
        long entry = find(mapKey);
        return entry == 0 ? null : codec.readBlob(entry + headBytes);
    }

    @Override
    public boolean contains(Object mapKey) {
        return find(mapKey) != 0;
    }

    private long find(Object mapKey) {
        name(mapKey);
        return findNamed.call();
    }

    private long findNamed() {
        key.end();
        return findEntry();
    }

    private long findEntry() {
        long entry = index.find(key.address(), key.lengthBytes(), key.hash());
        if (isOver(entry)) {
            return isWalking || guard.isUpdating() || !isGone(entry) ? 0 : drop(entry);
        }
        return entry;
    }

    /** Makes the composite key that of an entry. */
    private void turnTo(Object mapKey) {
        name(mapKey);
        key.end();
    }

    /** The same, but for its end. */
    private void name(Object mapKey) {
        keyCodec.writeBlob(mapKey, beginKey.call(keyBlobBytes(mapKey)));
    }

    private long beginKey(int blobBytes) {
        call.check(name);
        return key.begin(CompositeKey.NAMED, blobBytes);
    }

    private boolean isOver(long entry) {
        return entry != 0 && lifetime.isOver(entry + MapEntryFormat.STAMP_OFFSET);
    }

    private boolean isGone(long entry) {
        return lifetime.isGone(entry + MapEntryFormat.STAMP_OFFSET);
    }

    @Override
    public void put(Object mapKey, Object value) {
        name(mapKey);
        codec.writeBlob(value, blobToPut.call(blobBytes(value)));
    }

    /** Where the value of the composite key, which lacks its end, goes. */
    private long blobToPut(int blobBytes) {
        key.end();
        long entry = entryToWrite();
        return put(entry, stampOver(entry), blobBytes);
    }

    /** The entry of the composite key for writing, which may be over. */
    private long entryToWrite() {
        guard.check();
        return index.update(key.address(), key.lengthBytes(), key.hash());
    }

    private long stampOver(long entry) {
        if (!lifetime.isLimited()) {
            return 0;
        }
        return entry == 0 ? lifetime.stamp() : lifetime.stampAfter(Memory.getLong(entry + MapEntryFormat.STAMP_OFFSET));
    }

    /** Where a value of the composite key goes, whose entry is this one, or 0. */
    private long put(long entry, long stamp, int blobBytes) {
        long target = entry;
        if (entry == 0 || index.valueBytes(entry) != headBytes + blobBytes) {
            long slot = entry == 0 ? keys.add(key) : Memory.getLong(entry);
            changes += entry == 0 ? 1 : 0;
            target = index.put(key.address(), key.lengthBytes(), key.hash(), headBytes + blobBytes);
            Memory.putLong(target, slot);
        }
        if (lifetime.isLimited()) {
            Memory.putLong(target + MapEntryFormat.STAMP_OFFSET, stamp);
        }
        return target + headBytes;
    }

    @Override
    public void update(Object mapKey, Object initial, UnaryOperator<Object> function) {
        if (!isFixedSize) {
            updateVariable(mapKey, initial, function);
            return;
        }
        name(mapKey);
        codec.writeBlob(initial, scratchBlob);
        long blob = blobToUpdate.call();
        try {
            codec.writeBlob(function.apply(codec.readBlob(blob)), blob);
        } finally {
            guard.end();
        }
    }

    /**
     * The value of the composite key, which lacks its end; what the scratch holds if there is none.
     */
    private long blobToUpdate() {
        key.end();
        guard.check();
        long entry = index.update(key.address(), key.lengthBytes(), key.hash());
        long stamp = stampOver(entry);
        if (entry == 0 || isOver(entry)) {
            entry = begin(entry);
        }
        if (lifetime.isLimited()) {
            Memory.putLong(entry + MapEntryFormat.STAMP_OFFSET, stamp);
        }
        guard.begin();
        return entry + headBytes;
    }

    /** Gives the composite key, whose entry is this one or 0, the value in the scratch. */
    private long begin(long entry) {
        long target = entry;
        if (entry == 0) {
            long slot = keys.add(key);
            changes++;
            target = index.put(key.address(), key.lengthBytes(), key.hash(), headBytes + fixedBytes);
            Memory.putLong(target, slot);
        }
        Memory.copy(scratchBlob, target + headBytes, fixedBytes);
        return target;
    }

    private void updateVariable(Object mapKey, Object initial, UnaryOperator<Object> function) {
        turnTo(mapKey);
        long entry = entryToWrite();
        long stamp = stampOver(entry);
        guard.begin();
        try {
            boolean isThere = entry != 0 && !isOver(entry);
            Object value = function.apply(isThere ? codec.readBlob(entry + headBytes) : initial);
            turnTo(mapKey); // The function may have read others.
            codec.writeBlob(value, put(entry, stamp, blobBytes(value)));
        } finally {
            guard.end();
        }
    }

    @Override
    public boolean remove(Object mapKey) {
        turnTo(mapKey);
        return removeEntry();
    }

    private boolean removeEntry() {
        guard.check();
        long entry = index.find(key.address(), key.lengthBytes(), key.hash());
        if (entry == 0) {
            return false;
        }
        boolean wasThere = !isOver(entry);
        drop(entry);
        return wasThere;
    }

    /** Removes the entry of the composite key, which is another one afterwards; 0. */
    private long drop(long entry) {
        long number = Memory.getLong(entry);
        index.remove(key.address(), key.lengthBytes(), key.hash());
        fillGap(number);
        return 0;
    }

    /** Gives a number that has no entry any more to the last one. */
    private void fillGap(long number) {
        changes++;
        long last = keys.count() - 1;
        if (number != last) {
            keys.load(last, key);
            keys.put(number, key);
            long moved = index.update(key.address(), key.lengthBytes(), key.hash());
            if (moved != 0 && Memory.getLong(moved) == last) {
                Memory.putLong(moved, number);
            }
        }
        keys.removeLast(last);
    }

    @Override
    public long size() {
        call.check(name);
        if (!lifetime.isLimited()) {
            return keys.count();
        }
        long count = 0;
        for (long number = keys.count() - 1; number >= 0; number--) {
            count += entry(number) == 0 ? 0 : 1;
        }
        return count;
    }

    /**
     * The entry of a number, and the composite key its; 0 if it is over or gone. The epoch deletes on disk what is over, and a
     * job that starts again then finds a number without its entry; both are cleared away.
     */
    private long entry(long number) {
        keys.load(number, key);
        long entry = index.find(key.address(), key.lengthBytes(), key.hash());
        if (entry == 0 || Memory.getLong(entry) != number) {
            fillGap(number);
            return 0;
        }
        if (isOver(entry)) {
            return isGone(entry) ? drop(entry) : 0;
        }
        return entry;
    }

    @Override
    public void clear() {
        call.check(name);
        guard.check();
        for (long number = keys.count() - 1; number >= 0; number--) {
            keys.load(number, key);
            index.remove(key.address(), key.lengthBytes(), key.hash());
            keys.removeLast(number);
            changes++;
        }
    }

    @Override
    public void forEach(BiConsumer<? super Object, ? super Object> action) {
        call.check(name);
        isWalking = true;
        try {
            for (long number = keys.count() - 1; number >= 0; number--) {
                long entry = entry(number);
                if (entry != 0) {
                    long seen = changes;
                    action.accept(keyCodec.readBlob(key.suffix()), codec.readBlob(entry + headBytes));
                    checkUnchanged(seen);
                }
            }
        } finally {
            isWalking = false;
        }
    }

    @Override
    public boolean removeIf(BiPredicate<? super Object, ? super Object> predicate) {
        call.check(name);
        guard.check();
        boolean wereThere = false;
        isWalking = true;
        try {
            for (long number = keys.count() - 1; number >= 0; number--) {
                long entry = entry(number);
                if (entry != 0) {
                    long seen = changes;
                    boolean goes = predicate.test(keyCodec.readBlob(key.suffix()), codec.readBlob(entry + headBytes));
                    checkUnchanged(seen);
                    if (goes) {
                        removeAt(number);
                        wereThere = true;
                    }
                }
            }
        } finally {
            isWalking = false;
        }
        return wereThere;
    }

    private void checkUnchanged(long seen) {
        if (changes != seen) {
            throw new ConcurrentModificationException("keys came or went while a map was walked: " + name
                    + "; use removeIf(..) or Iterator.remove(), or put and remove afterwards");
        }
    }

    @Override
    public Iterator<Map.Entry<Object, Object>> iterator() {
        call.check(name);
        return new MapIterator(this, call, name);
    }

    @Override
    public long count() {
        return keys.count();
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public void checkUnchangedSince(long seen) {
        checkUnchanged(seen);
    }

    @Override
    public Map.@Nullable Entry<Object, Object> at(long number) {
        long entry = entry(number);
        return entry == 0 ? null : Map.entry(keyCodec.readBlob(key.suffix()), codec.readBlob(entry + headBytes));
    }

    @Override
    public void removeAt(long number) {
        guard.check();
        keys.load(number, key);
        index.remove(key.address(), key.lengthBytes(), key.hash());
        fillGap(number);
    }

    private int blobBytes(Object value) {
        return isFixedSize ? fixedBytes : codec.blobBytes(value);
    }

    private int keyBlobBytes(Object mapKey) {
        return isKeyFixedSize ? keyFixedBytes : keyCodec.blobBytes(mapKey);
    }
}

package dev.millrace.engine.internal.state;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.state.index.ActiveIndex;

/**
 * The keys inside the map of the current key, numbered from 0 without gaps: that is how a map is walked without looking at
 * those of others. The last one moves to the number of one that goes. Used by the thread that steps the task. Its form is that
 * of {@link MapKeysFormat}.
 */
final class MapKeys implements AutoCloseable {
    private final ActiveIndex index;
    private final CompositeKey key;

    MapKeys(KeyContext call, ActiveIndex index, BlockAllocator allocator) {
        this.index = index;
        key = new CompositeKey(call, allocator);
    }

    /** How many there are. */
    long count() {
        key.head();
        long head = index.find(key.address(), key.lengthBytes(), key.hash());
        return head == 0 ? 0 : Memory.getLong(head);
    }

    /**
     * Adds the map key of an entry's key.
     *
     * @return its number
     */
    long add(CompositeKey entry) {
        key.head();
        long head = index.put(key.address(), key.lengthBytes(), key.hash(), Long.BYTES);
        long number = Memory.getLong(head);
        Memory.putLong(head, number + 1);
        put(number, entry);
        return number;
    }

    /** Makes a number that of the map key of an entry's key. */
    void put(long number, CompositeKey entry) {
        key.numbered(number);
        long slot =
                index.put(key.address(), key.lengthBytes(), key.hash(), MapKeysFormat.HEAD_BYTES + entry.suffixBytes());
        Memory.putLong(slot, MapKeysFormat.IS_KEY);
        Memory.copy(entry.suffix(), slot + MapKeysFormat.HEAD_BYTES, entry.suffixBytes());
    }

    /** Makes an entry's key that of the map key with this number. */
    void load(long number, CompositeKey entry) {
        key.numbered(number);
        long slot = index.find(key.address(), key.lengthBytes(), key.hash());
        if (slot == 0) {
            throw new IllegalStateException("map has lost a key: number=" + number);
        }
        int keyBytes = index.valueBytes(slot) - MapKeysFormat.HEAD_BYTES;
        Memory.copy(slot + MapKeysFormat.HEAD_BYTES, entry.begin(CompositeKey.NAMED, keyBytes), keyBytes);
        entry.end();
    }

    /** Removes the last one. */
    void removeLast(long number) {
        key.numbered(number);
        index.remove(key.address(), key.lengthBytes(), key.hash());
        key.head();
        if (number == 0) {
            index.remove(key.address(), key.lengthBytes(), key.hash());
        } else {
            Memory.putLong(index.update(key.address(), key.lengthBytes(), key.hash()), number);
        }
    }

    @Override
    public void close() {
        key.close();
    }
}

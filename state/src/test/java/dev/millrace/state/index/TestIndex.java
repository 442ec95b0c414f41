package dev.millrace.state.index;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.NativeTestMemory;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** An index under test, spoken to in arrays instead of addresses. Closing it frees the index and checks for leaks. */
final class TestIndex implements AutoCloseable {
    /** What a deleted entry is in {@link #dirty}: no array is this one. */
    static final ByteBuffer DELETED = ByteBuffer.wrap(new byte[] {1});

    private static final int SCRATCH_BYTES = 4096;

    final CheckedAllocator allocator = new CheckedAllocator();
    final ActiveIndex index;
    private final long scratch = NativeTestMemory.allocate(SCRATCH_BYTES);

    TestIndex(IndexConfig config) {
        index = ActiveIndex.open(allocator, config);
    }

    TestIndex(IndexConfig config, long budgetBytes) {
        index = ActiveIndex.openEvicting(allocator, config, budgetBytes);
    }

    boolean isElsewhere(byte[] key) {
        return index.isElsewhere(keyAddress(key), key.length, hash(key));
    }

    void reload(byte[] key, byte[] value) {
        final long keyAddress = keyAddress(key);
        final long valueAddress = scratch + SCRATCH_BYTES / 2;
        Memory.copyFrom(value, 0, valueAddress, value.length);
        index.reload(keyAddress, key.length, hash(key), valueAddress, value.length);
    }

    /** FNV-1a: any hash will do. */
    static long hash(byte[] key) {
        long hash = 0xcbf2_9ce4_8422_2325L;
        for (byte b : key) {
            hash = (hash ^ b) * 0x100_0000_01b3L;
        }
        return hash;
    }

    static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    byte[] find(byte[] key) {
        return find(key, hash(key));
    }

    byte[] find(byte[] key, long hash) {
        final long value = index.find(keyAddress(key), key.length, hash);
        return value == ActiveIndex.NONE ? null : bytes(value, index.valueBytes(value));
    }

    /** Puts and then writes all of the value. */
    void put(byte[] key, byte[] value) {
        put(key, hash(key), value);
    }

    void put(byte[] key, long hash, byte[] value) {
        final long address = index.put(keyAddress(key), key.length, hash, value.length);
        Memory.copyFrom(value, 0, address, value.length);
    }

    /** Puts without writing. Returns what the value's bytes are. */
    byte[] putOnly(byte[] key, int valueBytes) {
        return bytes(index.put(keyAddress(key), key.length, hash(key), valueBytes), valueBytes);
    }

    /** Overwrites the value, whose size stays, if there is one. Returns whether there is. */
    boolean update(byte[] key, byte fill) {
        final long value = index.update(keyAddress(key), key.length, hash(key));
        if (value == ActiveIndex.NONE) {
            return false;
        }
        Memory.fill(value, index.valueBytes(value), fill);
        return true;
    }

    boolean remove(byte[] key) {
        return remove(key, hash(key));
    }

    boolean remove(byte[] key, long hash) {
        return index.remove(keyAddress(key), key.length, hash);
    }

    void restore(byte[] key, byte[] value) {
        final long keyAddress = keyAddress(key);
        final long valueAddress = scratch + SCRATCH_BYTES / 2;
        Memory.copyFrom(value, 0, valueAddress, value.length);
        index.restore(keyAddress, key.length, hash(key), valueAddress, value.length);
    }

    Map<ByteBuffer, ByteBuffer> entries() {
        final Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        index.forEach(collectInto(entries));
        return entries;
    }

    static Map<ByteBuffer, ByteBuffer> entries(IndexSnapshot snapshot) {
        final Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        snapshot.forEach(collectInto(entries));
        return entries;
    }

    static Map<ByteBuffer, ByteBuffer> dirty(IndexSnapshot snapshot) {
        final Map<ByteBuffer, ByteBuffer> entries = new HashMap<>();
        snapshot.forEachDirty((keyAddress, keyBytes, hash, valueAddress, valueBytes, deleted) -> {
            final byte[] key = bytes(keyAddress, keyBytes);
            final ByteBuffer value = deleted ? DELETED : ByteBuffer.wrap(bytes(valueAddress, valueBytes));
            requireNew(entries.put(ByteBuffer.wrap(key), value));
        });
        return entries;
    }

    @Override
    public void close() {
        index.close();
        NativeTestMemory.free(scratch);
        allocator.close();
    }

    private static EntryVisitor collectInto(Map<ByteBuffer, ByteBuffer> entries) {
        return (keyAddress, keyBytes, hash, valueAddress, valueBytes) -> {
            final byte[] key = bytes(keyAddress, keyBytes);
            requireNew(entries.put(ByteBuffer.wrap(key), ByteBuffer.wrap(bytes(valueAddress, valueBytes))));
            requireAligned(keyAddress, valueAddress);
        };
    }

    private static void requireAligned(long keyAddress, long valueAddress) {
        if (((keyAddress | valueAddress) & 7) != 0) {
            throw new AssertionError("not aligned: keyAddress=" + keyAddress + ", valueAddress=" + valueAddress);
        }
    }

    private static void requireNew(ByteBuffer before) {
        if (before != null) {
            throw new AssertionError("a key was shown twice");
        }
    }

    private long keyAddress(byte[] key) {
        Memory.copyFrom(key, 0, scratch, key.length);
        return scratch;
    }

    private static byte[] bytes(long address, int sizeBytes) {
        final byte[] bytes = new byte[sizeBytes];
        Memory.copyTo(address, bytes, 0, sizeBytes);
        return bytes;
    }
}

package dev.millrace.state.index;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.NativeTestMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * An index and a plain-Java model of it, which take the same operations and must agree after each of them. Any sequence of
 * operations is legal, so that a failing one can be shortened.
 */
final class IndexPair implements AutoCloseable {
    /** What one run is about. */
    record Setup(String name, EntryShape shape, IndexConfig config, int keyCount, EntryShape.HashFunction hashOf) {
        boolean isFixed() {
            return shape instanceof EntryShape.Fixed;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Long DELETED = Long.MIN_VALUE;
    private static final int MAX_SNAPSHOTS = 4;
    private static final int KEY_ROOM = 64;
    private static final int SCRATCH_BYTES = 8192;
    private static final int MAX_BATCH = 150;
    private static final int BATCH_KEY_STRIDE_BYTES = 16;

    private record Sealed(IndexSnapshot snapshot, Map<Integer, Long> entries, Map<Integer, Long> dirty) {}

    final CheckedAllocator allocator = new CheckedAllocator();
    final ActiveIndex index;
    private final Setup setup;
    private final long scratch = NativeTestMemory.allocate(SCRATCH_BYTES);
    private final Map<Integer, Long> entries = new HashMap<>();
    private final Map<Integer, Long> dirty = new HashMap<>();
    /** The keys that a seal has seen. */
    private final Set<Integer> seen = new HashSet<>();

    private final List<Sealed> sealed = new ArrayList<>();
    private long hits;
    private long misses;
    int refusals;

    IndexPair(Setup setup) {
        this.setup = setup;
        index = ActiveIndex.open(allocator, setup.config, setup.shape);
    }

    /** Runs one operation; memory may be refused in the middle of it, and then nothing may have happened. */
    void step(IndexScript.Operation operation) {
        if (operation.isRefused()) {
            allocator.refuseAfter(operation.payload() & 1);
        }
        try {
            apply(operation);
        } catch (MemoryLimitException | EntryTooLargeException e) {
            refusals++;
            hits = index.hitCount();
            misses = index.missCount();
        } finally {
            allocator.refuseNothing();
        }
        require(entries.size(), index.length(), "length");
        require(dirty.size(), index.dirtyCount(), "dirtyCount");
        require(hits, index.hitCount(), "hitCount");
        require(misses, index.missCount(), "missCount");
    }

    private void apply(IndexScript.Operation operation) {
        final int key = operation.key();
        final long payload = operation.payload();
        switch (operation.kind()) {
            case PUT -> put(key, payload);
            case UPDATE -> update(key, payload);
            case REMOVE -> remove(key);
            case RESTORE -> restore(key, payload);
            case FIND -> find(key);
            case FIND_EACH -> findEach(payload);
            case UPDATE_EACH -> updateEach(payload);
            case ADD_EACH -> addEach(payload);
            case SEAL -> seal();
            case RELEASE -> release((int) payload);
            case CHECK -> checkAll();
            case RECLAIM -> index.reclaim();
            case CLEAR -> clear();
        }
    }

    private void put(int key, long payload) {
        final long keyAddress = keyAddress(key);
        final int valueBytes = valueBytes(payload);
        final Long before = entries.get(key);
        final long value = index.put(keyAddress, keyBytes(key), hash(key), valueBytes);
        count(before != null);
        if (before != null && valueBytes(before) == valueBytes) {
            requireValue(value, before, "a value of the same size is kept");
        } else {
            for (int at = 0; at < valueBytes; at++) {
                require(0, Memory.getByte(value + at), "a new value is zero");
            }
        }
        write(value, payload);
        changed(key, payload);
    }

    private void update(int key, long payload) {
        final Long before = entries.get(key);
        final long value = index.update(keyAddress(key), keyBytes(key), hash(key));
        count(before != null);
        require(before != null, value != ActiveIndex.NONE, "update finds");
        if (before != null) {
            requireValue(value, before, "update shows the value");
            // The size stays, and it comes from the low bits.
            final long after = (payload & -1024) | (before & 1023);
            write(value, after);
            changed(key, after);
        }
    }

    private void changed(int key, long payload) {
        entries.put(key, payload);
        dirty.put(key, payload);
    }

    private void remove(int key) {
        final boolean wasThere = entries.containsKey(key);
        require(wasThere, index.remove(keyAddress(key), keyBytes(key), hash(key)), "remove finds");
        count(wasThere);
        entries.remove(key);
        if (wasThere && seen.contains(key)) {
            dirty.put(key, DELETED);
        } else if (wasThere) {
            dirty.remove(key);
        }
    }

    private void restore(int key, long payload) {
        if (!dirty.containsKey(key)) {
            final long valueAddress = scratch + KEY_ROOM;
            write(valueAddress, payload);
            index.restore(keyAddress(key), keyBytes(key), hash(key), valueAddress, valueBytes(payload));
            entries.put(key, payload);
            seen.add(key);
        }
    }

    private void find(int key) {
        final Long expected = entries.get(key);
        final long value = index.find(keyAddress(key), keyBytes(key), hash(key));
        count(expected != null);
        require(expected != null, value != ActiveIndex.NONE, "find finds");
        if (expected != null) {
            require(valueBytes(expected), index.valueBytes(value), "valueBytes");
            requireValue(value, expected, "find shows the value");
        }
    }

    private void findEach(long payload) {
        final int[] keys = batch(payload);
        final long[] values = new long[keys.length];
        if (keys.length > 0) {
            index.findEach(batchKeys(), BATCH_KEY_STRIDE_BYTES, keyBytes(keys[0]), batchHashes(), keys.length, values);
        }
        for (int i = 0; i < keys.length; i++) {
            final Long expected = entries.get(keys[i]);
            count(expected != null);
            require(expected != null, values[i] != ActiveIndex.NONE, "findEach finds");
            if (expected != null) {
                requireValue(values[i], expected, "findEach shows the value");
            }
        }
    }

    private void updateEach(long payload) {
        final int[] keys = batch(payload);
        final long[] values = new long[keys.length];
        if (keys.length > 0) {
            // A refusal would leave a part of them dirty.
            allocator.refuseNothing();
            index.updateEach(
                    batchKeys(), BATCH_KEY_STRIDE_BYTES, keyBytes(keys[0]), batchHashes(), keys.length, values);
        }
        for (int i = 0; i < keys.length; i++) {
            final Long before = entries.get(keys[i]);
            count(before != null);
            require(before != null, values[i] != ActiveIndex.NONE, "updateEach finds");
            if (before != null) {
                requireValue(values[i], before, "updateEach shows the value");
                final long after = before ^ (1L << 40);
                write(values[i], after);
                changed(keys[i], after);
            }
        }
    }

    private void addEach(long payload) {
        if (!(setup.shape instanceof EntryShape.Fixed fixed) || fixed.valueBytes() != Long.BYTES) {
            return;
        }
        final int[] keys = batch(payload);
        for (int i = 0; i < keys.length; i++) {
            Memory.putLong(batchDeltas() + (long) i * Long.BYTES, payload >>> 32);
        }
        allocator.refuseNothing();
        try {
            index.addEach(
                    batchKeys(), BATCH_KEY_STRIDE_BYTES, fixed.keyBytes(), batchHashes(), batchDeltas(), keys.length);
        } catch (EntryTooLargeException e) {
            adoptAfterPartOf(keys);
            throw e;
        }
        for (int key : keys) {
            count(entries.containsKey(key));
            changed(key, entries.getOrDefault(key, 0L) + (payload >>> 32));
        }
    }

    /** What a refusal left done of a batch is not promised: the model takes it over. */
    private void adoptAfterPartOf(int[] keys) {
        for (int key : keys) {
            final long value = index.find(keyAddress(key), keyBytes(key), hash(key));
            if (value != ActiveIndex.NONE && !Objects.equals(entries.get(key), Memory.getLong(value))) {
                changed(key, Memory.getLong(value));
            }
        }
    }

    /** Writes the columns of a batch. Its keys have all the same size, and some of them come twice. */
    private int[] batch(long payload) {
        final Random random = new Random(payload);
        final int[] keys = new int[random.nextInt(MAX_BATCH)];
        for (int i = 0; i < keys.length; i++) {
            final int key = random.nextInt(setup.keyCount);
            keys[i] = setup.isFixed() || key % 7 != 0 ? key : key + 1;
            final long hash = hash(keys[i]);
            Memory.copy(scratch, batchKeys() + (long) i * BATCH_KEY_STRIDE_BYTES, keyBytes(keys[i]));
            Memory.putLong(batchHashes() + (long) i * Long.BYTES, hash);
        }
        return keys;
    }

    private long batchKeys() {
        return scratch + 2 * 1024;
    }

    private long batchHashes() {
        return batchKeys() + (long) MAX_BATCH * BATCH_KEY_STRIDE_BYTES;
    }

    private long batchDeltas() {
        return batchHashes() + (long) MAX_BATCH * Long.BYTES;
    }

    private void seal() {
        if (sealed.size() < MAX_SNAPSHOTS) {
            sealed.add(new Sealed(index.seal(), new HashMap<>(entries), new HashMap<>(dirty)));
            dirty.clear();
            seen.clear();
            seen.addAll(entries.keySet());
        }
    }

    private void release(int which) {
        if (!sealed.isEmpty()) {
            final Sealed gone = sealed.remove(Math.floorMod(which, sealed.size()));
            check(gone);
            gone.snapshot.release();
        }
    }

    private void clear() {
        index.clear();
        entries.clear();
        dirty.clear();
        seen.clear();
    }

    /** Compares all there is to see. */
    void checkAll() {
        final Map<Integer, Long> found = new HashMap<>();
        index.forEach((keyAddress, keyBytes, hash, valueAddress, valueBytes) ->
                collect(found, keyAddress, keyBytes, hash, valueAddress, valueBytes, false));
        require(entries, found, "entries");
        sealed.forEach(this::check);
    }

    private void check(Sealed expected) {
        final Map<Integer, Long> found = new HashMap<>();
        expected.snapshot.forEach((keyAddress, keyBytes, hash, valueAddress, valueBytes) ->
                collect(found, keyAddress, keyBytes, hash, valueAddress, valueBytes, false));
        require(expected.entries, found, "entries of a snapshot");
        final Map<Integer, Long> foundDirty = new HashMap<>();
        expected.snapshot.forEachDirty((keyAddress, keyBytes, hash, valueAddress, valueBytes, deleted) ->
                collect(foundDirty, keyAddress, keyBytes, hash, valueAddress, valueBytes, deleted));
        require(expected.dirty, foundDirty, "dirty entries of a snapshot");
        require(expected.entries.size(), expected.snapshot.length(), "length of a snapshot");
        require(expected.dirty.size(), expected.snapshot.dirtyCount(), "dirtyCount of a snapshot");
    }

    private void collect(
            Map<Integer, Long> found,
            long keyAddress,
            int keyBytes,
            long hash,
            long valueAddress,
            int valueBytes,
            boolean deleted) {
        final int key = keyAt(keyAddress, keyBytes);
        require(hash(key), hash, "hash");
        final Long payload = deleted ? DELETED : payloadAt(valueAddress, valueBytes);
        require(null, found.put(key, payload), "a key is shown once");
    }

    /** Keys of a fixed shape include all that might be taken for something else. */
    private long keyBits(int key) {
        return switch (key) {
            case 1 -> -1;
            case 2 -> LineLayout.EMPTY;
            case 3 -> Long.MIN_VALUE;
            default -> key;
        };
    }

    private int keyBytes(int key) {
        return setup.shape instanceof EntryShape.Fixed fixed ? fixed.keyBytes() : key % 7 == 0 ? 4 + key % 37 : 8;
    }

    private int keyAt(long keyAddress, int keyBytes) {
        if (keyBytes < Long.BYTES || !setup.isFixed()) {
            return Memory.getInt(keyAddress);
        }
        final long bits = Memory.getLong(keyAddress);
        return bits == -1 ? 1 : bits == LineLayout.EMPTY ? 2 : bits == Long.MIN_VALUE ? 3 : (int) bits;
    }

    private long keyAddress(int key) {
        if (setup.isFixed()) {
            Memory.putLong(scratch, keyBytes(key) == Long.BYTES ? keyBits(key) : key);
        } else {
            Memory.fill(scratch, KEY_ROOM, (byte) 7);
            Memory.putInt(scratch, key);
        }
        return scratch;
    }

    private long hash(int key) {
        return setup.hashOf.hash(keyAddress(key), keyBytes(key));
    }

    private int valueBytes(long payload) {
        if (setup.shape instanceof EntryShape.Fixed fixed) {
            return fixed.valueBytes();
        }
        final int size = (int) payload & 1023;
        return 8 + (size < 1000 ? size % 24 : size);
    }

    private void write(long value, long payload) {
        final int valueBytes = valueBytes(payload);
        Memory.fill(value, valueBytes, (byte) (payload >>> 10));
        Memory.putLong(value, payload);
    }

    private long payloadAt(long value, int valueBytes) {
        final long payload = Memory.getLong(value);
        require(valueBytes(payload), valueBytes, "size of a value");
        requireValue(value, payload, "all of a value");
        return payload;
    }

    private void requireValue(long value, long payload, String what) {
        require(payload, Memory.getLong(value), what);
        for (int at = Long.BYTES; at < valueBytes(payload); at++) {
            require((byte) (payload >>> 10), Memory.getByte(value + at), what);
        }
    }

    private void count(boolean found) {
        hits += found ? 1 : 0;
        misses += found ? 0 : 1;
    }

    private static void require(long expected, long actual, String what) {
        if (expected != actual) {
            throw new AssertionError(what + ": expected=" + expected + ", actual=" + actual);
        }
    }

    private static void require(boolean expected, boolean actual, String what) {
        if (expected != actual) {
            throw new AssertionError(what + ": expected=" + expected + ", actual=" + actual);
        }
    }

    private static void require(Object expected, Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + ": expected=" + expected + ", actual=" + actual);
        }
    }

    @Override
    public void close() {
        sealed.forEach(s -> s.snapshot.release());
        sealed.clear();
        index.close();
        NativeTestMemory.free(scratch);
        allocator.close();
    }
}

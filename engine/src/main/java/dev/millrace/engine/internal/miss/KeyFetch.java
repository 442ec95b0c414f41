package dev.millrace.engine.internal.miss;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.state.StoredKey;
import dev.millrace.state.index.ActiveIndex;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the events of a page need and memory does not have. The keys lie in the page, which waits. */
final class KeyFetch extends Fetch {
    private static final int FIRST_CAPACITY = 64;

    private final ColdReads reads;
    private final long epoch;
    private final List<Wanted> wanted = new ArrayList<>();
    private int keyCount;

    KeyFetch(ColdReads reads, long epoch, Runnable wake) {
        super(wake);
        this.reads = reads;
        this.epoch = epoch;
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
    private record Stored(byte[] key, int at) {}

    /** The keys of one state. */
    private static final class Wanted {
        final ColdState state;
        long[] addresses = new long[FIRST_CAPACITY];
        int[] sizes = new int[FIRST_CAPACITY];
        long[] hashes = new long[FIRST_CAPACITY];
        int count;
        /** By position of the key; null where there is no value, or where an equal key came before. */
        byte @Nullable [][] values = new byte[0][];

        Wanted(ColdState state) {
            this.state = state;
        }

        void add(long keyAddress, int keyBytes, long hash) {
            if (count == addresses.length) {
                addresses = Arrays.copyOf(addresses, 2 * count);
                sizes = Arrays.copyOf(sizes, 2 * count);
                hashes = Arrays.copyOf(hashes, 2 * count);
            }
            addresses[count] = keyAddress;
            sizes[count] = keyBytes;
            hashes[count] = hash;
            count++;
        }
    }

    /** Adds a key that a state lacks. Keys of a state come together. */
    void add(ColdState state, long keyAddress, int keyBytes, long hash) {
        if (wanted.isEmpty() || wanted.get(wanted.size() - 1).state != state) {
            wanted.add(new Wanted(state));
        }
        wanted.get(wanted.size() - 1).add(keyAddress, keyBytes, hash);
    }

    @Override
    void read() {
        for (Wanted some : wanted) {
            read(some);
        }
    }

    private void read(Wanted some) {
        StateFormat format = some.state.format();
        int keyGroup = KeyPartitioner.groupOf(some.addresses[0], some.sizes[0]);
        try {
            List<Stored> distinct = distinct(some, format);
            byte[][] keys = new byte[distinct.size()][];
            Arrays.setAll(keys, i -> distinct.get(i).key);
            keyCount += keys.length;
            byte[][] found = reads.read(keys);
            some.values = new byte[some.count][];
            for (int i = 0; i < found.length; i++) {
                if (found[i] != null) {
                    keyGroup = StoredKey.keyGroup(keys[i]);
                    some.values[distinct.get(i).at] = format.decodeValue(found[i]);
                }
            }
        } catch (RuntimeException | LinkageError e) {
            throw new StateReadException(format.stateName(), keyGroup, epoch, some.count, e);
        }
    }

    private static List<Stored> distinct(Wanted some, StateFormat format) {
        List<Stored> all = new ArrayList<>(some.count);
        for (int i = 0; i < some.count; i++) {
            byte[] key = format.encodeKey(some.addresses[i], some.sizes[i]);
            int group = KeyPartitioner.groupOf(some.addresses[i], some.sizes[i]);
            all.add(new Stored(StoredKey.of(group, format.stateId(), 0, ByteBuffer.wrap(key)), i));
        }
        all.sort((left, right) -> Arrays.compareUnsigned(left.key, right.key));
        List<Stored> distinct = new ArrayList<>(all.size());
        for (Stored one : all) {
            if (distinct.isEmpty() || !Arrays.equals(distinct.get(distinct.size() - 1).key, one.key)) {
                distinct.add(one);
            }
        }
        return distinct;
    }

    /** How many keys the store was asked for, each once. */
    int keyCount() {
        return keyCount;
    }

    /** Puts what was found into memory. Returns how many entries that are. */
    int reload(Scratch scratch) {
        int found = 0;
        for (Wanted some : wanted) {
            ActiveIndex index = some.state.index();
            for (int i = 0; i < some.count; i++) {
                byte[] value = some.values[i];
                if (value != null) {
                    long address = scratch.ofAtLeast(value.length);
                    Memory.copyFrom(value, 0, address, value.length);
                    index.reload(some.addresses[i], some.sizes[i], some.hashes[i], address, value.length);
                    found++;
                }
            }
        }
        return found;
    }
}

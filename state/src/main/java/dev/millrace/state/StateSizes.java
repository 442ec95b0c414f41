package dev.millrace.state;

import dev.millrace.state.log.LogInspection;
import dev.millrace.state.store.StoreView;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large each state is as of the last committed epoch: what the stores hold, with what was committed since. Reads every entry; keeps
 * the keys that were changed since the stores were durable.
 */
public final class StateSizes {
    private static final int DELETED = -1;

    /** The entries of a state; the bytes are those of keys and values in Protobuf, without what stores add. */
    public record Size(long entryCount, long keyBytes, long valueBytes) {
        static final Size NONE = new Size(0, 0, 0);

        Size plus(int keyLength, int valueLength) {
            return new Size(entryCount + 1, keyBytes + keyLength, valueBytes + valueLength);
        }
    }

    private final Map<Integer, Size> sizes = new TreeMap<>();

    /** The lengths of values that are newer than the store, {@link #DELETED} for none. */
    private final Map<byte[], Integer> newer = new TreeMap<>(Arrays::compareUnsigned);

    StateSizes() {}

    /** Adds what a store has. */
    void add(StoreView store, StoreKind kind, StoreKind own, LogInspection log) {
        log.forEachPart(store.durableEpoch(), (epoch, partKind, owner, payload) -> {
            if (ColdStores.storeOf(partKind, own) == kind) {
                apply(payload);
            }
        });
        store.scan((key, value) -> {
            if (!newer.containsKey(key)) {
                add(key, value.length);
            }
        });
        newer.forEach((key, length) -> {
            if (length != DELETED) {
                add(key, length);
            }
        });
        newer.clear();
    }

    private void apply(ByteBuffer delta) {
        StateDeltaReader entries = new StateDeltaReader(delta);
        while (entries.next()) {
            byte[] value = entries.value();
            newer.put(entries.key(), value == null ? DELETED : value.length);
        }
    }

    private void add(byte[] stored, int valueLength) {
        Size before = sizes.getOrDefault(StoredKey.stateId(stored), Size.NONE);
        sizes.put(StoredKey.stateId(stored), before.plus(stored.length - StoredKey.HEADER_BYTES, valueLength));
    }

    /** The size of a state. */
    public Size of(int stateId) {
        return sizes.getOrDefault(stateId, Size.NONE);
    }

    /** How many entries all states have. */
    public long entryCount() {
        return sizes.values().stream().mapToLong(Size::entryCount).sum();
    }
}

package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Collects what a task changed in an epoch and gives it back sorted, as payloads for the epoch log. A key that is written twice keeps
 * the later mutation.
 *
 * <p>A payload is entries in ascending order of their {@linkplain StoredKey stored keys}, until its end:
 *
 * <pre>
 *   +------------+------------+------+--------------+ - - - - +
 *   | key length | stored key | flag | value length |  value  |     lengths: Protobuf varints
 *   +------------+------------+------+--------------+ - - - - +     flag: 1 put; 0 delete, and then no value follows
 * </pre>
 *
 * <p>Used by one thread. The buffer grows to {@link #MAX_BUFFER_BYTES} and is kept for the next epoch.
 */
public final class StateDeltaWriter {
    /** The longest value: 32 MiB. */
    public static final int MAX_VALUE_BYTES = 32 << 20;

    /** How many bytes may wait for {@link #drain}: 1 GiB. */
    public static final int MAX_BUFFER_BYTES = 1 << 30;

    static final int KEY_LENGTH_OFFSET = 0;
    private static final int VALUE_LENGTH_OFFSET = 4;
    static final int ENTRY_HEADER_BYTES = 8;
    private static final int DELETED = -1;
    private static final ByteBuffer NO_VALUE = ByteBuffer.allocate(0);

    /** Entries as they came: {key length, value length or -1, stored key, value}. */
    private ByteBuffer entries = ByteBuffer.allocate(1 << 12);

    /** Where in the buffer each entry begins. */
    private int[] offsets = new int[64];

    private int entryCount;
    private final DeltaOrder order = new DeltaOrder();

    /** Whether all entries are of the state and the namespace of the first. */
    private boolean isUniform = true;

    private int firstStateId;
    private long firstNamespace;

    /** Sets the value of a key. The buffers are not moved. */
    public void put(int keyGroup, int stateId, long namespace, ByteBuffer key, ByteBuffer value) {
        if (value.remaining() > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("value is too long: stateId=" + stateId + ", valueBytes="
                    + value.remaining() + ", limitBytes=" + MAX_VALUE_BYTES);
        }
        add(keyGroup, stateId, namespace, key, value, value.remaining());
    }

    /** Deletes a key. The buffer is not moved. */
    public void delete(int keyGroup, int stateId, long namespace, ByteBuffer key) {
        add(keyGroup, stateId, namespace, key, NO_VALUE, DELETED);
    }

    private void add(int keyGroup, int stateId, long namespace, ByteBuffer key, ByteBuffer value, int valueLength) {
        StoredKey.check(keyGroup, stateId, key.remaining());
        int keyLength = StoredKey.HEADER_BYTES + key.remaining();
        if (entryCount == 0) {
            firstStateId = stateId;
            firstNamespace = namespace;
            isUniform = true;
        }
        isUniform &= stateId == firstStateId && namespace == firstNamespace;
        reserve(ENTRY_HEADER_BYTES + keyLength + value.remaining());
        offsets[entryCount++] = entries.position();
        entries.putInt(keyLength).putInt(valueLength);
        entries.putShort((short) keyGroup).putShort((short) stateId).putLong(namespace ^ Long.MIN_VALUE);
        entries.put(key.duplicate()).put(value.duplicate());
    }

    private void reserve(int sizeBytes) {
        if (sizeBytes > MAX_BUFFER_BYTES - entries.position()) {
            throw new IllegalStateException("delta is full: bufferedBytes=" + entries.position() + ", entryBytes="
                    + sizeBytes + ", limitBytes=" + MAX_BUFFER_BYTES + "; drain it more than once an epoch");
        }
        if (sizeBytes > entries.remaining()) {
            int needed = entries.position() + sizeBytes;
            long doubled = Math.min(MAX_BUFFER_BYTES, 2L * entries.capacity());
            entries = ByteBuffer.allocate((int) Math.max(needed, doubled)).put(entries.flip());
        }
        if (entryCount == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * entryCount);
        }
    }

    /** How many mutations wait. */
    public int entryCount() {
        return entryCount;
    }

    /** How many bytes wait, about as many as {@link #drain} will give. */
    public int sizeBytes() {
        return entries.position();
    }

    /**
     * Gives away what was collected, as payloads in ascending order, and starts again. Nothing is given if there is nothing.
     * If a payload is not taken (the call throws), everything stays, to be given again from the start.
     *
     * @param partBytes the size that a payload does not pass unless a single entry does
     * @param parts takes each payload, which is valid until it returns
     */
    public void drain(int partBytes, Consumer<ByteBuffer> parts) {
        int[] sorted = order.sort(entries, offsets, entryCount, isUniform);
        DeltaOutput output = new DeltaOutput();
        for (int i = 0; i < entryCount; i++) {
            // The sort is stable, so the last of equal keys is the latest.
            if (i + 1 < entryCount && order.isSame(i, i + 1)) {
                continue;
            }
            int offset = sorted[i];
            int keyLength = entries.getInt(offset + KEY_LENGTH_OFFSET);
            int valueLength = entries.getInt(offset + VALUE_LENGTH_OFFSET);
            int length = DeltaOutput.entryBytes(keyLength, valueLength);
            if (output.sizeBytes() > 0 && length > partBytes - output.sizeBytes()) {
                parts.accept(output.take());
            }
            output.add(entries.array(), offset + ENTRY_HEADER_BYTES, keyLength, valueLength, length);
        }
        if (output.sizeBytes() > 0) {
            parts.accept(output.take());
        }
        clear();
    }

    /** Drops what was collected. */
    public void clear() {
        entries.clear();
        entryCount = 0;
    }
}

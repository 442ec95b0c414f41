package dev.millrace.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
 * <p>Used by one thread. The buffers grow to {@link #MAX_BUFFER_BYTES} together and are kept for the next epoch.
 */
public final class StateDeltaWriter {
    /** The longest value: 32 MiB. */
    public static final int MAX_VALUE_BYTES = 32 << 20;

    /** How many bytes may wait for {@link #drain}: 1 GiB. */
    public static final int MAX_BUFFER_BYTES = 1 << 30;

    private static final ByteBuffer NO_VALUE = ByteBuffer.allocate(0);

    /** By key group; as long as the highest one needs. */
    private @Nullable DeltaGroup[] groups = new DeltaGroup[0];

    private int entryCount;
    private int sizeBytes;
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
        add(keyGroup, stateId, namespace, key, NO_VALUE, DeltaGroup.DELETED);
    }

    private void add(int keyGroup, int stateId, long namespace, ByteBuffer key, ByteBuffer value, int valueLength) {
        StoredKey.check(keyGroup, stateId, key.remaining());
        int entryBytes = DeltaGroup.HEADER_BYTES + StoredKey.HEADER_BYTES + key.remaining() + value.remaining();
        if (entryBytes > MAX_BUFFER_BYTES - sizeBytes) {
            throw new IllegalStateException("delta is full: bufferedBytes=" + sizeBytes + ", entryBytes=" + entryBytes
                    + ", limitBytes=" + MAX_BUFFER_BYTES + "; drain it more than once an epoch");
        }
        if (entryCount == 0) {
            firstStateId = stateId;
            firstNamespace = namespace;
            isUniform = true;
        }
        isUniform &= stateId == firstStateId && namespace == firstNamespace;
        sizeBytes += group(keyGroup).add(keyGroup, stateId, namespace, key, value, valueLength);
        entryCount++;
    }

    private DeltaGroup group(int keyGroup) {
        if (keyGroup >= groups.length) {
            groups = Arrays.copyOf(groups, Math.max(keyGroup + 1, 2 * groups.length));
        }
        DeltaGroup group = groups[keyGroup];
        if (group == null) {
            group = new DeltaGroup();
            groups[keyGroup] = group;
        }
        return group;
    }

    /** How many mutations wait. */
    public int entryCount() {
        return entryCount;
    }

    /** How many bytes wait, about as many as {@link #drain} will give. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * Gives away what was collected, as payloads in ascending order, and starts again. Nothing is given if there is nothing.
     * If a payload is not taken (the call throws), everything stays, to be given again from the start.
     *
     * @param partBytes the size that a payload does not pass unless a single entry does
     * @param parts takes each payload, which is valid until it returns
     */
    public void drain(int partBytes, Consumer<ByteBuffer> parts) {
        DeltaOutput output = new DeltaOutput();
        for (DeltaGroup group : groups) {
            if (group != null && group.count() > 0) {
                drain(group, output, partBytes, parts);
            }
        }
        if (output.sizeBytes() > 0) {
            parts.accept(output.take());
        }
        clear();
    }

    private void drain(DeltaGroup group, DeltaOutput output, int partBytes, Consumer<ByteBuffer> parts) {
        int[] sorted = order.sort(group, isUniform);
        ByteBuffer entries = group.bytes();
        for (int i = 0; i < group.count(); i++) {
            // The sort is stable, so the last of equal keys is the latest.
            if (i + 1 < group.count() && order.isSame(i, i + 1)) {
                continue;
            }
            int offset = sorted[i];
            int keyLength = entries.getInt(offset + DeltaGroup.KEY_LENGTH_OFFSET);
            int valueLength = entries.getInt(offset + DeltaGroup.VALUE_LENGTH_OFFSET);
            int length = DeltaOutput.entryBytes(keyLength, valueLength);
            if (output.sizeBytes() > 0 && length > partBytes - output.sizeBytes()) {
                parts.accept(output.take());
            }
            output.add(group.array(), offset + DeltaGroup.HEADER_BYTES, keyLength, valueLength, length);
        }
    }

    /** Drops what was collected. */
    public void clear() {
        for (DeltaGroup group : groups) {
            if (group != null) {
                group.clear();
            }
        }
        entryCount = 0;
        sizeBytes = 0;
    }
}

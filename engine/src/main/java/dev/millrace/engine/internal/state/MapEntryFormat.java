package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import dev.millrace.allocator.Memory;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a map, under {key, key inside the map}.
 *
 * <pre>
 *   0        8                     8 or 16
 *   +--------+---------------------+--------+      message Entry {
 *   | slot   | stamp, if it expires| blob   |        Value value = 1; uint64 slot = 2; sint64 stamp = 3;
 *   +--------+---------------------+--------+      }
 * </pre>
 *
 * The slot is the number under which {@link MapKeys} keeps the key.
 */
final class MapEntryFormat extends CompositeFormat {
    static final int STAMP_OFFSET = 8;

    private static final int VALUE = 1;
    private static final int SLOT = 2;
    private static final int STAMP = 3;

    private final long afterMillis;
    private final int headBytes;

    /** @param afterMillis how long an entry lasts, 0 for ever */
    MapEntryFormat(
            int stateId,
            String stateName,
            RecordLayout keyLayout,
            RecordLayout mapKeyLayout,
            RecordLayout valueLayout,
            long afterMillis) {
        super(stateId, stateName, keyLayout, mapKeyLayout, valueLayout);
        this.afterMillis = afterMillis;
        headBytes = headBytes(afterMillis);
    }

    /** What precedes the blob. */
    static int headBytes(long afterMillis) {
        return afterMillis == 0 ? STAMP_OFFSET : STAMP_OFFSET + Long.BYTES;
    }

    @Override
    public boolean isOver(long valueAddress, long horizon) {
        return afterMillis != 0 && Lifetime.isOver(Memory.getLong(valueAddress + STAMP_OFFSET), afterMillis, horizon);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        byte[] value = encodeBlob(address + headBytes);
        return Wire.write(3 * Wire.MOST_FIELD_BYTES + value.length, out -> {
            out.writeByteArray(VALUE, value);
            out.writeUInt64(SLOT, Memory.getLong(address));
            if (afterMillis != 0) {
                out.writeSInt64(STAMP, Memory.getLong(address + STAMP_OFFSET));
            }
        });
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        Decoded decoded = new Decoded();
        Wire.read("entry of a map", encoded, decoded);
        if (decoded.blob == null) {
            throw new MalformedRecordException("entry of a map has no value: state=" + stateName());
        }
        ByteBuffer entry = ByteBuffer.allocate(headBytes + decoded.blob.length).order(ByteOrder.nativeOrder());
        entry.putLong(decoded.slot);
        if (afterMillis != 0) {
            entry.putLong(decoded.stamp);
        }
        return entry.put(decoded.blob).array();
    }

    /** The fields as they come. */
    private final class Decoded implements Wire.Field {
        private byte @Nullable [] blob;
        private long slot;
        private long stamp;

        @Override
        public boolean read(int number, CodedInputStream in) throws IOException {
            switch (number) {
                case VALUE -> blob = decodeBlob(in.readByteArray());
                case SLOT -> slot = in.readUInt64();
                case STAMP -> stamp = in.readSInt64();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}

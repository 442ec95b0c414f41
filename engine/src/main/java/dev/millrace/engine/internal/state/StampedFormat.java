package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One value with the time at which it was written.
 *
 * <pre>
 *   0        8
 *   +--------+--------+      message Stamped { Value value = 1; sint64 stamp = 2; }
 *   | stamp  | blob   |
 *   +--------+--------+
 * </pre>
 */
final class StampedFormat extends RecordFormat {
    private static final int VALUE = 1;
    private static final int STAMP = 2;

    private final long afterMillis;

    /** @param afterMillis how long a value lasts */
    StampedFormat(int stateId, String stateName, RecordLayout keyLayout, RecordLayout valueLayout, long afterMillis) {
        super(stateId, stateName, keyLayout, valueLayout);
        this.afterMillis = afterMillis;
    }

    @Override
    public boolean isOver(long valueAddress, long horizon) {
        return Lifetime.isOver(Memory.getLong(valueAddress), afterMillis, horizon);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        byte[] value = encodeBlob(address + Long.BYTES);
        return Wire.write(2 * Wire.MOST_FIELD_BYTES + value.length, out -> {
            out.writeByteArray(VALUE, value);
            out.writeSInt64(STAMP, Memory.getLong(address));
        });
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        Decoded decoded = new Decoded();
        Wire.read("stamped value", encoded, decoded);
        if (decoded.blob == null) {
            throw new MalformedRecordException("stamped value has no value: state=" + stateName());
        }
        return ByteBuffer.allocate(Long.BYTES + decoded.blob.length)
                .order(ByteOrder.nativeOrder())
                .putLong(decoded.stamp)
                .put(decoded.blob)
                .array();
    }

    /** The fields as they come. */
    private final class Decoded implements Wire.Field {
        private byte @Nullable [] blob;
        private long stamp;

        @Override
        public boolean read(int number, CodedInputStream in) throws IOException {
            switch (number) {
                case VALUE -> blob = decodeBlob(in.readByteArray());
                case STAMP -> stamp = in.readSInt64();
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}

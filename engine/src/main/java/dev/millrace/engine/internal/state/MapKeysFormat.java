package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import dev.millrace.allocator.Memory;
import dev.millrace.serde.RecordLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a map, numbered from 0 without gaps, and how many there are.
 *
 * <pre>
 *   under {key}, the head     under {key, number}
 *   0        8                0      8
 *   +--------+                +------+-----------------+      message Key {
 *   | count  |                |  -1  | blob of a key   |        uint64 count = 1; MapKey key = 2;
 *   +--------+                +------+-----------------+      }
 * </pre>
 */
final class MapKeysFormat extends CompositeFormat {
    /** What precedes the blob of a key. */
    static final int HEAD_BYTES = 8;
    /** In the place of a count, where there is none. */
    static final long IS_KEY = -1;

    private static final int COUNT = 1;
    private static final int KEY = 2;

    MapKeysFormat(int stateId, String stateName, RecordLayout keyLayout, RecordLayout mapKeyLayout) {
        super(stateId, stateName, keyLayout, mapKeyLayout, mapKeyLayout);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        long count = Memory.getLong(address);
        if (count != IS_KEY) {
            return Wire.write(Wire.MOST_FIELD_BYTES, out -> out.writeUInt64(COUNT, count));
        }
        byte[] key = encodeBlob(address + HEAD_BYTES);
        return Wire.write(Wire.MOST_FIELD_BYTES + key.length, out -> out.writeByteArray(KEY, key));
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        Decoded decoded = new Decoded();
        Wire.read("key of a map", encoded, decoded);
        byte[] blob = decoded.blob == null ? new byte[0] : decoded.blob;
        return ByteBuffer.allocate(HEAD_BYTES + blob.length)
                .order(ByteOrder.nativeOrder())
                .putLong(decoded.blob == null ? decoded.count : IS_KEY)
                .put(blob)
                .array();
    }

    /** The fields as they come. */
    private final class Decoded implements Wire.Field {
        private byte @Nullable [] blob;
        private long count;

        @Override
        public boolean read(int number, CodedInputStream in) throws IOException {
            switch (number) {
                case COUNT -> count = in.readUInt64();
                case KEY -> blob = decodeBlob(in.readByteArray());
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}

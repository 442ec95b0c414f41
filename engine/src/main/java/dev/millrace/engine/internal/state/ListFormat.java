package dev.millrace.engine.internal.state;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Head and chunks of a list outside of memory. Room is not stored.
 *
 * <pre>
 *   message Part {
 *     Head head = 1;
 *     repeated Element elements = 2;
 *   }
 *   message Head { uint64 first = 1; uint64 behind = 2; uint64 size = 3; uint64 trimmed = 4; }
 *   message Element { Value value = 1; sint64 stamp = 2; }
 * </pre>
 */
final class ListFormat extends CompositeFormat {
    private static final int HEAD = 1;
    private static final int ELEMENTS = 2;
    private static final int VALUE = 1;
    private static final int STAMP = 2;

    private final long afterMillis;
    private final int elementHeadBytes;

    /** @param afterMillis how long an element lasts, 0 for ever */
    ListFormat(int stateId, String stateName, RecordLayout keyLayout, RecordLayout valueLayout, long afterMillis) {
        super(stateId, stateName, keyLayout, valueLayout, valueLayout);
        this.afterMillis = afterMillis;
        elementHeadBytes = elementHeadBytes(afterMillis);
    }

    /** What precedes the blob of an element. */
    static int elementHeadBytes(long afterMillis) {
        return afterMillis == 0 ? ListLayout.STAMP_OFFSET : ListLayout.STAMP_OFFSET + Long.BYTES;
    }

    /** A chunk is over when all of its elements are. */
    @Override
    public boolean isOver(long valueAddress, long horizon) {
        if (afterMillis == 0 || ListLayout.isHead(valueAddress)) {
            return false;
        }
        long element = valueAddress + ListLayout.CHUNK_HEADER_BYTES;
        for (int i = ListLayout.count(valueAddress); i > 0; i--) {
            if (!Lifetime.isOver(ListLayout.stamp(element), afterMillis, horizon)) {
                return false;
            }
            element += elementHeadBytes + ListLayout.blobBytes(element);
        }
        return true;
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        return ListLayout.isHead(address) ? encodeHead(address) : encodeChunk(address);
    }

    private static byte[] encodeHead(long address) {
        byte[] head = Wire.write(4 * Wire.MOST_FIELD_BYTES, out -> {
            out.writeUInt64(1, ListLayout.first(address));
            out.writeUInt64(2, ListLayout.behind(address));
            out.writeUInt64(3, ListLayout.size(address));
            out.writeUInt64(4, ListLayout.trimmed(address));
        });
        return Wire.write(Wire.MOST_FIELD_BYTES + head.length, out -> out.writeByteArray(HEAD, head));
    }

    private byte[] encodeChunk(long chunk) {
        byte[][] values = new byte[ListLayout.count(chunk)][];
        int mostBytes = 0;
        long element = chunk + ListLayout.CHUNK_HEADER_BYTES;
        for (int i = 0; i < values.length; i++) {
            values[i] = encodeBlob(element + elementHeadBytes);
            mostBytes += 3 * Wire.MOST_FIELD_BYTES + values[i].length;
            element += elementHeadBytes + ListLayout.blobBytes(element);
        }
        return Wire.write(mostBytes, out -> writeElements(chunk, values, out));
    }

    private void writeElements(long chunk, byte[][] values, CodedOutputStream out) throws IOException {
        long element = chunk + ListLayout.CHUNK_HEADER_BYTES;
        for (byte[] value : values) {
            long stamp = afterMillis == 0 ? 0 : ListLayout.stamp(element);
            int stampBytes = afterMillis == 0 ? 0 : CodedOutputStream.computeSInt64Size(STAMP, stamp);
            out.writeTag(ELEMENTS, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(CodedOutputStream.computeByteArraySize(VALUE, value) + stampBytes);
            out.writeByteArray(VALUE, value);
            if (afterMillis != 0) {
                out.writeSInt64(STAMP, stamp);
            }
            element += elementHeadBytes + ListLayout.blobBytes(element);
        }
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        Decoded decoded = new Decoded();
        Wire.read("part of a list", encoded, decoded);
        return decoded.head != null ? head(decoded.head) : decoded.chunk();
    }

    private static byte[] head(byte[] message) {
        long[] numbers = new long[4];
        Wire.read("head of a list", message, (number, in) -> {
            if (number < 1 || number > numbers.length) {
                return false;
            }
            numbers[number - 1] = in.readUInt64();
            return true;
        });
        ByteBuffer head = ByteBuffer.allocate(ListLayout.HEAD_BYTES).order(ByteOrder.nativeOrder());
        head.putLong(-1);
        for (long number : numbers) {
            head.putLong(number);
        }
        return head.array();
    }

    /** The fields as they come. */
    private final class Decoded implements Wire.Field {
        private byte @Nullable [] head;
        private final ByteArrayOutputStream elements = new ByteArrayOutputStream();
        private int count;

        @Override
        public boolean read(int number, CodedInputStream in) throws IOException {
            switch (number) {
                case HEAD -> head = in.readByteArray();
                case ELEMENTS -> {
                    elements.writeBytes(element(in.readByteArray()));
                    count++;
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        private byte[] element(byte[] message) {
            byte[][] blob = new byte[1][];
            long[] stamp = new long[1];
            Wire.read("element of a list", message, (number, in) -> {
                if (number == VALUE) {
                    blob[0] = decodeBlob(in.readByteArray());
                } else if (number == STAMP) {
                    stamp[0] = in.readSInt64();
                }
                return number == VALUE || number == STAMP;
            });
            if (blob[0] == null) {
                throw new MalformedRecordException("element of a list has no value: state=" + stateName());
            }
            ByteBuffer element =
                    ByteBuffer.allocate(elementHeadBytes + blob[0].length).order(ByteOrder.nativeOrder());
            element.putInt(blob[0].length).putInt(0);
            if (afterMillis != 0) {
                element.putLong(stamp[0]);
            }
            return element.put(blob[0]).array();
        }

        byte[] chunk() {
            int usedBytes = ListLayout.CHUNK_HEADER_BYTES + elements.size();
            return ByteBuffer.allocate(usedBytes)
                    .order(ByteOrder.nativeOrder())
                    .putInt(usedBytes)
                    .putInt(count)
                    .put(elements.toByteArray())
                    .array();
        }
    }
}

package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FlatRows;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.ProtobufTranscoder;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a frame as Protobuf messages, each behind its length as a varint. Used by one thread at a time; its buffer is
 * as large as the longest message was, which a frame's limit bounds.
 */
public final class FramePayload {
    private static final int MAX_LENGTH_BYTES = 5;

    /** Not there in the mode that has no messages. */
    private final @Nullable ProtobufTranscoder transcoder;

    private byte[] buffer = new byte[256];

    private FramePayload(@Nullable ProtobufTranscoder transcoder) {
        this.transcoder = transcoder;
    }

    /** Rows as messages. */
    public static FramePayload messages(ProtobufTranscoder transcoder) {
        return new FramePayload(transcoder);
    }

    /** For frames without messages: is never asked for any. */
    public static FramePayload none() {
        return new FramePayload(null);
    }

    public long sizeBytes(FlatRows rows) {
        long sizeBytes = 0;
        long row = rows.first();
        for (int i = 0; i < rows.rowCount(); i++, row = rows.next(row)) {
            int length = transcoder().encodedBytes(row);
            sizeBytes += varintBytes(length) + length;
        }
        return sizeBytes;
    }

    /** Writes all rows to where there are {@link #sizeBytes} bytes. */
    public void write(FlatRows rows, long target) {
        long at = target;
        long row = rows.first();
        for (int i = 0; i < rows.rowCount(); i++, row = rows.next(row)) {
            int length = transcoder().encodedBytes(row);
            reserve(length);
            transcoder().encode(row, buffer, 0);
            at = putVarint(length, at);
            Memory.copyFrom(buffer, 0, at, length);
            at += length;
        }
    }

    /** Appends the rows of a payload. */
    public void read(long payload, int payloadBytes, int rowCount, FlatRows target) {
        long at = payload;
        long end = payload + payloadBytes;
        for (int i = 0; i < rowCount; i++) {
            int length = 0;
            for (int shift = 0; ; shift += 7) {
                if (at == end || shift == 7 * MAX_LENGTH_BYTES) {
                    throw malformed("length of a message is cut off: row=" + i);
                }
                byte next = Memory.getByte(at++);
                length |= (next & 0x7F) << shift;
                if (next >= 0) {
                    break;
                }
            }
            if (length < 0 || length > end - at) {
                throw malformed(
                        "message is out of bounds: row=" + i + ", length=" + length + ", leftBytes=" + (end - at));
            }
            reserve(length);
            Memory.copyTo(at, buffer, 0, length);
            if (!target.tryAppend(transcoder().decode(buffer, 0, length))) {
                throw malformed("rows do not fit their page: row=" + i + ", usedBytes=" + target.usedBytes());
            }
            at += length;
        }
        if (at != end) {
            throw malformed("bytes behind the last row: leftBytes=" + (end - at));
        }
    }

    private void reserve(int length) {
        if (buffer.length < length) {
            buffer = new byte[length];
        }
    }

    private ProtobufTranscoder transcoder() {
        if (transcoder == null) {
            throw new IllegalStateException("frames of this mode hold no messages");
        }
        return transcoder;
    }

    private static int varintBytes(int value) {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private static long putVarint(int value, long address) {
        long at = address;
        int left = value;
        for (; left >= 0x80; left >>>= 7) {
            Memory.putByte(at++, (byte) (left | 0x80));
        }
        Memory.putByte(at++, (byte) left);
        return at;
    }

    private static MalformedRecordException malformed(String fault) {
        return new MalformedRecordException("malformed frame: " + fault);
    }
}

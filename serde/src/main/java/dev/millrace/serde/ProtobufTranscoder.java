package dev.millrace.serde;

import dev.millrace.serde.internal.ProtobufDecoder;
import dev.millrace.serde.internal.ProtobufEncoder;
import dev.millrace.serde.internal.ProtobufKinds;
import dev.millrace.serde.internal.ProtobufSchema;

/**
 * Turns blobs into Protobuf messages and back, byte by byte along the layout: no record and no message object in between.
 *
 * <p>Used by one thread at a time. Meant for the edges (durable state, other processes), not for the path of events:
 * decoding makes arrays on the heap, of a size bounded by that of the message and the layout.
 *
 * <pre>
 *   component n (from 0)     field n + 1
 *   boolean                  bool
 *   byte, short, int         int32
 *   long                     int64
 *   char                     uint32
 *   float, double, String    float, double, string
 *   enum                     enum, numbered by the order of its constants: a new constant goes last
 *   Instant                  google.protobuf.Timestamp (of which it has more years)
 *   record                   a message
 * </pre>
 *
 * <p>As in proto3, a field with its default value (zero, empty, first constant, epoch) is not written, and a missing field is
 * read as that. Unknown fields are skipped. Of a field that comes twice the last counts; messages that come twice are
 * merged. Fields are written in the order of their numbers, so equal values have equal messages: a message is a key too.
 */
public final class ProtobufTranscoder {
    private final ProtobufEncoder encoder;
    private final ProtobufDecoder decoder;
    private final RecordLayout layout;

    private ProtobufTranscoder(RecordLayout layout) {
        this.layout = layout;
        this.encoder = new ProtobufEncoder(layout);
        this.decoder = new ProtobufDecoder(layout);
    }

    /**
     * Makes a transcoder.
     *
     * @throws UnsupportedTypeException if a component has no form as Protobuf
     */
    public static ProtobufTranscoder of(RecordLayout layout) {
        ProtobufKinds.requireSupported(layout);
        return new ProtobufTranscoder(layout);
    }

    /** The exact size of a blob as a message: 0 or more bytes. */
    public int encodedBytes(long blobAddress) {
        return encoder.sizeBytes(blobAddress);
    }

    /**
     * Writes a blob as a message.
     *
     * @param blobAddress a blob that its codec wrote or validated
     * @param target takes {@link #encodedBytes} bytes from the offset on
     * @return how many bytes were written
     * @throws IllegalArgumentException if the target is too small; nothing is written then
     */
    public int encode(long blobAddress, byte[] target, int offset) {
        return encoder.encode(blobAddress, target, offset);
    }

    /**
     * Reads a message.
     *
     * @return the blob: what the codec would write for the value, to be copied to wherever it is to live
     * @throws MalformedRecordException if the bytes are no such message, or a value does not fit its component
     */
    public byte[] decode(byte[] source, int offset, int lengthBytes) {
        return decoder.decode(source, offset, lengthBytes);
    }

    /** The message as the text of a {@code .proto} file, for people and for {@code protoc}. */
    public String schemaText() {
        return ProtobufSchema.text(layout);
    }
}

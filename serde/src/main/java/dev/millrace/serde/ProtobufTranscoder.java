package dev.millrace.serde;

import dev.millrace.serde.internal.ProtobufDecoder;
import dev.millrace.serde.internal.ProtobufEncoder;

/**
 * Turns blobs into Protobuf messages and back, field by field along the layout: no record and no message object in between,
 * and no garbage once its buffers are as large as the largest value, except where a result is an array and where the entries
 * of a map come out of order.
 *
 * <p>Used by one thread at a time. Meant for the edges: durable state and other processes.
 *
 * <pre>
 *   component with @Tag(n)     field n; without it, the place of the component, from 1
 *   boolean                    bool
 *   byte, short, int           int32
 *   long                       int64
 *   char                       uint32
 *   float, double              float, double
 *   String, also @FixedUtf8    string
 *   byte[]                     bytes
 *   enum                       enum, numbered by the order of its constants: a new constant goes last
 *   Instant, Duration          google.protobuf.Timestamp and Duration (of which they have more years)
 *   LocalDate                  int64, days since 1970-01-01
 *   LocalDateTime              message { int64 seconds = 1; int32 nanos = 2; }, since 1970-01-01T00:00
 *   UUID                       bytes: 16, the most significant first; none for the UUID of zeros
 *   BigDecimal                 message { bytes unscaled_value = 1; int32 scale = 2; }, two's complement, big-endian
 *   record                     a message
 *   sealed interface           a message { oneof value { ... } }, numbered by place or by @Tag of the record
 *   Optional                   optional
 *   List, array                repeated, packed where Protobuf can
 *   Map                        map; repeated messages { key = 1; value = 2; } where Protobuf does not have such keys
 * </pre>
 *
 * <p>A list, a map or an optional value that is itself part of one of these is a message with the one field 1.
 *
 * <p>As in proto3, a field with its default value (zero, empty, first constant, epoch) is not written, and a missing field is
 * read as that; a union has no default and is always there. Unknown fields are skipped. Of a field that comes twice the last
 * counts; messages that come twice are merged, lists are joined. Fields are written in the order of their numbers, and entries
 * of maps in that of their keys, so equal values have equal messages: a message is a key too.
 */
public final class ProtobufTranscoder {
    /** The largest blob, beyond its fixed part, unless another limit is given. */
    public static final int DEFAULT_LIMIT_BYTES = 256 << 20;

    private final ProtobufEncoder encoder;
    private final ProtobufDecoder decoder;
    private final SchemaDescriptor schema;

    private ProtobufTranscoder(RecordLayout layout, int limitBytes) {
        this.schema = SchemaDescriptor.of(layout);
        this.encoder = new ProtobufEncoder(schema.root());
        this.decoder = new ProtobufDecoder(schema.root(), schema.root(), limitBytes);
    }

    /** Makes a transcoder whose blobs are limited by {@link #DEFAULT_LIMIT_BYTES}. */
    public static ProtobufTranscoder of(RecordLayout layout) {
        return new ProtobufTranscoder(layout, DEFAULT_LIMIT_BYTES);
    }

    /**
     * Makes a transcoder for messages that come from afar: a short one can stand for a long list.
     *
     * @param limitBytes the largest blob that is made of a message, beyond its fixed part; what is allocated on the way is a
     *     small multiple of it
     */
    public static ProtobufTranscoder of(RecordLayout layout, int limitBytes) {
        if (limitBytes < 0) {
            throw new IllegalArgumentException("limit is below zero: limitBytes=" + limitBytes);
        }
        return new ProtobufTranscoder(layout, limitBytes);
    }

    /** The exact size of a blob as a message: 0 or more bytes. Costs as much as {@link #encode(long, byte[], int)}. */
    public int encodedBytes(long blobAddress) {
        return encoder.encode(blobAddress);
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
        if (offset < 0 || offset > target.length) {
            throw tooSmall(encoder.encode(blobAddress), offset, target.length);
        }
        int end = encoder.encode(blobAddress, target, offset);
        if (end < 0) {
            throw tooSmall(~end, offset, target.length);
        }
        return end - offset;
    }

    /**
     * Writes a blob as a message.
     *
     * @param blobAddress a blob that its codec wrote or validated
     * @param targetAddress takes the message; need not be aligned, and must not be in the blob
     * @param capacityBytes how many bytes it takes
     * @return how many bytes were written
     * @throws IllegalArgumentException if the target is too small; nothing is written then
     */
    public int encode(long blobAddress, long targetAddress, int capacityBytes) {
        int sizeBytes = encoder.encode(blobAddress);
        if (capacityBytes < sizeBytes) {
            throw tooSmall(sizeBytes, 0, capacityBytes);
        }
        encoder.copyTo(targetAddress);
        return sizeBytes;
    }

    /** A blob as a message in an array of its own. */
    public byte[] encode(long blobAddress) {
        encoder.encode(blobAddress);
        return encoder.toBytes();
    }

    private static IllegalArgumentException tooSmall(int sizeBytes, int offset, int capacityBytes) {
        return new IllegalArgumentException("target is too small: neededBytes=" + sizeBytes + ", offset=" + offset
                + ", targetBytes=" + capacityBytes + "; ask encodedBytes first");
    }

    /**
     * Reads a message.
     *
     * @return the blob: what the codec would write for the value, to be copied to wherever it is to live
     * @throws MalformedRecordException if the bytes are no such message, or a value does not fit its component
     */
    public byte[] decode(byte[] source, int offset, int lengthBytes) {
        return decoder.decodeToArray(source, offset, lengthBytes);
    }

    /**
     * Reads a message and keeps the blob until the next is read; {@link #copyBlob} brings it to where it is to live.
     *
     * @return the size of the blob
     * @throws MalformedRecordException if the bytes are no such message, or a value does not fit its component
     */
    public int decode(long sourceAddress, int lengthBytes) {
        return decoder.decode(sourceAddress, lengthBytes);
    }

    /**
     * Copies the blob that was read last.
     *
     * @param targetAddress takes as many bytes as the last {@link #decode(long, int)} said
     */
    public void copyBlob(long targetAddress) {
        decoder.copyTo(targetAddress);
    }

    /** What messages look like, to be stored beside them. */
    public SchemaDescriptor schema() {
        return schema;
    }

    /** The message as the text of a {@code .proto} file, for people and for {@code protoc}. */
    public String schemaText() {
        return schema.protoText();
    }
}

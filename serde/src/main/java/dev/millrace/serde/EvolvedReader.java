package dev.millrace.serde;

import dev.millrace.serde.internal.ProtobufDecoder;
import dev.millrace.serde.internal.ProtobufEncoder;

/**
 * Reads values that were stored with one version of a type as blobs of another; made by {@link SchemaEvolution#reader}. Used
 * by one thread at a time.
 */
public final class EvolvedReader {
    private final ProtobufDecoder decoder;
    private final ProtobufEncoder encoder;

    EvolvedReader(SchemaType stored, SchemaType current, int limitBytes) {
        decoder = new ProtobufDecoder(stored, current, limitBytes);
        encoder = new ProtobufEncoder(stored);
    }

    /**
     * Reads a message that was written with the stored type.
     *
     * @return the blob: what today's codec would write for the value
     * @throws MalformedRecordException if the bytes are no such message
     */
    public byte[] decode(byte[] source, int offset, int lengthBytes) {
        return decoder.decodeToArray(source, offset, lengthBytes);
    }

    /**
     * Reads a blob that was written with the stored type's flat layout, field by field.
     *
     * @param blobAddress a blob of the stored layout that was validated when that layout was today's; it is not validated here
     * @return the blob as today's codec would write it
     */
    public byte[] decodeFlat(long blobAddress) {
        int sizeBytes = encoder.encode(blobAddress);
        byte[] message = encoder.toBytes();
        return decoder.decodeToArray(message, 0, sizeBytes);
    }
}

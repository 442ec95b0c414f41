package dev.millrace.serde.internal;

import dev.millrace.serde.SchemaType;

/**
 * Writes blobs as Protobuf messages. The fields are read where they lie; the message is put together from its end to its
 * start in a buffer of the encoder, and copied from there in one piece. Used by one thread at a time.
 */
public final class ProtobufEncoder {
    private final MessageWriter writer;
    private final WireOutput out = new WireOutput();

    public ProtobufEncoder(SchemaType type) {
        this.writer = EncoderAssembly.newWriter(type);
    }

    /** Writes a blob to the buffer. Returns the size of the message. */
    public int encode(long blob) {
        out.clear();
        writer.write(out, blob);
        return out.sizeBytes();
    }

    /**
     * Writes a blob to an array.
     *
     * @param offset where the message begins; in the array
     * @return where it ends; below zero, and no byte is written, if the array ends before
     */
    public int encode(long blob, byte[] target, int offset) {
        if (target.length - offset >= writer.directBytes()) {
            return writer.writeDirectly(blob, target, offset);
        }
        final int sizeBytes = encode(blob);
        if (target.length - offset < sizeBytes) {
            return ~sizeBytes;
        }
        out.copyTo(target, offset);
        return offset + sizeBytes;
    }

    /** Copies the message that {@link #encode} wrote last. */
    public void copyTo(byte[] target, int offset) {
        out.copyTo(target, offset);
    }

    /** Copies the message that {@link #encode} wrote last. */
    public void copyTo(long address) {
        out.copyTo(address);
    }

    /** The message that {@link #encode} wrote last, as an array of its own. */
    public byte[] toBytes() {
        return out.toBytes();
    }
}

package dev.millrace.serde;

import dev.millrace.serde.internal.DescriptorBuilder;
import dev.millrace.serde.internal.DescriptorCodec;
import dev.millrace.serde.internal.ProtobufSchema;

/**
 * What a type looks like: names, field numbers, kinds, constants, nested types and places in the flat layout, without any
 * class. It is stored beside the values it describes, so that a later version of the type can read them; see
 * {@link SchemaEvolution}.
 *
 * <p>As bytes it is a Protobuf message, drawn at {@code DescriptorCodec}; at most {@link #MAX_BYTES} of them. Immutable; any
 * thread may use it.
 *
 * @param root the record, or for a single value a record with the one component {@code value}
 * @param layoutHash the hash of the flat layout
 */
public record SchemaDescriptor(SchemaType root, long layoutHash) {
    /** The largest descriptor. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * Describes a type.
     *
     * @throws IllegalArgumentException if a {@code @Default} is no value of its component
     */
    public static SchemaDescriptor of(RecordLayout layout) {
        return DescriptorBuilder.build(layout);
    }

    /**
     * Reads a descriptor.
     *
     * @throws MalformedRecordException if the bytes are none, or of a later version
     */
    public static SchemaDescriptor parse(byte[] bytes) {
        return DescriptorCodec.decode(bytes);
    }

    /**
     * The descriptor as bytes; the same for equal descriptors.
     *
     * @throws IllegalArgumentException if they would be more than {@link #MAX_BYTES}
     */
    public byte[] toBytes() {
        return DescriptorCodec.encode(this);
    }

    /** The type as the text of a {@code .proto} file. */
    public String protoText() {
        return ProtobufSchema.text(root);
    }
}

package dev.millrace.engine.internal.chain;

import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordLayout;

/** State whose value is one blob of a layout. */
public class RecordFormat implements StateFormat {
    private final int stateId;
    private final String stateName;
    private final RecordLayout keyLayout;
    private final RecordLayout valueLayout;
    private final ProtobufTranscoder keys;
    private final ProtobufTranscoder values;

    public RecordFormat(int stateId, String stateName, RecordLayout keyLayout, RecordLayout valueLayout) {
        this.stateId = stateId;
        this.stateName = stateName;
        this.keyLayout = keyLayout;
        this.valueLayout = valueLayout;
        keys = ProtobufTranscoder.of(keyLayout);
        values = ProtobufTranscoder.of(valueLayout);
    }

    @Override
    public final int stateId() {
        return stateId;
    }

    @Override
    public final String stateName() {
        return stateName;
    }

    @Override
    public final RecordLayout keyLayout() {
        return keyLayout;
    }

    @Override
    public final RecordLayout valueLayout() {
        return valueLayout;
    }

    @Override
    public final byte[] encodeKey(long address, int lengthBytes) {
        return encode(keys, address);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        return encode(values, address);
    }

    @Override
    public final byte[] decodeKey(byte[] encoded) {
        return keys.decode(encoded, 0, encoded.length);
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        return values.decode(encoded, 0, encoded.length);
    }

    /** A blob of {@link #valueLayout} as Protobuf. */
    protected final byte[] encodeBlob(long address) {
        return encode(values, address);
    }

    /** A blob of {@link #valueLayout} from Protobuf. */
    protected final byte[] decodeBlob(byte[] encoded) {
        return values.decode(encoded, 0, encoded.length);
    }

    private static byte[] encode(ProtobufTranscoder transcoder, long address) {
        byte[] encoded = new byte[transcoder.encodedBytes(address)];
        transcoder.encode(address, encoded, 0);
        return encoded;
    }
}

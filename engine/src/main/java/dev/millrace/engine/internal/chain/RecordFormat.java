package dev.millrace.engine.internal.chain;

import dev.millrace.serde.EvolvedReader;
import dev.millrace.serde.ProtobufTranscoder;
import dev.millrace.serde.RecordLayout;
import org.jspecify.annotations.Nullable;

/** State whose value is one blob of a layout. */
public class RecordFormat implements StateFormat {
    private final int stateId;
    private final String stateName;
    private final RecordLayout keyLayout;
    private final RecordLayout valueLayout;
    private final ProtobufTranscoder keys;
    private final ProtobufTranscoder values;
    /** Reads values of an older version of the type; null where they are of today's. */
    private @Nullable EvolvedReader reader;

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
    public byte[] encodeKey(long address, int lengthBytes) {
        return keys.encode(address);
    }

    @Override
    public byte[] encodeValue(long address, int lengthBytes) {
        return values.encode(address);
    }

    @Override
    public byte[] decodeKey(byte[] encoded) {
        return keys.decode(encoded, 0, encoded.length);
    }

    @Override
    public byte[] decodeValue(byte[] encoded) {
        return decodeBlob(encoded);
    }

    @Override
    public final void decodeValuesWith(EvolvedReader evolved) {
        reader = evolved;
    }

    /** A blob of {@link #valueLayout} as Protobuf. */
    protected final byte[] encodeBlob(long address) {
        return values.encode(address);
    }

    /** A blob of {@link #valueLayout} from Protobuf. */
    protected final byte[] decodeBlob(byte[] encoded) {
        EvolvedReader evolved = reader;
        return evolved == null ? values.decode(encoded, 0, encoded.length) : evolved.decode(encoded, 0, encoded.length);
    }
}

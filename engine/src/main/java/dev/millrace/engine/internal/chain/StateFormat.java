package dev.millrace.engine.internal.chain;

import dev.millrace.serde.EvolvedReader;
import dev.millrace.serde.RecordLayout;

/**
 * How a state's entries look outside of memory. Each call makes or reads Protobuf bytes; never on the data path. Used by
 * one thread at a time.
 */
public interface StateFormat {
    /** The number that stored keys carry. */
    int stateId();

    /** The name that finds the state again. */
    String stateName();

    RecordLayout keyLayout();

    /** The layout of the value, or of the repeated part of it. */
    RecordLayout valueLayout();

    /** A key blob as Protobuf: equal keys give equal bytes. */
    byte[] encodeKey(long address, int lengthBytes);

    /** A value as Protobuf. */
    byte[] encodeValue(long address, int lengthBytes);

    /** A key blob from Protobuf. */
    byte[] decodeKey(byte[] encoded);

    /** A value from Protobuf. */
    byte[] decodeValue(byte[] encoded);

    /** From now on values to decode are those of an older version of the type. */
    void decodeValuesWith(EvolvedReader reader);
}

package dev.millrace.engine.internal.chain;

import dev.millrace.serde.EvolvedReader;
import dev.millrace.serde.KeyHash;
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

    /** The key group of an entry: that of the user's key, whatever else its key consists of. */
    default int keyGroup(long keyAddress, int keyBytes) {
        return KeyPartitioner.groupOf(keyAddress, keyBytes);
    }

    /** The hash under which an entry lies in its index. */
    default long hash(long keyAddress, int keyBytes, long seed) {
        return KeyHash.hash(keyAddress, keyBytes, seed);
    }

    /**
     * Whether a value is over and need not be kept.
     *
     * @param horizon see {@link StatePart#horizon}
     */
    default boolean isOver(long valueAddress, long horizon) {
        return false;
    }

    /** A value as Protobuf. */
    byte[] encodeValue(long address, int lengthBytes);

    /** A key blob from Protobuf. */
    byte[] decodeKey(byte[] encoded);

    /** A value from Protobuf. */
    byte[] decodeValue(byte[] encoded);

    /** From now on values to decode are those of an older version of the type. */
    void decodeValuesWith(EvolvedReader reader);
}

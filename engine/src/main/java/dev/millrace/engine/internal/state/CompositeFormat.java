package dev.millrace.engine.internal.state;

import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.serde.RecordLayout;

/** State whose entries lie under composite keys. */
abstract class CompositeFormat extends RecordFormat {
    private final CompositeKeyCoder keys;

    /** @param suffixLayout of named parts; anything if there are none */
    CompositeFormat(
            int stateId,
            String stateName,
            RecordLayout keyLayout,
            RecordLayout suffixLayout,
            RecordLayout valueLayout) {
        super(stateId, stateName, keyLayout, valueLayout);
        keys = new CompositeKeyCoder(keyLayout, suffixLayout);
    }

    @Override
    public final int keyGroup(long keyAddress, int keyBytes) {
        return CompositeKeyCoder.keyGroup(keyAddress);
    }

    @Override
    public final long hash(long keyAddress, int keyBytes, long seed) {
        return CompositeKeyCoder.hash(keyAddress, keyBytes, seed);
    }

    @Override
    public final byte[] encodeKey(long address, int lengthBytes) {
        return keys.encode(address);
    }

    @Override
    public final byte[] decodeKey(byte[] encoded) {
        return keys.decode(encoded);
    }
}

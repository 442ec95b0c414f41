package dev.millrace.state;

import java.util.Arrays;
import java.util.Objects;

/**
 * What the bytes of a state mean, as the commit record remembers it. The arrays are not copied, and nobody may change them.
 *
 * @param id the state's number in stored keys
 * @param keySchema the key's type in words
 * @param valueSchema the value's type in words
 * @param keyHash the hash of the key's layout
 * @param valueHash the hash of the value's layout
 * @param keyDescriptor the key's type as {@code SchemaDescriptor} stores it; empty if it was not stored
 * @param valueDescriptor the value's type as {@code SchemaDescriptor} stores it; empty if it was not stored
 * @param form how entries look, in words: what was stored in one form cannot be read in another; empty if it was not stored
 * @param store the name of the {@link StoreKind} that has it; empty for the directory's own
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by what is in them, below.
public record StateSchema(
        int id,
        String keySchema,
        String valueSchema,
        long keyHash,
        long valueHash,
        byte[] keyDescriptor,
        byte[] valueDescriptor,
        String form,
        String store) {
    public StateSchema {
        if (id < 0 || id > StoredKey.MAX_ID) {
            throw new IllegalArgumentException(
                    "state id cannot be stored: stateId=" + id + ", maximumId=" + StoredKey.MAX_ID);
        }
    }

    /** A schema without descriptors, of which only the hashes can be compared. */
    public StateSchema(int id, String keySchema, String valueSchema, long keyHash, long valueHash) {
        this(id, keySchema, valueSchema, keyHash, valueHash, new byte[0], new byte[0], "", "");
    }

    /** The same state in another store. */
    public StateSchema in(String otherStore) {
        return new StateSchema(
                id, keySchema, valueSchema, keyHash, valueHash, keyDescriptor, valueDescriptor, form, otherStore);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StateSchema that
                && id == that.id
                && keySchema.equals(that.keySchema)
                && valueSchema.equals(that.valueSchema)
                && keyHash == that.keyHash
                && valueHash == that.valueHash
                && Arrays.equals(keyDescriptor, that.keyDescriptor)
                && Arrays.equals(valueDescriptor, that.valueDescriptor)
                && form.equals(that.form)
                && store.equals(that.store);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, keyHash, valueHash, Arrays.hashCode(keyDescriptor), Arrays.hashCode(valueDescriptor));
    }
}

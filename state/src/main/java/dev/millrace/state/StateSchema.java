package dev.millrace.state;

/**
 * What the bytes of a state mean, as the commit record remembers it.
 *
 * @param id the state's number in stored keys
 * @param keySchema the key's type in words
 * @param valueSchema the value's type in words
 * @param keyHash the hash of the key's layout
 * @param valueHash the hash of the value's layout
 */
public record StateSchema(int id, String keySchema, String valueSchema, long keyHash, long valueHash) {
    public StateSchema {
        if (id < 0 || id > StoredKey.MAX_ID) {
            throw new IllegalArgumentException(
                    "state id cannot be stored: stateId=" + id + ", maximumId=" + StoredKey.MAX_ID);
        }
    }
}

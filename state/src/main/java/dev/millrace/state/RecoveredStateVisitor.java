package dev.millrace.state;

/** Is shown the committed state, entry by entry. */
@FunctionalInterface
public interface RecoveredStateVisitor {
    /**
     * One entry. The arrays are given away.
     *
     * @param key the key's own bytes, in Protobuf form
     * @param value the value, in Protobuf form
     */
    void entry(int stateId, int keyGroup, long namespace, byte[] key, byte[] value);
}

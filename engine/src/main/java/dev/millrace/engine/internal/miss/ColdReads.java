package dev.millrace.engine.internal.miss;

import dev.millrace.state.RecoveredStateVisitor;
import org.jspecify.annotations.Nullable;

/** Committed state outside of memory. Any thread may ask; calls block while the disk is read. */
public interface ColdReads {
    /**
     * The values of many keys.
     *
     * @param storedKeys in ascending order
     * @return for each key its value in Protobuf form, or null if it has none
     */
    byte[] @Nullable [] read(byte[][] storedKeys);

    /**
     * Shows some of what a key group of a state holds.
     *
     * @param from where to go on; null is the first
     * @return where to go on; null if there is no more
     */
    byte @Nullable [] scanSome(
            int keyGroup,
            int stateId,
            long namespace,
            byte @Nullable [] from,
            int maxEntries,
            RecoveredStateVisitor visitor);
}

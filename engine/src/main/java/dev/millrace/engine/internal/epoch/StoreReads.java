package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.miss.ColdReads;
import dev.millrace.state.DurableState;
import dev.millrace.state.RecoveredStateVisitor;
import org.jspecify.annotations.Nullable;

/** The committed state of a job, as its tasks read it. */
record StoreReads(DurableState state) implements ColdReads {
    @Override
    public byte[] @Nullable [] read(byte[][] storedKeys) {
        return state.read(storedKeys);
    }

    @Override
    public byte @Nullable [] scanSome(
            int keyGroup,
            int stateId,
            long namespace,
            byte @Nullable [] from,
            int maxEntries,
            RecoveredStateVisitor visitor) {
        return state.scanSome(keyGroup, stateId, namespace, from, maxEntries, visitor);
    }
}

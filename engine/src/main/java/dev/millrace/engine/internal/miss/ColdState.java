package dev.millrace.engine.internal.miss;

import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryVisitor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One operator instance's state, of which a part may be in the store only. Used by the thread that steps the task.
 *
 * <p>Knows which seal of the index belongs to which epoch, so that the index learns which of its entries can be read from
 * the store.
 */
public final class ColdState {
    /** Seals that are not readable yet; when there are more, the youngest of them share an epoch. */
    private static final int MAX_SEALS = 64;

    private final ActiveIndex index;
    private final StateFormat format;
    private final long budgetBytes;
    private final @Nullable EntryVisitor visitor;

    private final long[] epochs = new long[MAX_SEALS];
    private final long[] versions = new long[MAX_SEALS];
    private int sealCount;
    private boolean isOver;

    /**
     * @param index one that evicts
     * @param format of the state, for the one thread at a time that reads it
     * @param visitor is shown what is not in memory when time has come to its end; null if the state is only asked by key
     */
    public ColdState(ActiveIndex index, StateFormat format, long budgetBytes, @Nullable EntryVisitor visitor) {
        this.index = index;
        this.format = format;
        this.budgetBytes = budgetBytes;
        this.visitor = visitor;
    }

    public ActiveIndex index() {
        return index;
    }

    public StateFormat format() {
        return format;
    }

    @Nullable
    EntryVisitor visitor() {
        return visitor;
    }

    /** Whether an event may need something that is not in memory. */
    boolean mayMiss() {
        return !isOver && index.hasElsewhere();
    }

    boolean mustShowAll() {
        return visitor != null && mayMiss();
    }

    /** Time has come to its end: a state that was shown is gone. */
    void end() {
        isOver |= visitor != null;
    }

    /** The state was sealed for an epoch. */
    void sealed(long epoch) {
        if (isOver) {
            return;
        }
        if (sealCount == MAX_SEALS) {
            sealCount--;
        }
        epochs[sealCount] = epoch;
        versions[sealCount] = index.version() - 1;
        sealCount++;
    }

    /** How many entries left. */
    long evictionCount() {
        return index.evictionCount();
    }

    /** Lets entries go if there are too many. */
    void evict(long epoch, int maxSegments, EpochPort port) {
        if (isOver || index.excessBytes() == 0) {
            return;
        }
        settle(port.readableEpoch());
        if (!index.evict(maxSegments)) {
            port.tooLittleReadable(epoch, index.excessBytes() > budgetBytes / 4);
        }
    }

    private void settle(long readableEpoch) {
        int settled = 0;
        while (settled < sealCount && epochs[settled] <= readableEpoch) {
            settled++;
        }
        if (settled > 0) {
            index.settle(versions[settled - 1]);
            System.arraycopy(epochs, settled, epochs, 0, sealCount - settled);
            System.arraycopy(versions, settled, versions, 0, sealCount - settled);
            sealCount -= settled;
        }
    }

    @Override
    public String toString() {
        return format.stateName() + " sealed for " + Arrays.toString(Arrays.copyOf(epochs, sealCount));
    }
}

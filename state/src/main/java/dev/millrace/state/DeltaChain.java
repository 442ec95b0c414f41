package dev.millrace.state;

import dev.millrace.state.store.SortedRun;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * State deltas that go on where the one before ends, read as one run: a writer gives away what it sorted in pieces, and so a log of many
 * pieces is a merge of few runs. Used by one thread, once.
 */
final class DeltaChain implements SortedRun {
    private final List<ByteBuffer> payloads = new ArrayList<>();
    private int next;
    private @Nullable StateDeltaReader reader;

    private DeltaChain() {}

    /** Joins the payloads that follow each other; the runs come in the order in which their first payloads were written. */
    static List<DeltaChain> of(List<ByteBuffer> payloads) {
        List<DeltaChain> chains = new ArrayList<>();
        byte[] last = new byte[0];
        for (ByteBuffer payload : payloads) {
            StateDeltaReader reader = new StateDeltaReader(payload);
            if (!reader.next()) {
                continue;
            }
            if (chains.isEmpty() || Arrays.compareUnsigned(last, reader.key()) >= 0) {
                chains.add(new DeltaChain());
            }
            chains.get(chains.size() - 1).payloads.add(payload);
            last = reader.lastKey();
        }
        return chains;
    }

    @Override
    public long sizeBytes() {
        return payloads.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    @Override
    public boolean next() {
        while (reader == null || !reader.next()) {
            if (next == payloads.size()) {
                return false;
            }
            reader = new StateDeltaReader(payloads.get(next++));
        }
        return true;
    }

    @Override
    public byte[] key() {
        return current().key();
    }

    @Override
    public byte @Nullable [] value() {
        return current().value();
    }

    private StateDeltaReader current() {
        StateDeltaReader current = reader;
        if (current == null) {
            throw new IllegalStateException("run is before its first mutation");
        }
        return current;
    }
}

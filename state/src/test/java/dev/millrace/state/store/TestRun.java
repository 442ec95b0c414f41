package dev.millrace.state.store;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run over a list; a mutation without a value deletes. */
final class TestRun implements SortedRun {
    static final class Mutation {
        private final byte[] key;
        private final byte @Nullable [] value;

        Mutation(byte[] key, byte @Nullable [] value) {
            this.key = key;
            this.value = value;
        }
    }

    private final Iterator<Mutation> mutations;
    private final long sizeBytes;
    private Mutation current = new Mutation(new byte[0], null);

    /** One that is few. */
    TestRun(List<Mutation> mutations) {
        this(mutations, 0);
    }

    /** One that says how large it is. */
    TestRun(List<Mutation> mutations, long sizeBytes) {
        this.mutations = mutations.iterator();
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    static TestRun of(Map<byte[], byte[]> puts) {
        return new TestRun(puts.entrySet().stream()
                .map(e -> new Mutation(e.getKey(), e.getValue()))
                .toList());
    }

    @Override
    public boolean next() {
        if (!mutations.hasNext()) {
            return false;
        }
        current = mutations.next();
        return true;
    }

    @Override
    public byte[] key() {
        return current.key;
    }

    @Override
    public byte @Nullable [] value() {
        return current.value;
    }
}

package dev.millrace.state.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A run that refuses, while it is read, what no run may hold. Every store reads through it: B+tree images are built in key order. */
final class AscendingRun implements SortedRun {
    /** A run without mutations. */
    static final SortedRun NOTHING = new SortedRun() {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public byte[] key() {
            throw new IllegalStateException("run is behind its end");
        }

        @Override
        public byte @Nullable [] value() {
            throw new IllegalStateException("run is behind its end");
        }
    };

    private final SortedRun run;
    private byte[] key = new byte[0];

    AscendingRun(SortedRun run) {
        this.run = run;
    }

    @Override
    public long sizeBytes() {
        return run.sizeBytes();
    }

    @Override
    public boolean next() {
        if (!run.next()) {
            return false;
        }
        byte[] last = key;
        key = run.key();
        // The empty key is below every other, so the first comparison refuses it too.
        if (Arrays.compareUnsigned(last, key) >= 0) {
            throw new IllegalArgumentException("mutations must have ascending keys of 1 byte or more: lastKeyBytes="
                    + last.length + ", keyBytes=" + key.length);
        }
        return true;
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public byte @Nullable [] value() {
        return run.value();
    }

    /** The value of a key that is loaded into an empty store. */
    byte[] put() {
        byte[] value = run.value();
        if (value == null) {
            throw new IllegalArgumentException("a delete cannot be loaded: keyBytes=" + key.length);
        }
        return value;
    }

    /** Refuses to load into a store that has something. */
    static void checkEmpty(ColdStore store) {
        if (store.appliedEpoch() != 0) {
            throw new IllegalStateException(
                    "store is not empty: store=" + store.name() + ", epoch=" + store.appliedEpoch());
        }
    }
}

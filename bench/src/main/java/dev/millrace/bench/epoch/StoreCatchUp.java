package dev.millrace.bench.epoch;

import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StateDeltaWriter;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;

/** How fast a store takes in what the log has and it has not. */
public final class StoreCatchUp {
    private static final int VALUE_BYTES = 92;
    private static final int KEY_GROUPS = 128;

    private StoreCatchUp() {}

    /**
     * Commits epochs that change random keys, then lets the store fold all of them and makes it durable.
     *
     * @return entries a second
     */
    public static double entriesPerSecond(Path directory, StoreKind kind, int epochs, int dirty, int keys) {
        DurableStateConfig config = DurableStateConfig.of("catch-up", "1", kind);
        try (DurableState state = DurableState.open(FileOps.real(), directory, config)) {
            Random random = new Random(1);
            StateDeltaWriter writer = new StateDeltaWriter();
            byte[] value = new byte[VALUE_BYTES];
            for (int epoch = 1; epoch <= epochs; epoch++) {
                for (int i = 0; i < dirty; i++) {
                    long key = random.nextInt(keys);
                    random.nextBytes(value);
                    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).putLong(0, key);
                    writer.put((int) (key % KEY_GROUPS), 0, 0, bytes, ByteBuffer.wrap(value));
                }
                long number = epoch;
                writer.drain(DurableState.PART_BYTES, part -> state.appendChanges(number, 0, part));
                state.commit(CommitRecord.of(epoch));
            }
            long startNanos = System.nanoTime();
            while (state.foldSome()) {
                // Until nothing is left.
            }
            state.checkpoint();
            return (double) epochs * dirty * 1e9 / (System.nanoTime() - startNanos);
        }
    }
}

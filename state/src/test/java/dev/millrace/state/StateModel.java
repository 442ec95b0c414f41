package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What durable state should hold, in plain maps: random epochs are written to both, and then compared. */
final class StateModel {
    private static final int TASK_COUNT = 3;

    private final Random random;
    private final StateDeltaWriter writer = new StateDeltaWriter();

    /** Every epoch that was begun, as text; the one in the log decides which of them counts. */
    final Map<Long, String> history = new HashMap<>();

    private final TreeMap<String, String> entries = new TreeMap<>();

    /** The last epoch whose commit returned. */
    long acknowledged;

    /** What the state was told that sinks do not need any more. */
    long trimmable;

    StateModel(long seed) {
        random = new Random(seed);
        history.put(0L, "");
    }

    /** Writes one epoch and commits it; with parts of the next one before the commit, which a later call writes again. */
    void writeEpoch(DurableState state) {
        long epoch = acknowledged + 1;
        for (int task = 0; task < TASK_COUNT; task++) {
            writeTask(state, epoch, task);
        }
        state.appendSink(epoch, 9, bytes("sink " + epoch));
        history.put(epoch, text(entries));
        state.commit(new CommitRecord(
                epoch,
                false,
                Map.of("source", new byte[] {(byte) epoch}),
                Map.of("out", epoch * 10),
                Map.of(),
                Map.of(),
                Map.of()));
        acknowledged = epoch;
    }

    private void writeTask(DurableState state, long epoch, int task) {
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            int keyGroup = task * 40 + random.nextInt(8);
            int stateId = random.nextInt(2);
            long namespace = random.nextInt(3) - 1L;
            String key = "k" + random.nextInt(5);
            String name = keyGroup + "/" + stateId + "/" + namespace + "/" + key;
            if (random.nextInt(4) == 0) {
                writer.delete(keyGroup, stateId, namespace, bytes(key));
                entries.remove(name);
            } else {
                String value = "v" + random.nextInt(1000) + "x".repeat(random.nextInt(60));
                writer.put(keyGroup, stateId, namespace, bytes(key), bytes(value));
                entries.put(name, value);
            }
        }
        writer.drain(200, part -> state.appendState(epoch, task, part));
    }

    /** Does some of what an engine does between epochs. */
    void idle(DurableState state) {
        if (random.nextInt(2) == 0) {
            state.foldSome();
        }
        if (random.nextInt(8) == 0) {
            state.checkpoint();
        }
        trimmable = Math.max(trimmable, acknowledged - random.nextInt(5));
        state.trim(trimmable);
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** Takes back what was written behind the epoch that a successor found. */
    void goOnFrom(long epoch, DurableState state) {
        acknowledged = epoch;
        entries.clear();
        writer.clear();
        state.scanRecovered((stateId, keyGroup, namespace, key, value) -> entries.put(
                keyGroup + "/" + stateId + "/" + namespace + "/" + new String(key, StandardCharsets.UTF_8),
                new String(value, StandardCharsets.UTF_8)));
    }

    /** Compares what a state holds with what was written up to its last commit. */
    void check(DurableState state, String context) {
        TreeMap<String, String> found = new TreeMap<>();
        List<byte[]> order = new ArrayList<>();
        state.scanRecovered((stateId, keyGroup, namespace, key, value) -> {
            found.put(
                    keyGroup + "/" + stateId + "/" + namespace + "/" + new String(key, StandardCharsets.UTF_8),
                    new String(value, StandardCharsets.UTF_8));
            order.add(StoredKey.of(keyGroup, stateId, namespace, ByteBuffer.wrap(key)));
        });
        assertEquals(history.get(state.lastCommitted()), text(found), context);
        assertEquals(order, order.stream().sorted(Arrays::compareUnsigned).toList(), context);
        long epoch = state.lastCommitted();
        assertEquals(epoch > 0, state.lastCommit().isPresent(), context);
        state.lastCommit().ifPresent(commit -> {
            assertEquals(epoch, commit.epoch(), context);
            assertEquals((byte) epoch, commit.sourcePositions().get("source")[0], context);
            assertEquals(epoch * 10, commit.sinkLengths().get("out"), context);
        });
    }

    static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String text(Map<String, String> entries) {
        return String.join(
                "\n", entries.entrySet().stream().map(Object::toString).toList());
    }
}

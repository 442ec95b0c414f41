package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real process with a real {@code kill -9}: it says which epochs were acknowledged, and is killed after some of them. */
class KillTest {
    private static final int LIFE_COUNT = 3;

    @TempDir
    Path parent;

    private static DurableState open(Path path, StoreKind store) {
        DurableStateConfig config = new DurableStateConfig(
                "kill", "", store, 50_000, new EpochLogConfig(4096), new MapDbConfig(4000), RocksDbConfig.DEFAULT);
        return DurableState.open(FileOps.real(), path, config);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void everyAcknowledgedEpochIsThereAfterAKillAndNoHalfOne(StoreKind store) throws IOException, InterruptedException {
        long seed = 42;
        Random random = new Random(seed);
        Path path = parent.resolve("state");
        long acknowledged = 0;
        for (int life = 1; life <= LIFE_COUNT; life++) {
            acknowledged = runAndKill(path, store, 5 + random.nextInt(60));
            String context = "seed=" + seed + ", life=" + life + ", acknowledged=" + acknowledged;
            try (DurableState state = open(path, store)) {
                assertTrue(state.lastCommitted() >= acknowledged, context);
                Map<String, String> found = new TreeMap<>();
                state.scanRecovered((stateId, keyGroup, namespace, key, value) -> found.put(
                        keyGroup + "/" + new String(key, StandardCharsets.UTF_8),
                        new String(value, StandardCharsets.UTF_8)));
                assertEquals(entriesAt(state.lastCommitted()), found, context);
            }
        }
        assertTrue(acknowledged > LIFE_COUNT);
    }

    /** Returns the last epoch that the process said was acknowledged. */
    private static long runAndKill(Path path, StoreKind store, int epochCount)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        path.toString(),
                        store.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = 0;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int count = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = Long.parseLong(line);
                if (++count == epochCount) {
                    // Through the handle: the process itself would close its output, and the last lines would be lost.
                    assertTrue(process.toHandle().destroyForcibly());
                }
            }
            assertTrue(count >= epochCount, "the process ended by itself: count=" + count);
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        return last;
    }

    /** What an epoch changes: a function of its number, so that a process and its successor agree. */
    private static Map<String, String> changesOf(long epoch) {
        Random random = new Random(epoch);
        Map<String, String> changes = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            String value = random.nextInt(5) == 0 ? "" : epoch + "x".repeat(random.nextInt(100));
            changes.put(random.nextInt(8) + "/k" + random.nextInt(20), value);
        }
        return changes;
    }

    private static Map<String, String> entriesAt(long lastEpoch) {
        Map<String, String> entries = new TreeMap<>();
        for (long epoch = 1; epoch <= lastEpoch; epoch++) {
            entries.putAll(changesOf(epoch));
        }
        entries.values().removeIf(String::isEmpty);
        return entries;
    }

    /** The process that is killed. */
    static final class Victim {
        private static final long MAX_EPOCH = 100_000;

        private Victim() {}

        public static void main(String[] arguments) {
            StateDeltaWriter writer = new StateDeltaWriter();
            try (DurableState state = open(Path.of(arguments[0]), StoreKind.valueOf(arguments[1]))) {
                for (long epoch = state.lastCommitted() + 1; epoch < MAX_EPOCH && !System.out.checkError(); epoch++) {
                    long current = epoch;
                    changesOf(epoch).forEach((name, value) -> add(writer, name, value));
                    writer.drain(300, part -> state.appendState(current, 0, part));
                    state.commit(CommitRecord.of(epoch));
                    System.out.println(epoch);
                    state.foldSome();
                    state.trim(epoch);
                }
            }
        }

        private static void add(StateDeltaWriter writer, String name, String value) {
            int keyGroup = name.charAt(0) - '0';
            ByteBuffer key = StandardCharsets.UTF_8.encode(name.substring(2));
            if (value.isEmpty()) {
                writer.delete(keyGroup, 1, 0, key);
            } else {
                writer.put(keyGroup, 1, 0, key, StandardCharsets.UTF_8.encode(value));
            }
        }
    }
}

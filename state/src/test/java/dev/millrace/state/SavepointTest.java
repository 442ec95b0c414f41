package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.SimulatedFiles;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavepointTest {
    private static final Path HOME = Path.of("/home/job");

    @TempDir
    Path directory;

    private static DurableStateConfig config(StoreKind store) {
        return DurableStateConfig.of("job", "1", store);
    }

    /** Epochs with states, deletes and output; what they come to is returned. */
    private static Map<String, String> fill(DurableState state, Random random, int epochs) {
        Map<String, String> model = new TreeMap<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            StateDeltaWriter delta = new StateDeltaWriter();
            for (int i = 0; i < 200; i++) {
                int group = random.nextInt(128);
                String key = "key-" + random.nextInt(300);
                String name = group + "/" + key;
                if (random.nextInt(4) == 0) {
                    delta.delete(group, 3, 0, bytes(key));
                    model.remove(name);
                } else {
                    String value = "value-" + random.nextInt();
                    delta.put(group, 3, 0, bytes(key), bytes(value));
                    model.put(name, value);
                }
            }
            long at = epoch;
            delta.drain(DurableState.PART_BYTES, part -> state.appendState(at, 0, part));
            state.appendSink(epoch, 7, bytes("out-" + epoch));
            state.commit(CommitRecord.of(epoch));
        }
        return model;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> contents(DurableState state) {
        Map<String, String> contents = new TreeMap<>();
        state.scanRecovered((stateId, group, namespace, key, value) -> contents.put(
                group + "/" + new String(key, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8)));
        return contents;
    }

    private static List<String> outputs(DurableState state) {
        List<String> outputs = new ArrayList<>();
        state.forEachSinkPart(
                0, (epoch, sink, bytes) -> outputs.add(sink + " " + StandardCharsets.UTF_8.decode(bytes)));
        return outputs;
    }

    @Test
    void goesFromEachStoreIntoEachStore() {
        for (StoreKind from : StoreKind.values()) {
            for (StoreKind to : StoreKind.values()) {
                Path home = directory.resolve(from + "-" + to);
                Map<String, String> model;
                try (DurableState state = DurableState.open(FileOps.real(), home.resolve("a"), config(from))) {
                    model = fill(state, new Random(5), 20);
                    state.savepoint("job", home.resolve("s"), 17).write();
                }
                Savepoint savepoint = Savepoint.open(FileOps.real(), home.resolve("s"));
                assertEquals(model.size(), savepoint.verify());
                StateRestore.restore(FileOps.real(), home.resolve("b"), config(to), savepoint);
                try (DurableState state = DurableState.open(FileOps.real(), home.resolve("b"), config(to))) {
                    assertEquals(20, state.lastCommitted());
                    assertEquals(model, contents(state));
                    assertEquals(List.of("7 out-18", "7 out-19", "7 out-20"), outputs(state));
                    state.commit(CommitRecord.of(21));
                }
            }
        }
    }

    @Test
    void isOfOneEpochWhileFurtherEpochsAreCommitted() {
        try (DurableState state = DurableState.open(FileOps.real(), directory.resolve("a"), config(StoreKind.MAPDB))) {
            Map<String, String> model = fill(state, new Random(6), 3);
            SavepointCopy copy = state.savepoint("job", directory.resolve("s"), 3);
            StateDeltaWriter delta = new StateDeltaWriter();
            delta.put(1, 3, 0, bytes("later"), bytes("value"));
            delta.drain(DurableState.PART_BYTES, part -> state.appendState(4, 0, part));
            state.commit(CommitRecord.of(4));
            copy.write();
            assertEquals(3, copy.epoch());
            assertEquals(
                    model.size(),
                    Savepoint.open(FileOps.real(), directory.resolve("s")).verify());
        }
    }

    @Test
    void refusesATargetThatIsNotEmptyAndASourceThatIsNone() throws IOException {
        try (DurableState state = DurableState.open(FileOps.real(), directory.resolve("a"), config(StoreKind.MAPDB))) {
            assertThrows(StateFileException.class, () -> state.savepoint("job", directory.resolve("s"), 0));
            fill(state, new Random(7), 1);
            Path other = Files.createDirectories(directory.resolve("other"));
            Files.writeString(other.resolve("precious"), "text");
            assertThrows(StateDirectoryUnusableException.class, () -> state.savepoint("job", other, 0));
            assertEquals("text", Files.readString(other.resolve("precious")));
            state.savepoint("job", directory.resolve("s"), 0).write();
            assertThrows(
                    StateDirectoryUnusableException.class, () -> state.savepoint("job", directory.resolve("s"), 0));
        }
        assertThrows(StateFileException.class, () -> Savepoint.open(FileOps.real(), directory.resolve("a")));
        Savepoint savepoint = Savepoint.open(FileOps.real(), directory.resolve("s"));
        assertThrows(
                StateDirectoryMismatchException.class,
                () -> StateRestore.restore(FileOps.real(), directory.resolve("a"), config(StoreKind.MAPDB), savepoint));
        assertThrows(
                StateDirectoryMismatchException.class,
                () -> StateRestore.restore(
                        FileOps.real(),
                        directory.resolve("b"),
                        DurableStateConfig.of("another", "1", StoreKind.MAPDB),
                        savepoint));
    }

    @Test
    void noticesEveryFlippedBit() throws IOException {
        try (DurableState state = DurableState.open(FileOps.real(), directory.resolve("a"), config(StoreKind.MAPDB))) {
            fill(state, new Random(8), 5);
            state.savepoint("job", directory.resolve("s"), 0).write();
        }
        long seed = 42;
        Random random = new Random(seed);
        try (var files = Files.list(directory.resolve("s"))) {
            for (Path file : files.toList()) {
                byte[] whole = Files.readAllBytes(file);
                for (int i = 0; i < 300; i++) {
                    byte[] damaged = whole.clone();
                    int at = random.nextInt(whole.length);
                    damaged[at] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, damaged);
                    assertThrows(
                            StateFileException.class,
                            () -> Savepoint.open(FileOps.real(), directory.resolve("s"))
                                    .verify(),
                            "seed=" + seed + ", file=" + file + ", at=" + at);
                }
                Files.write(file, whole);
            }
        }
        assertTrue(Savepoint.open(FileOps.real(), directory.resolve("s")).verify() > 0);
    }

    /** Power is lost behind every operation of taking and restoring, with what is not forced in any order. */
    @Test
    void isThereWholeOrNotAtAllWhenPowerIsLostAtAnyMoment() {
        long seed = 9;
        Random random = new Random(seed);
        SimulatedFiles files = new SimulatedFiles(seed);
        Map<String, String> model;
        List<SimulatedFiles> whileTaken = new ArrayList<>();
        List<SimulatedFiles> whileRestored = new ArrayList<>();
        try (DurableState state = DurableState.open(files, HOME.resolve("a"), config(StoreKind.MAPDB))) {
            model = fill(state, random, 3);
            files.afterEachOperation(() -> whileTaken.add(files.afterPowerLoss(random)));
            state.savepoint("job", HOME.resolve("s"), 0).write();
            files.afterEachOperation(() -> {});
        }
        for (SimulatedFiles image : whileTaken) {
            takeAgainIfNeeded(image, model);
        }
        SimulatedFiles power = files.afterPowerLoss(random);
        Savepoint savepoint = Savepoint.open(power, HOME.resolve("s"));
        power.afterEachOperation(() -> whileRestored.add(power.afterPowerLoss(random)));
        StateRestore.restore(power, HOME.resolve("b"), config(StoreKind.MAPDB), savepoint);
        power.afterEachOperation(() -> {});
        int unfinished = 0;
        for (SimulatedFiles image : whileRestored) {
            unfinished += restoreAgainIfNeeded(image, model) ? 1 : 0;
        }
        assertTrue(unfinished > 5 && unfinished < whileRestored.size(), "unfinished=" + unfinished);
        SimulatedFiles end = power.afterPowerLoss(random);
        assertFalse(restoreAgainIfNeeded(end, model), "what returned is durable, seed=" + seed);
    }

    private static void takeAgainIfNeeded(SimulatedFiles image, Map<String, String> model) {
        Savepoint savepoint;
        try {
            savepoint = Savepoint.open(image, HOME.resolve("s"));
        } catch (StateFileException e) {
            try (DurableState state = DurableState.open(image, HOME.resolve("a"), config(StoreKind.MAPDB))) {
                state.savepoint("job", HOME.resolve("s"), 0).write();
            }
            savepoint = Savepoint.open(image, HOME.resolve("s"));
        }
        assertEquals(model.size(), savepoint.verify());
    }

    private static boolean restoreAgainIfNeeded(SimulatedFiles image, Map<String, String> model) {
        DurableStateConfig config = config(StoreKind.MAPDB);
        boolean isUnfinished = false;
        DurableState state;
        try {
            state = DurableState.open(image, HOME.resolve("b"), config);
            if (state.lastCommitted() == 0) {
                // Nothing of the restore was left: an empty directory is a fresh one.
                state.close();
                return true;
            }
        } catch (StateDirectoryMismatchException e) {
            isUnfinished = true;
            StateRestore.restore(image, HOME.resolve("b"), config, Savepoint.open(image, HOME.resolve("s")));
            state = DurableState.open(image, HOME.resolve("b"), config);
        }
        try (DurableState open = state) {
            assertEquals(3, open.lastCommitted());
            assertEquals(model, contents(open));
            assertArrayEquals(
                    new Object[] {"7 out-1", "7 out-2", "7 out-3"},
                    outputs(open).toArray());
        }
        return isUnfinished;
    }
}

package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.log.LogInspection;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateInspectionTest {
    private static final int EPOCHS = 40;

    @TempDir
    Path parent;

    private final StateModel model = new StateModel(3);

    /** A store that is behind the log, a log that is cut, and an epoch without a commit. */
    private Path written(StoreKind store) {
        Path path = parent.resolve("state");
        try (DurableState state = open(path, store)) {
            for (int i = 0; i < EPOCHS; i++) {
                model.writeEpoch(state);
                if (i < EPOCHS - 10) {
                    assertFalse(state.foldSome());
                }
            }
            state.checkpoint();
            state.trim(model.acknowledged);
            model.writeEpoch(state);
            state.appendState(model.acknowledged + 1, 0, StateModel.bytes("half an epoch"));
        }
        return path;
    }

    private static DurableState open(Path path, StoreKind store) {
        DurableStateConfig config = new DurableStateConfig(
                "test",
                "v1",
                store,
                1 << 20,
                new EpochLogConfig(4096),
                new MapDbConfig(1 << 20),
                RocksDbConfig.DEFAULT);
        return DurableState.open(FileOps.real(), path, config);
    }

    private static StateInspection read(Path path) {
        return StateInspection.read(FileOps.real(), path, true);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void tellsWhatAnOpeningWouldFind(StoreKind store) {
        Path path = written(store);
        StateInspection found = read(path);
        assertEquals(List.of(), found.problems());
        assertEquals(
                new StateInspection.Owner("test", store.name(), "v1"),
                found.owner().orElseThrow());
        assertTrue(found.isBegun());
        assertTrue(found.lockHolder().isEmpty());
        LogInspection log = found.log().orElseThrow();
        assertEquals(EPOCHS + 1, log.lastCommitted());
        assertEquals(EPOCHS + 1, found.lastCommit().orElseThrow().epoch());
        assertTrue(log.trimmedEpoch() > 10, () -> "trimmed=" + log.trimmedEpoch());
        List<Long> epochs =
                log.epochs().stream().map(LogInspection.Epoch::epoch).toList();
        assertEquals(log.trimmedEpoch() + 1, epochs.get(0));
        assertEquals(EPOCHS + 1 - log.trimmedEpoch(), epochs.size());
        LogInspection.Epoch half = log.uncommitted().iterator().next();
        assertEquals(1, log.uncommitted().size());
        assertEquals(EPOCHS + 2, half.epoch());
        assertEquals(1, half.partCount());
        assertEquals(13, half.bytesOf(DurableState.STATE));
        assertEquals(EPOCHS - 10, found.store().orElseThrow().durableEpoch());
        assertEquals(store, found.store().orElseThrow().kind());

        try (DurableState state = open(path, store)) {
            assertEquals(log.sizeBytes() - log.tailBytes(), state.logBytes());
            Map<Integer, StateSizes.Size> expected = new TreeMap<>();
            state.scanRecovered((stateId, keyGroup, namespace, key, value) -> expected.put(
                    stateId,
                    expected.getOrDefault(stateId, StateSizes.Size.NONE).plus(key.length, value.length)));
            assertEquals(2, expected.size());
            expected.forEach(
                    (id, size) -> assertEquals(size, found.sizes().orElseThrow().of(id)));
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void changesNothing(StoreKind store) throws IOException {
        Path path = written(store);
        Map<String, String> before = snapshot(path);
        read(path);
        assertEquals(before, snapshot(path));
    }

    private static Map<String, String> snapshot(Path path) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path file : walk.toList()) {
                String contents = Files.isDirectory(file) ? "" : Arrays.toString(Files.readAllBytes(file));
                files.put(file.toString(), Files.getLastModifiedTime(file) + contents);
            }
        }
        return files;
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void looksBesideAJobAndLeavesItItsLock(StoreKind store) {
        Path path = parent.resolve("state");
        try (DurableState state = open(path, store)) {
            for (int i = 0; i < EPOCHS; i++) {
                model.writeEpoch(state);
                state.foldSome();
                StateInspection found = read(path);
                assertEquals(List.of(), found.problems());
                assertEquals(model.acknowledged, found.log().orElseThrow().lastCommitted());
                assertTrue(found.lockHolder().orElseThrow().endsWith("job=test"));
            }
            assertThrows(StateDirectoryInUseException.class, () -> open(path, store));
            model.check(state, "behind the looks");
        }
        assertTrue(read(path).lockHolder().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "FORMAT, what=FORMAT file, MAPDB",
        "log/epochs-0000000000000037.log, epoch log is damaged, MAPDB",
        "store/MANIFEST, manifest is not right, MAPDB",
        "store/image-0000000000000030.db, image has another checksum, MAPDB",
        "store/CURRENT, rocksdb store failed, ROCKSDB"
    })
    void tellsWhatIsDamagedAndTheRest(String file, String words, StoreKind store) throws IOException {
        Path path = written(store);
        Path damaged = path.resolve(file);
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[Math.min(bytes.length - 1, 60)] ^= 4;
        Files.write(damaged, bytes);
        StateInspection found = read(path);
        assertEquals(1, found.problems().size(), () -> found.problems().toString());
        assertTrue(
                found.problems().get(0).contains(words), () -> found.problems().toString());
        assertTrue(found.log().isPresent());
        assertEquals(!file.startsWith("store"), found.store().isPresent());
        assertEquals(file.equals("FORMAT"), found.sizes().isPresent());
        assertThrows(RuntimeException.class, () -> open(path, store).close());
    }

    @Test
    void tellsTheEpochsBeforeTheDamageOfALog() throws IOException {
        Path path = parent.resolve("state");
        try (DurableState state = open(path, StoreKind.MAPDB)) {
            for (int i = 0; i < 5; i++) {
                model.writeEpoch(state);
            }
        }
        Path log = path.resolve("log/epochs-0000000000000001.log");
        long middle = Files.size(log) / 2;
        byte[] bytes = Files.readAllBytes(log);
        bytes[(int) middle] ^= 1;
        Files.write(log, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        StateInspection found = read(path);
        long last = found.lastCommit().orElseThrow().epoch();
        assertTrue(last >= 1 && last < 5, () -> "last=" + last);
        assertEquals(last, found.log().orElseThrow().epochs().size());
        assertTrue(found.problems().get(0).contains("lostEpoch=" + (last + 1)), () -> found.problems()
                .toString());
    }

    @Test
    void tellsOfALogAndAStoreFromDifferentCopies() throws IOException {
        Path path = written(StoreKind.MAPDB);
        Files.delete(path.resolve("store/MANIFEST"));
        StateInspection found = read(path);
        assertTrue(found.problems().get(0).contains("do not belong together"), () -> found.problems()
                .toString());
    }

    @Test
    void aDirectoryThatWasNotBegunIsNoProblemAndAForeignOneIs() throws IOException {
        Path path = Files.createDirectory(parent.resolve("new"));
        StateInspection found = read(path);
        assertFalse(found.isBegun());
        assertEquals(List.of(), found.problems());
        Files.writeString(path.resolve("letter.txt"), "dear");
        assertTrue(read(path).problems().get(0).contains("letter.txt"));
    }

    @Test
    void refusesWhatIsNoDirectory() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), written(StoreKind.MAPDB));
        StateDirectoryUnusableException refused = assertThrows(StateDirectoryUnusableException.class, () -> read(link));
        assertTrue(refused.getMessage().contains("is a link"), refused::getMessage);
        Path absent = parent.resolve("absent");
        assertTrue(assertThrows(StateDirectoryUnusableException.class, () -> read(absent))
                .getMessage()
                .contains("is not there"));
        assertFalse(Files.exists(absent));
    }
}

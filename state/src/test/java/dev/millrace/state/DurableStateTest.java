package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DurableStateTest {
    @TempDir
    Path parent;

    /** Small segments, overlays and distances, so that a few epochs roll, trim and build images. */
    private static DurableStateConfig config(StoreKind store) {
        return new DurableStateConfig(
                "test", "v1", store, 60_000, new EpochLogConfig(2048), new MapDbConfig(2000), RocksDbConfig.DEFAULT);
    }

    private static DurableState open(Path path, StoreKind store) {
        return DurableState.open(FileOps.real(), path, config(store));
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void beginsEmptyAndRemembersAcrossAClose(StoreKind store) {
        Path path = parent.resolve("state");
        StateModel model = new StateModel(1);
        try (DurableState state = open(path, store)) {
            model.check(state, "empty");
            for (int i = 0; i < 30; i++) {
                model.writeEpoch(state);
                model.idle(state);
            }
            assertTrue(state.storeDurableEpoch() > 0);
        }
        try (DurableState state = open(path, store)) {
            assertEquals(30, state.lastCommitted());
            model.check(state, "after close");
            assertEquals(30, state.foldedEpoch());
            assertFalse(state.foldSome());
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void aKillAnywhereLeavesTheLastAcknowledgedEpoch(StoreKind store) throws IOException {
        for (long seed = 1; seed <= 3; seed++) {
            StateModel model = new StateModel(seed);
            Path path = parent.resolve(seed + "-0");
            for (int life = 1; life <= 5; life++) {
                Path next = parent.resolve(seed + "-" + life);
                String context = "seed=" + seed + ", life=" + life + ", store=" + store;
                try (DurableState state = open(path, store)) {
                    assertEquals(model.acknowledged, state.lastCommitted(), context);
                    model.check(state, context);
                    do {
                        model.writeEpoch(state);
                        model.idle(state);
                    } while (!model.chance(6));
                    state.appendState(model.acknowledged + 1, 0, StateModel.bytes("never committed, and no delta"));
                    Directories.copy(path, next);
                    model.check(state, context + ", before the kill");
                }
                path = next;
            }
            assertTrue(model.acknowledged > 10);
        }
    }

    @Test
    void everyFileFaultLeavesTheLastAcknowledgedEpoch() {
        boolean isDone = false;
        for (int n = 0; !isDone; n += 17) {
            Path path = parent.resolve("fault-" + n);
            StateModel model = new StateModel(5);
            FaultyFileOps dying = FaultyFileOps.dyingAt(FileOps.real(), n);
            try (DurableState state = DurableState.open(dying, path, config(StoreKind.MAPDB))) {
                for (int i = 0; i < 12; i++) {
                    model.writeEpoch(state);
                    model.idle(state);
                }
                isDone = true;
            } catch (StateFileException e) {
                assertTrue(e.getMessage().contains("injected fault"), e.getMessage());
            }
            String context = "operation=" + n;
            try (DurableState state = open(path, StoreKind.MAPDB)) {
                long found = state.lastCommitted();
                assertTrue(found == model.acknowledged || found == model.acknowledged + 1, context);
                model.check(state, context);
                model.goOnFrom(found, state);
                model.writeEpoch(state);
                model.check(state, context);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void showsCommittedSinkPartsInOrder(StoreKind store) {
        Path path = parent.resolve("state");
        try (DurableState state = open(path, store)) {
            state.appendSink(2, 5, StateModel.bytes("ahead"));
            state.appendSink(1, 4, StateModel.bytes("a"));
            state.appendSink(1, 3, StateModel.bytes("b"));
            state.commit(CommitRecord.of(1));
            state.commit(CommitRecord.of(2));
            state.appendSink(3, 5, StateModel.bytes("not committed"));
        }
        try (DurableState state = open(path, store)) {
            List<String> seen = new ArrayList<>();
            state.forEachSinkPart(
                    0, (epoch, owner, payload) -> seen.add(epoch + ":" + owner + ":" + payload.remaining()));
            assertEquals(List.of("1:4:1", "1:3:1", "2:5:5"), seen);
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void theLogStaysBoundedWhenStoreAndSinksFollow(StoreKind store) {
        try (DurableState state = open(parent.resolve("state"), store)) {
            StateModel model = new StateModel(9);
            long largestBytes = 0;
            for (int i = 0; i < 100; i++) {
                model.writeEpoch(state);
                state.foldSome();
                state.trim(model.acknowledged);
                largestBytes = Math.max(largestBytes, state.logBytes());
            }
            assertTrue(largestBytes < 60_000, "largestBytes=" + largestBytes);
            assertTrue(state.storeDurableEpoch() > 80);
            model.check(state, "100 epochs");
        }
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void theLogIsKeptForSinksThatLag(StoreKind store) {
        try (DurableState state = open(parent.resolve("state"), store)) {
            StateModel model = new StateModel(9);
            for (int i = 0; i < 40; i++) {
                model.writeEpoch(state);
            }
            assertFalse(state.foldSome());
            state.checkpoint();
            state.trim(10);
            List<Long> seen = new ArrayList<>();
            state.forEachSinkPart(10, (epoch, owner, payload) -> seen.add(epoch));
            assertEquals(30, seen.size());
            assertEquals(11, seen.get(0));
        }
    }

    @Test
    void aLogAndAStoreFromDifferentCopiesAreRefused() throws IOException {
        Path path = parent.resolve("state");
        Path copy = parent.resolve("copy");
        StateModel model = new StateModel(2);
        try (DurableState state = open(path, StoreKind.MAPDB)) {
            model.writeEpoch(state);
            Directories.copy(path, copy);
            for (int i = 0; i < 20; i++) {
                model.writeEpoch(state);
            }
            assertFalse(state.foldSome());
            state.checkpoint();
            state.trim(model.acknowledged);
        }
        Directories.delete(copy.resolve("store"));
        Directories.copy(path.resolve("store"), copy.resolve("store"));
        StateFileException ahead = assertThrows(StateFileException.class, () -> open(copy, StoreKind.MAPDB));
        assertTrue(ahead.getMessage().contains("do not belong together"), ahead.getMessage());
        Directories.delete(path.resolve("store"));
        assertThrows(StateFileException.class, () -> open(path, StoreKind.MAPDB));
    }

    @Test
    void aFailedOpeningGivesTheLockBack() throws IOException {
        Path path = parent.resolve("state");
        open(path, StoreKind.MAPDB).close();
        Path manifest = path.resolve("store/MANIFEST");
        Files.writeString(manifest, "nonsense");
        assertThrows(StateFileException.class, () -> open(path, StoreKind.MAPDB));
        Files.delete(manifest);
        DurableState state = open(path, StoreKind.MAPDB);
        assertThrows(StateDirectoryInUseException.class, () -> open(path, StoreKind.MAPDB));
        state.close();
        state.close();
        assertThrows(IllegalStateException.class, () -> state.commit(CommitRecord.of(1)));
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void readsByKeyWhatWasFoldedAndScansAKeyGroupInPieces(StoreKind store) {
        try (DurableState state = open(parent.resolve("state"), store)) {
            StateDeltaWriter writer = new StateDeltaWriter();
            for (int i = 0; i < 20; i++) {
                writer.put(7, 3, 0, StateModel.bytes("key" + i), StateModel.bytes("value" + i));
                writer.put(8, 3, 0, StateModel.bytes("key" + i), StateModel.bytes("other"));
            }
            writer.delete(7, 3, 0, StateModel.bytes("key4"));
            writer.drain(100, part -> state.appendState(1, 0, part));
            state.commit(CommitRecord.of(1));
            assertFalse(state.foldSome());
            byte[][] keys = {
                StoredKey.of(7, 3, 0, StateModel.bytes("key1")),
                StoredKey.of(7, 3, 0, StateModel.bytes("key4")),
                StoredKey.of(7, 3, 1, StateModel.bytes("key1")),
                StoredKey.of(8, 3, 0, StateModel.bytes("key1"))
            };
            byte[][] values = state.read(keys);
            assertEquals("value1", new String(values[0], StandardCharsets.UTF_8));
            assertEquals(null, values[1]);
            assertEquals(null, values[2]);
            assertEquals("other", new String(values[3], StandardCharsets.UTF_8));
            byte[][] disordered = {keys[1], keys[0]};
            assertThrows(IllegalArgumentException.class, () -> state.read(disordered));
            List<String> seen = new ArrayList<>();
            byte[] from = null;
            do {
                int before = seen.size();
                from = state.scanSome(
                        7,
                        3,
                        0,
                        from,
                        6,
                        (stateId, keyGroup, namespace, key, value) ->
                                seen.add(keyGroup + ":" + new String(key, StandardCharsets.UTF_8)));
                assertTrue(seen.size() - before <= 6);
            } while (from != null);
            assertEquals(19, seen.size());
            assertTrue(seen.stream().allMatch(entry -> entry.startsWith("7:key")), seen.toString());
        }
    }

    private static void append(DurableState state, long epoch, int stateId, String key) {
        StateDeltaWriter writer = new StateDeltaWriter();
        writer.put(1, stateId, 0, StateModel.bytes(key), StateModel.bytes("value"));
        writer.drain(200, part -> state.appendChanges(epoch, stateId, part));
    }

    private static List<String> entries(DurableState state) {
        List<String> found = new ArrayList<>();
        state.scanRecovered((stateId, keyGroup, namespace, key, value) ->
                found.add(stateId + " " + new String(key, StandardCharsets.UTF_8)));
        return found;
    }

    private static CommitRecord commit(DurableState state, long epoch) {
        StateSchema schema = state.placed(new StateSchema(7, "key", "value", 1, 1));
        return CommitRecord.of(epoch).states(Map.of("seven", schema));
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void aSecondStoreBeginsWhereTheLogWasCutAndIsMissedIfItIsGone(StoreKind own) throws IOException {
        StoreKind other = own == StoreKind.MAPDB ? StoreKind.ROCKSDB : StoreKind.MAPDB;
        Path path = parent.resolve("state");
        DurableStateConfig two = config(own).otherStores(Map.of("seven", other));
        try (DurableState state = open(path, own)) {
            for (int epoch = 1; epoch <= 30; epoch++) {
                append(state, epoch, 3, "key" + "x".repeat(100) + epoch);
                state.commit(CommitRecord.of(epoch));
            }
            state.scanRecovered((stateId, keyGroup, namespace, key, value) -> {});
            state.checkpoint();
            state.trim(30);
            assertThrows(IllegalStateException.class, () -> state.place(7, other));
        }
        try (DurableState state = DurableState.open(FileOps.real(), path, two)) {
            state.place(7, other);
            append(state, 31, 7, "key0");
            append(state, 31, 3, "key1");
            state.commit(commit(state, 31));
            assertEquals(32, entries(state).size());
            assertEquals(Map.of(own, 31L, other, 31L), state.foldedEpochs());
            byte[][] keys = {
                StoredKey.of(1, 3, 0, StateModel.bytes("key1")), StoredKey.of(1, 7, 0, StateModel.bytes("key0"))
            };
            byte[][] values = state.read(keys);
            assertEquals("value", new String(values[0], StandardCharsets.UTF_8));
            assertEquals("value", new String(values[1], StandardCharsets.UTF_8));
        }
        StateInspection found = StateInspection.read(FileOps.real(), path, true);
        assertEquals(List.of(), found.problems());
        assertEquals(
                List.of(own, other),
                found.stores().stream().map(StateInspection.Store::kind).toList());
        assertEquals(32, found.sizes().orElseThrow().entryCount());
        // The store is there because of what is committed, whatever the configuration says.
        try (DurableState state = open(path, own)) {
            assertEquals(other, state.placeOf(7));
            List<String> entries = entries(state);
            assertEquals("7 key0", entries.get(31));
            assertEquals(32, entries.size());
        }
        Directories.delete(path.resolve("store-" + other.word()));
        assertFalse(StateInspection.read(FileOps.real(), path, false).problems().isEmpty());
        StateFileException refused = assertThrows(StateFileException.class, () -> open(path, own));
        assertTrue(refused.getMessage().contains("store=" + other.word()), refused.getMessage());
    }
}

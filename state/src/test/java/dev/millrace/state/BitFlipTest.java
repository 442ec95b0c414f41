package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FileHandle;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.OpenMode;
import dev.millrace.state.file.SimulatedFiles;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.log.EpochLogConfig;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.RocksDbConfig;
import dev.millrace.state.store.RocksDbView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever single bit of whatever file turns over, or wherever a file is cut: what is recovered is exactly what was committed, or
 * recovery refuses with an error of its own type that says where. By hand with more: {@code -Dmillrace.bitFlips=1000000}.
 */
class BitFlipTest {
    private static final int FLIPS = Integer.getInteger("millrace.bitFlips", 10_000);
    private static final int CUTS = FLIPS / 20;

    /** Of the RocksDB stores that are looked at, one of so many is opened. */
    private static final int RARELY = 20;

    /** Each has files in another state. */
    private static final int SIMULATED_DIRECTORIES = 12;

    private static final Path HOME = Path.of("/jobs/state");

    @TempDir
    Path directory;

    /** Small segments, overlays and distances, so that a few epochs leave files of all kinds, several of each. */
    private static DurableStateConfig config(StoreKind store) {
        return new DurableStateConfig(
                "test", "v1", store, 14_000, new EpochLogConfig(1500), new MapDbConfig(3000), RocksDbConfig.DEFAULT);
    }

    /** What was done to the files of a directory, and what it had. */
    private record Damage(long seed, Path file, boolean isCut, long atByte, int bit) {
        static Damage random(long seed, List<Path> found, FileOps files, boolean isCut) {
            Random random = new Random(seed);
            Map<String, List<Path>> kinds = new TreeMap<>();
            for (Path file : found) {
                kinds.computeIfAbsent(kindOf(file), kind -> new ArrayList<>()).add(file);
            }
            List<List<Path>> ofKind = List.copyOf(kinds.values());
            while (true) {
                List<Path> some = ofKind.get(random.nextInt(ofKind.size()));
                Path file = some.get(random.nextInt(some.size()));
                long size = sizeOf(files, file);
                if (size > 0) {
                    return new Damage(seed, file, isCut, random.nextLong(size), random.nextInt(8));
                }
            }
        }

        /** The name without numbers. */
        private static String kindOf(Path file) {
            return String.valueOf(file.getFileName()).replaceAll("[0-9]", "");
        }

        /** What it has come to in another directory. */
        Damage to(Path directory) {
            return new Damage(seed, directory.resolve("any"), isCut, atByte, bit);
        }

        void doTo(FileOps files, Path target) throws IOException {
            try (FileHandle handle = files.open(target, OpenMode.WRITE)) {
                if (isCut) {
                    handle.truncate(atByte);
                    return;
                }
                ByteBuffer one = ByteBuffer.allocate(1);
                handle.read(atByte, one);
                one.put(0, (byte) (one.get(0) ^ 1 << bit));
                handle.write(atByte, one.rewind());
            }
        }
    }

    private static long sizeOf(FileOps files, Path file) {
        try (FileHandle handle = files.open(file, OpenMode.READ)) {
            return handle.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> filesIn(FileOps files, Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path path : files.list(directory)) {
            if (files.kind(path) == FileKind.DIRECTORY) {
                found.addAll(filesIn(files, path));
            } else {
                found.add(path);
            }
        }
        return found;
    }

    private interface Recovery {
        void run() throws IOException;
    }

    /** Returns whether it was refused. */
    private static boolean isRefused(Damage damage, Recovery recovery) {
        try {
            recovery.run();
            return false;
        } catch (StateFileException e) {
            String message = String.valueOf(e.getMessage());
            Path place = damage.file().getParent();
            assertTrue(
                    message.contains(String.valueOf(place.getFileName())),
                    () -> "says not where: " + e + ", " + damage);
            return true;
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("damage was not noticed as such: " + damage, e);
        }
    }

    private static StateModel fill(FileOps files, Path home, StoreKind store, long seed, boolean isKilled) {
        StateModel model = new StateModel(seed);
        DurableState state = DurableState.open(files, home, config(store));
        int epochs = 20 + (int) (seed % 7) * 5;
        for (int i = 0; i < epochs; i++) {
            model.writeEpoch(state);
            model.idle(state);
        }
        if (isKilled) {
            state.appendState(model.acknowledged + 1, 0, StateModel.bytes("never committed"));
        } else {
            state.close();
        }
        return model;
    }

    private static void checkWhole(StateModel model, DurableState state, Damage damage) {
        if (!(damage.isCut() && damage.file().toString().contains("/log/"))) {
            assertEquals(model.acknowledged, state.lastCommitted());
            List<Long> sinkEpochs = new ArrayList<>();
            List<Long> expected = new ArrayList<>();
            for (long epoch = model.trimmable + 1; epoch <= model.acknowledged; epoch++) {
                expected.add(epoch);
            }
            state.forEachSinkPart(model.trimmable, (epoch, owner, payload) -> sinkEpochs.add(epoch));
            assertEquals(expected, sinkEpochs);
        }
        model.check(state, "");
    }

    @Test
    void noBitOfTheLogAndOfTheMapDbStoreTurnsOverInSilence() {
        int refused = IntStream.range(0, SIMULATED_DIRECTORIES)
                .parallel()
                .map(seed -> {
                    SimulatedFiles files = new SimulatedFiles(seed);
                    StateModel model = fill(files, HOME, StoreKind.MAPDB, seed, seed % 2 == 0);
                    try {
                        return flipSimulated(files, model, seed);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
        assertTrue(refused > FLIPS / 10, "refused=" + refused);
    }

    private static int flipSimulated(SimulatedFiles files, StateModel model, int directory) throws IOException {
        List<Path> found = filesIn(files, HOME);
        int refused = 0;
        int flips = 8 * FLIPS / 10 / SIMULATED_DIRECTORIES;
        int cuts = CUTS / 2 / SIMULATED_DIRECTORIES;
        for (int i = 0; i < flips + cuts; i++) {
            Damage damage = Damage.random(directory * 1_000_000L + i, found, files, i >= flips);
            SimulatedFiles image = files.afterKill();
            damage.doTo(image, damage.file());
            refused += isRefused(damage, () -> {
                        try (DurableState state = DurableState.open(image, HOME, config(StoreKind.MAPDB))) {
                            checkWhole(model, state, damage);
                        }
                    })
                    ? 1
                    : 0;
        }
        return refused;
    }

    @Test
    void noBitOfTheRocksDbStoreTurnsOverInSilence() throws IOException {
        Path home = directory.resolve("home");
        StateModel model = fill(FileOps.real(), home, StoreKind.ROCKSDB, 3, false);
        List<Path> found = filesIn(FileOps.real(), home.resolve("store"));
        List<String> whole = entries(home);
        int flips = FLIPS / 8;
        int refused = IntStream.range(0, flips + CUTS)
                .parallel()
                .map(i -> {
                    Damage damage = Damage.random(i, found, FileOps.real(), i >= flips);
                    Path copy = directory.resolve("copy-" + i);
                    try {
                        Directories.copy(home, copy);
                        damage.doTo(FileOps.real(), copy.resolve(home.relativize(damage.file())));
                        boolean isRefused =
                                isRefused(damage, () -> recoverRocksDb(whole, copy, model, damage, i % RARELY == 0));
                        Directories.delete(copy);
                        return isRefused ? 1 : 0;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
        assertTrue(refused > flips / 10, "refused=" + refused);
    }

    /** To open the store for writing takes long; so mostly it is only looked at, which reads the same bytes. */
    private static void recoverRocksDb(List<String> whole, Path copy, StateModel model, Damage damage, boolean opens) {
        if (!opens && entries(copy).equals(whole)) {
            return;
        }
        try (DurableState state = DurableState.open(FileOps.real(), copy, config(StoreKind.ROCKSDB))) {
            checkWhole(model, state, damage);
        }
    }

    /** What a store has by itself, and the epoch that this equals. */
    private static List<String> entries(Path home) {
        List<String> entries = new ArrayList<>();
        try (RocksDbView view = RocksDbView.open(FileOps.real(), home.resolve("store"))) {
            entries.add("epoch " + view.durableEpoch());
            view.scan((key, value) -> entries.add(
                    HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value)));
        }
        return entries;
    }

    @Test
    void noBitOfASavepointTurnsOverInSilence() throws IOException {
        SimulatedFiles files = new SimulatedFiles(1);
        Path target = Path.of("/jobs/savepoint");
        StateModel model = fill(files, HOME, StoreKind.MAPDB, 1, false);
        try (DurableState state = DurableState.open(files, HOME, config(StoreKind.MAPDB))) {
            state.savepoint("test", target, model.trimmable).write();
        }
        List<Path> found = filesIn(files, target);
        int flips = FLIPS / 10;
        for (int i = 0; i < flips + CUTS; i++) {
            Damage damage = Damage.random(i, found, files, i >= flips);
            SimulatedFiles image = files.afterKill();
            damage.doTo(image, damage.file());
            Path fresh = Path.of("/jobs/fresh");
            assertTrue(
                    isRefused(
                            damage,
                            () -> StateRestore.restore(
                                    image, fresh, config(StoreKind.MAPDB), Savepoint.open(image, target))),
                    () -> "every byte of a savepoint counts: " + damage);
            isRefused(damage.to(fresh), () -> {
                try (DurableState state = DurableState.open(image, fresh, config(StoreKind.MAPDB))) {
                    assertEquals(0, state.lastCommitted(), "half of a savepoint was restored");
                }
            });
        }
    }
}

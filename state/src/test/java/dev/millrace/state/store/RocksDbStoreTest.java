package dev.millrace.state.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RocksDbStoreTest extends ColdStoreContract {
    @Override
    ColdStore open(Path place) {
        return RocksDbStore.open(FileOps.real(), place, RocksDbConfig.DEFAULT);
    }

    @Test
    void writesNoLogOfItsOwn() throws IOException {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            assertEquals(0, store.durableEpoch());
            Path copy = Directories.copy(directory, directory.resolveSibling(directory.getFileName() + "-copy"));
            try (ColdStore successor = open(copy)) {
                assertEquals(0, successor.appliedEpoch());
                assertEquals("", all(successor));
            }
        }
    }

    @Test
    void aDirectoryThatIsNoStoreIsATypedFault() throws IOException {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
        }
        Files.writeString(directory.resolve("CURRENT"), "nonsense\n");
        StateFileException refused = assertThrows(StateFileException.class, () -> open(directory));
        assertTrue(refused.getMessage().contains(directory.toString()), refused.getMessage());
    }

    /** Many keys at once are read by another way than one key is, and that one says nothing of blocks that are damaged. */
    @Test
    void damageIsNoAbsenceWhicheverWayItIsRead() throws IOException {
        int entries = 500;
        try (ColdStore store = open(directory)) {
            store.load(1, large(entries, (byte) 7));
        }
        Path file;
        try (var files = Files.list(directory)) {
            file = files.filter(each -> each.toString().endsWith(".sst"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        byte[][] keys = new byte[entries][];
        SortedRun expected = large(entries, (byte) 7);
        for (int i = 0; expected.next(); i++) {
            keys[i] = expected.key();
        }
        try (ColdStore store = open(directory)) {
            for (Executable reading : List.<Executable>of(
                    () -> store.getAll(keys), () -> store.get(keys[entries / 2]), () -> all(store))) {
                StateFileException e = assertThrows(StateFileException.class, reading);
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            }
            assertNotNull(store.getAll(new byte[][] {keys[0], keys[entries - 1]})[1]);
        }
    }

    @Test
    void refusesBoundsThatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> new RocksDbConfig(1, 100));
    }

    private static SortedRun large(int entries, byte seed) {
        return new SortedRun() {
            private int at = -1;

            @Override
            public boolean next() {
                return ++at < entries;
            }

            @Override
            public byte[] key() {
                return java.nio.ByteBuffer.allocate(4).putInt(at + 1).array();
            }

            @Override
            public byte[] value() {
                byte[] value = new byte[1000];
                new java.util.Random(31L * at + seed).nextBytes(value);
                return value;
            }
        };
    }

    /** Both write and read many times what they may take together. */
    @Test
    void allStoresOfTheProcessTogetherStayWithinTheMemoryOfTheFirst() throws IOException {
        long limit = RocksDbConfig.LEAST_MEMORY_BYTES;
        RocksDbConfig config = RocksDbConfig.DEFAULT.memoryBytes(limit);
        Path other = Files.createDirectories(directory.resolveSibling(directory.getFileName() + "-other"));
        try (RocksDbStore first = RocksDbStore.open(FileOps.real(), directory, config)) {
            RocksDbStore closed;
            try (RocksDbStore second = RocksDbStore.open(FileOps.real(), other, RocksDbConfig.DEFAULT)) {
                closed = second;
                assertEquals(new RocksDbUsage(limit, first.usage().usedBytes(), 2), second.usage());
                long most = 0;
                for (int epoch = 1; epoch <= 20; epoch++) {
                    for (RocksDbStore store : new RocksDbStore[] {first, second}) {
                        store.fold(epoch, large(1000, (byte) epoch));
                        most = Math.max(most, store.usage().usedBytes());
                        store.scan(new byte[0], null, (key, value) -> {});
                        most = Math.max(most, store.usage().usedBytes());
                    }
                }
                assertTrue(first.durableEpoch() > 0, "nothing was flushed");
                assertTrue(most <= limit, "usedBytes=" + most + ", limitBytes=" + limit);
                assertTrue(most > limit / 4, "nothing was counted: usedBytes=" + most);
            }
            assertEquals(1, first.usage().storeCount());
            assertThrows(IllegalStateException.class, closed::usage);
        }
        try (RocksDbStore again = RocksDbStore.open(FileOps.real(), directory, RocksDbConfig.DEFAULT)) {
            assertEquals(RocksDbConfig.DEFAULT.memoryBytes(), again.usage().limitBytes());
        }
    }
}

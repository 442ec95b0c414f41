package dev.millrace.state.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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

    @Test
    void refusesBoundsThatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> new RocksDbConfig(1, 1 << 20, 100));
    }
}

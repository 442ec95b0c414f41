package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FaultyFileOps;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    Path parent;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = parent.resolve("a/state");
    }

    private StateDirectory open(FileOps files, String job, String fingerprint, StoreKind store) {
        return StateDirectory.open(files, path, job, fingerprint, store);
    }

    private StateDirectory open() {
        return open(FileOps.real(), "flights", "v1", StoreKind.MAPDB);
    }

    private List<String> contents() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path file : walk.sorted().toList()) {
                names.add(path.relativize(file) + (Files.isRegularFile(file) ? " " + Files.size(file) : ""));
            }
        }
        return names;
    }

    @Test
    void beginsADirectoryForItsOwnerOnlyAndOpensItAgain() throws IOException {
        open().close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        try (StateDirectory directory = open()) {
            assertEquals(path.resolve("log"), directory.logDirectory());
            assertEquals(path.resolve("store"), directory.storeDirectory());
            assertEquals(path, directory.path());
        }
    }

    @Test
    void aSecondOpenerIsToldWhoWasFirst() {
        try (StateDirectory first = open()) {
            StateDirectoryInUseException refused = assertThrows(StateDirectoryInUseException.class, this::open);
            assertTrue(
                    refused.getMessage()
                            .contains("pid=" + ProcessHandle.current().pid()),
                    refused.getMessage());
            assertTrue(refused.getMessage().contains(first.path().toString()));
            assertFalse(refused.getMessage().contains("\n"));
        }
        open().close();
    }

    @Test
    void anotherJobOrStoreIsRefusedAndNothingIsWritten() throws IOException {
        open().close();
        List<String> before = contents();
        for (String[] other : new String[][] {
            {"other", "v1", "MAPDB", "found=flights, expected=other"},
            {"flights", "v1", "ROCKSDB", "found=MAPDB, expected=ROCKSDB"},
        }) {
            StateDirectoryMismatchException refused = assertThrows(
                    StateDirectoryMismatchException.class,
                    () -> open(FileOps.real(), other[0], other[1], StoreKind.valueOf(other[2])));
            assertTrue(refused.getMessage().contains(other[3]), refused.getMessage());
        }
        assertEquals(before, contents());
        open().close();
    }

    @Test
    void anotherGraphOfTheJobIsComparedByTheJobAndNotHere() throws IOException {
        open().close();
        List<String> before = contents();
        open(FileOps.real(), "flights", "v2", StoreKind.MAPDB).close();
        assertEquals(before, contents());
    }

    @Test
    void aFormatFromAnotherReleaseOrADamagedOneIsRefused() throws IOException {
        open().close();
        Path format = path.resolve("FORMAT");
        byte[] whole = Files.readAllBytes(format);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(format, flipped);
            assertThrows(StateDirectoryMismatchException.class, this::open, "at=" + at);
        }
        ByteBuffer later = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
        later.putInt(4, 2);
        CRC32C crc = new CRC32C();
        crc.update(later.array(), 0, whole.length - 4);
        later.putInt(whole.length - 4, (int) crc.getValue());
        Files.write(format, later.array());
        StateDirectoryMismatchException refused = assertThrows(StateDirectoryMismatchException.class, this::open);
        assertTrue(refused.getMessage().contains("found=2, expected=1"), refused.getMessage());
    }

    @Test
    void aDirectoryWithForeignFilesIsRefusedAndNotTouched() throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("thesis.tex"), "years of work");
        List<String> before = contents();
        StateDirectoryMismatchException refused = assertThrows(StateDirectoryMismatchException.class, this::open);
        assertTrue(refused.getMessage().contains("thesis.tex"), refused.getMessage());
        assertEquals(before, contents());
    }

    @Test
    void aLinkAFileAndAnUnwritableParentAreRefused() throws IOException {
        Files.createDirectories(parent.resolve("a"));
        Path target = Files.createDirectories(parent.resolve("target"));
        Files.createSymbolicLink(path, target);
        assertThrows(StateDirectoryUnusableException.class, this::open);
        assertEquals(List.of(), FileOps.real().list(target));
        Files.delete(path);
        Files.writeString(path, "a file");
        assertThrows(StateDirectoryUnusableException.class, this::open);
        path = path.resolve("below");
        assertThrows(StateDirectoryUnusableException.class, this::open);
    }

    @Test
    void aLinkInsideTheDirectoryIsRefused() throws IOException {
        open().close();
        Files.delete(path.resolve("log"));
        Files.createSymbolicLink(path.resolve("log"), parent);
        assertThrows(StateDirectoryUnusableException.class, this::open);
    }

    @Test
    void everyFaultWhileItIsBegunLeavesADirectoryThatCanBeBegun() throws IOException {
        for (int n = 0; ; n++) {
            path = parent.resolve("fault-" + n);
            try (StateDirectory directory =
                    open(FaultyFileOps.dyingAt(FileOps.real(), n), "flights", "v1", StoreKind.MAPDB)) {
                assertTrue(n > 5 && Files.exists(directory.path().resolve("FORMAT")));
                return;
            } catch (StateDirectoryUnusableException e) {
                assertTrue(e.getMessage().contains("injected fault"), e.getMessage());
            }
            open().close();
        }
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        String name = "x".repeat(DirectoryFormat.MAX_TEXT_BYTES + 1);
        assertThrows(IllegalArgumentException.class, () -> open(FileOps.real(), name, "", StoreKind.MAPDB));
        assertFalse(Files.exists(path));
    }
}

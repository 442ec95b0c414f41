package dev.millrace.state.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOpsTest {
    private final FileOps files = FileOps.real();

    @TempDir
    Path directory;

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    @Test
    void readsBackWhatWasWrittenAtAnyPosition() throws IOException {
        try (FileHandle handle = files.open(directory.resolve("a"), OpenMode.WRITE)) {
            handle.write(3, bytes("def"));
            handle.write(0, bytes("abc"));
            handle.force();
            assertEquals(6, handle.size());
            ByteBuffer into = ByteBuffer.allocate(10);
            assertEquals(4, handle.read(2, into));
            assertEquals("cdef", text(into.flip()));
            assertEquals(0, handle.read(6, into.clear()));
            handle.truncate(2);
            handle.truncate(5);
            assertEquals(2, handle.size());
        }
    }

    @Test
    void refusesToCreateWhatIsThere() throws IOException {
        Path file = directory.resolve("a");
        files.open(file, OpenMode.CREATE).close();
        assertThrows(FileAlreadyExistsException.class, () -> files.open(file, OpenMode.CREATE));
    }

    @Test
    void makesFilesAndDirectoriesForTheirOwnerOnly() throws IOException {
        Path inner = directory.resolve("x/y");
        files.createDirectories(inner);
        files.createDirectories(inner);
        files.open(inner.resolve("a"), OpenMode.WRITE).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(inner)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(inner.resolve("a"))));
    }

    @Test
    void doesNotFollowALink() throws IOException {
        Files.writeString(directory.resolve("target"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        assertEquals(FileKind.LINK, files.kind(link));
        assertThrows(IOException.class, () -> files.open(link, OpenMode.WRITE));
        assertThrows(IOException.class, () -> files.open(link, OpenMode.READ));
    }

    @Test
    void tellsWhatIsThere() throws IOException {
        files.open(directory.resolve("b"), OpenMode.WRITE).close();
        files.createDirectories(directory.resolve("a"));
        assertEquals(List.of(directory.resolve("a"), directory.resolve("b")), files.list(directory));
        assertEquals(FileKind.DIRECTORY, files.kind(directory.resolve("a")));
        assertEquals(FileKind.FILE, files.kind(directory.resolve("b")));
        files.delete(directory.resolve("b"));
        files.delete(directory.resolve("b"));
        assertEquals(FileKind.ABSENT, files.kind(directory.resolve("b")));
    }

    @Test
    void aReplacedFileHasTheOldContentsOrTheNewAtEveryFault() throws IOException {
        Path file = directory.resolve("a");
        files.replace(file, bytes("old"));
        FaultyFileOps counting = FaultyFileOps.counting(files);
        counting.replace(file, bytes("old"));
        for (long n = 0; n < counting.operationCount(); n++) {
            files.replace(file, bytes("old"));
            FaultyFileOps dying = FaultyFileOps.dyingAt(files, n);
            assertThrows(IOException.class, () -> dying.replace(file, bytes("newer")));
            String found = text(files.readAll(file, 100));
            assertTrue(found.equals("old") || found.equals("newer"), found);
        }
        files.replace(file, bytes("newer"));
        assertEquals("newer", text(files.readAll(file, 5)));
        assertThrows(IOException.class, () -> files.readAll(file, 4));
    }

    @Test
    void aLockIsTakenOnceAProcessAndNamesItsHolder() throws IOException {
        Path file = directory.resolve("LOCK");
        try (FileHandle lock = files.lock(file, "first")) {
            Path sameFile = directory.resolve("../" + directory.getFileName() + "/LOCK");
            FileInUseException refused = assertThrows(FileInUseException.class, () -> files.lock(sameFile, "second"));
            assertEquals("first", refused.holder());
            assertTrue(lock.size() > 0);
        }
        files.lock(file, "third").close();
    }

    @Test
    void aLockKeepsOutAnotherProcessEvenAfterARefusalInThisOne() throws IOException, InterruptedException {
        Path file = directory.resolve("LOCK");
        try (FileHandle lock = files.lock(file, "parent")) {
            assertThrows(FileInUseException.class, () -> files.lock(file, "again"));
            assertEquals("in use by parent", lockInAnotherProcess(file));
            assertTrue(lock.size() > 0);
        }
        assertEquals("taken", lockInAnotherProcess(file));
    }

    @Test
    void askingWhoHasALockTakesItFromNobody() throws IOException, InterruptedException {
        Path file = directory.resolve("LOCK");
        assertEquals(Optional.empty(), files.lockHolder(file));
        assertEquals(FileKind.ABSENT, files.kind(file));
        try (FileHandle lock = files.lock(file, "parent")) {
            assertEquals(Optional.of("parent"), files.lockHolder(file));
            assertEquals(
                    "in use by parent, held by parent", lockInAnotherProcess(file) + ", " + askAnotherProcess(file));
            assertTrue(lock.size() > 0);
        }
        assertEquals(Optional.empty(), files.lockHolder(file));
        files.lock(file, "again").close();
    }

    private static String askAnotherProcess(Path file) throws IOException, InterruptedException {
        return runAnotherProcess(LockAsker.class, file);
    }

    /** The other process. */
    static final class LockAsker {
        private LockAsker() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println("held by "
                    + FileOps.real().lockHolder(Path.of(arguments[0])).orElse("nobody"));
        }
    }

    private static String lockInAnotherProcess(Path file) throws IOException, InterruptedException {
        return runAnotherProcess(LockTaker.class, file);
    }

    private static String runAnotherProcess(Class<?> program, Path file) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            process.waitFor();
            return line;
        }
    }

    /** The other process. */
    static final class LockTaker {
        private LockTaker() {}

        public static void main(String[] arguments) throws IOException {
            try (FileHandle lock = FileOps.real().lock(Path.of(arguments[0]), "child")) {
                System.out.println(lock.size() > 0 ? "taken" : "taken without a holder");
            } catch (FileInUseException e) {
                System.out.println("in use by " + e.holder());
            }
        }
    }
}

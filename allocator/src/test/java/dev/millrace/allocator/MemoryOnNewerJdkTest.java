package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users of a newer JVM read on their terminals, by what they permit. Each in a JVM of its own. */
final class MemoryOnNewerJdkTest {
    /** The first that has all the options; a JVM before it warns of nothing. */
    private static final int FIRST_JAVA = 24;

    private static final String DENY_NATIVE = "--illegal-native-access=deny";
    private static final String DENY_UNSAFE = "--sun-misc-unsafe-memory-access=deny";
    private static final String PERMIT_NATIVE = "--enable-native-access=ALL-UNNAMED";

    @TempDir
    Path directory;

    /** What a JVM answered. */
    private record Answer(int code, String output, String errors) {}

    @BeforeEach
    void requireTheTwinOnANewerJvm() {
        int java = Runtime.version().feature();
        assumeTrue(java >= FIRST_JAVA, "SKIPPED: java=" + java + ", needed=" + FIRST_JAVA);
        String origin = String.valueOf(
                Memory.class.getProtectionDomain().getCodeSource().getLocation());
        assumeTrue(origin.endsWith(".jar"), "SKIPPED: the twin is used from the jar only, origin=" + origin);
    }

    @Test
    void withoutFlagsTheOnlyNoticeIsThatOfJna() throws Exception {
        Answer answer = run();
        assertEquals("42 java.lang.foreign", answer.output, answer.errors);
        assertEquals(0, answer.code);
        assertTrue(answer.errors.contains("com.sun.jna"), answer.errors);
        assertEquals(1, answer.errors.split("has been called by", -1).length - 1, answer.errors);
        assertFalse(answer.errors.contains("MemorySegment"), answer.errors);
        assertFalse(answer.errors.contains("Unsafe"), answer.errors);
    }

    @Test
    void withNativeAccessPermittedNothingIsPrinted() throws Exception {
        assertEquals(new Answer(0, "42 java.lang.foreign", ""), run(PERMIT_NATIVE));
        assertEquals(new Answer(0, "42 java.lang.foreign", ""), run(PERMIT_NATIVE, DENY_NATIVE, DENY_UNSAFE));
    }

    @Test
    void withNativeAccessForbiddenUnsafeServes() throws Exception {
        Answer answer = run(DENY_NATIVE);
        assertEquals("42 sun.misc.Unsafe", answer.output, answer.errors);
        assertEquals(0, answer.code);
        assertEquals(
                new Answer(0, "42 sun.misc.Unsafe", ""), run(DENY_NATIVE, "--sun-misc-unsafe-memory-access=allow"));
    }

    @Test
    void withBothForbiddenTheErrorNamesTheFlags() throws Exception {
        Answer answer = run(DENY_NATIVE, DENY_UNSAFE);
        assertNotEquals(0, answer.code);
        assertTrue(answer.errors.contains(MemoryAccessDeniedError.class.getName()), answer.errors);
        assertTrue(answer.errors.contains(PERMIT_NATIVE), answer.errors);
        assertTrue(answer.errors.contains("--sun-misc-unsafe-memory-access=allow"), answer.errors);
    }

    @Test
    void aJvmThatIgnoresTheTwinRunsOnUnsafe() throws Exception {
        Answer answer = run("-Djdk.util.jar.enableMultiRelease=false");
        assertEquals("42 sun.misc.Unsafe", answer.output, answer.errors);
        assertEquals(0, answer.code);
        assertTrue(answer.errors.contains("sun.misc.Unsafe"), answer.errors);
    }

    @Test
    void noAccessLeavesAnythingOnTheHeap() throws Exception {
        assertEquals(new Answer(0, "0 bytes", ""), run(List.of(PERMIT_NATIVE), MemoryGarbage.class));
    }

    private Answer run(String... flags) throws IOException, InterruptedException {
        return run(List.of(flags), TouchMemory.class);
    }

    private Answer run(List<String> flags, Class<?> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), program.getName()));
        File output = directory.resolve("output").toFile();
        File errors = directory.resolve("errors").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(errors);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        int code = builder.start().waitFor();
        return new Answer(code, text(output), text(errors));
    }

    private static String text(File file) throws IOException {
        return Files.readString(file.toPath(), StandardCharsets.UTF_8).strip();
    }

    /** Surefire starts its JVM with a jar that names the class path, and leaves the real one in a property. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}

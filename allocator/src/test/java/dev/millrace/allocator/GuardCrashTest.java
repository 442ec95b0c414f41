package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Misuse under guard ends the JVM, with the address in its crash report: seen from another JVM. */
final class GuardCrashTest {
    private static final Pattern FAULT = Pattern.compile("si_addr: 0x0*([0-9a-f]+)");

    @TempDir
    Path folder;

    private record Ending(int exitCode, String output, Path crashReport) {
        String line(String name) {
            return output.lines()
                    .filter(line -> line.startsWith(name + "="))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + name + " in: " + output));
        }
    }

    @BeforeEach
    void needsProtection() {
        Misuse.assumePossible(AllocatorConfig.Misuse.GUARD);
    }

    @ParameterizedTest
    @CsvSource({
        "overrun, live block, bytesPastEnd=1",
        "far-overrun, live block, bytesPastEnd=4096",
        "underrun, live block, bytesPastEnd=4096",
        "use-after-free, freed block, bytesPastEnd=0"
    })
    void endsTheJvmAtTheAddressThatWasTouched(String misuse, String what, String end)
            throws IOException, InterruptedException {
        Ending ending = run(misuse);
        assertNotEquals(0, ending.exitCode(), ending.output());
        String report = Files.readString(ending.crashReport());
        assertTrue(report.contains("SIGSEGV"), report.substring(0, Math.min(2000, report.length())));
        Matcher fault = FAULT.matcher(report);
        assertTrue(fault.find(), "no si_addr in the crash report");
        assertEquals(ending.line("touched"), fault.group(1));
        String known = ending.line("known");
        assertTrue(known.startsWith(what) && known.endsWith(end), known);
        assertTrue(isInALineOfTheMap(ending.output(), Long.parseLong(fault.group(1), 16)), ending.output());
    }

    @Test
    void aTouchInsideABlockIsFine() throws IOException, InterruptedException {
        Ending ending = run("none");
        assertEquals(0, ending.exitCode(), ending.output());
        assertTrue(ending.output().contains("survived"), ending.output());
    }

    private static boolean isInALineOfTheMap(String output, long address) {
        Pattern pages = Pattern.compile("block: .*pages=0x([0-9a-f]+)-.*guard=.*-0x([0-9a-f]+)");
        return output.lines().map(pages::matcher).filter(Matcher::find).anyMatch(line -> {
            long start = Long.parseLong(line.group(1), 16);
            long end = Long.parseLong(line.group(2), 16);
            return address >= start && address < end;
        });
    }

    private Ending run(String misuse) throws IOException, InterruptedException {
        Path report = folder.resolve("crash.log");
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + report,
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuardCrash.class.getName(),
                        misuse))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int exitCode = process.waitFor();
        return new Ending(exitCode, Files.readString(output, StandardCharsets.UTF_8), report);
    }
}

package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** JVMs that may not or cannot call native code: everything is found, nothing is placed, nothing breaks. */
final class NativeAccessTest {
    private static final int FIRST_VERSION_THAT_DENIES = 24;

    @Test
    void aJvmThatDeniesNativeAccessEndsOnTheFlatRung() throws IOException, InterruptedException {
        Optional<Path> home = ForkedJvm.homeOfVersion(FIRST_VERSION_THAT_DENIES);
        assumeTrue(home.isPresent(), "no JDK " + FIRST_VERSION_THAT_DENIES + " or newer is installed beside this one");
        String output = endsOnTheFlatRung(home.get(), "--illegal-native-access=deny");
        assertTrue(output.contains("IllegalCallerException"), output);
    }

    @Test
    void aJvmWithoutTheNativeLibraryEndsOnTheFlatRung() throws IOException, InterruptedException {
        String output = endsOnTheFlatRung(ForkedJvm.home(), "-Djna.nounpack=true", "-Djna.nosys=true");
        assertTrue(output.contains("UnsatisfiedLinkError"), output);
    }

    @Test
    void aJvmThatMayCallNativeCodeDoesNotWarn() throws IOException, InterruptedException {
        Optional<Path> home = ForkedJvm.homeOfVersion(FIRST_VERSION_THAT_DENIES);
        assumeTrue(home.isPresent(), "no JDK " + FIRST_VERSION_THAT_DENIES + " or newer is installed beside this one");
        ForkedJvm.Result result = ForkedJvm.run(
                home.get(),
                List.of("--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"),
                LowerRungs.class);
        assertEquals(0, result.exitCode(), result.output());
        assertFalse(result.output().contains("WARNING"), result.output());
        assertTrue(result.output().contains("1 rung=" + Placement.detect().rung() + " reason="), result.output());
    }

    private static String endsOnTheFlatRung(Path home, String... options) throws IOException, InterruptedException {
        ForkedJvm.Result result = ForkedJvm.run(home, List.of(options), LowerRungs.class);
        String output = result.output();
        assertEquals(0, result.exitCode(), output);
        for (int attempt = 1; attempt <= 2; attempt++) {
            assertTrue(output.contains(attempt + " rung=FLAT"), output);
            assertTrue(output.contains(attempt + " hasRanges=false"), output);
            assertTrue(output.contains(attempt + " canPin=false"), output);
            assertFalse(output.contains(attempt + " cpus=0"), output);
        }
        return output;
    }
}

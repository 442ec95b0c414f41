package dev.millrace.numa;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kernel that moves pages towards the threads that use them. It does so only where no policy holds them, so what is told
 * by first touch can be tested only while it is off; the guests of {@code millrace numa-test} have it off. Kernels such as
 * 6.1 also say of a page that they consider for a move that it is absent.
 */
final class NumaBalancing {
    private static final Path SETTING = Path.of("/proc/sys/kernel/numa_balancing");

    private NumaBalancing() {}

    static void assumeOff(Topology topology) throws IOException {
        boolean isOn = Files.isReadable(SETTING)
                && !Files.readString(SETTING, StandardCharsets.UTF_8).trim().equals("0");
        assumeFalse(
                isOn && topology.memoryNodes().size() > 1, "the kernel moves pages by itself: kernel.numa_balancing");
    }
}

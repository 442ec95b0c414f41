package dev.millrace.numa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The nodes that a process may have memory on, from the line {@code Mems_allowed_list: 0-1} of its status. */
final class AllowedNodes {
    static final Path OF_THIS_PROCESS = Path.of("/proc/self/status");

    private static final String KEY = "Mems_allowed_list:";

    private AllowedNodes() {}

    /** Kernel ids; nothing if the file does not say. */
    static List<Integer> read(Path status) {
        try {
            for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(KEY)) {
                    return KernelList.parse(line.substring(KEY.length()));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // Not there, or damaged: the kernel does not say.
            return List.of();
        }
        return List.of();
    }
}

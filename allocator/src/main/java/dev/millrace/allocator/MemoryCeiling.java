package dev.millrace.allocator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The most memory that the process may use before it is killed: the least limit of its control groups, or what the machine
 * has.
 *
 * <pre>
 *   proc/self/cgroup   0::/a/b          v2: sys/fs/cgroup/a/b/memory.max, then a, then the root
 *                      4:memory:/a/b    v1: sys/fs/cgroup/memory/a/b/memory.limit_in_bytes, and so on
 *   proc/meminfo       MemTotal:  480396 kB
 * </pre>
 *
 * <p>Immutable. In a container the path of the group may not be there: then its root is what counts.
 *
 * @param bytes {@link Long#MAX_VALUE} if nobody knows
 * @param source the file that says so
 */
record MemoryCeiling(long bytes, String source) {
    /** Where Linux has its files. */
    static final Path ROOT = Path.of("/");

    private static final MemoryCeiling UNKNOWN = new MemoryCeiling(Long.MAX_VALUE, "unknown");

    /** Never throws: what is missing or damaged limits nothing. */
    static MemoryCeiling read(Path root) {
        MemoryCeiling ceiling = machine(root);
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && parts[1].isEmpty()) {
                ceiling = ceiling.orLess(groups(root.resolve("sys/fs/cgroup"), parts[2], "memory.max"));
            } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("memory")) {
                ceiling =
                        ceiling.orLess(groups(root.resolve("sys/fs/cgroup/memory"), parts[2], "memory.limit_in_bytes"));
            }
        }
        return ceiling;
    }

    private static MemoryCeiling machine(Path root) {
        Path file = root.resolve("proc/meminfo");
        for (String line : lines(file)) {
            if (line.startsWith("MemTotal:")) {
                return number(line.replaceAll("\\D", ""))
                        .map(kib -> new MemoryCeiling(kib << 10, file.toString()))
                        .orElse(UNKNOWN);
            }
        }
        return UNKNOWN;
    }

    /** The least limit from a group up to the root of its hierarchy. */
    private static MemoryCeiling groups(Path hierarchy, String group, String fileName) {
        MemoryCeiling least = UNKNOWN;
        Path folder = hierarchy.resolve(group.replaceFirst("^/+", "")).normalize();
        while (folder != null && folder.startsWith(hierarchy)) {
            Path file = folder.resolve(fileName);
            for (String line : lines(file)) {
                least = number(line.strip())
                        .map(bytes -> new MemoryCeiling(bytes, file.toString()))
                        .map(least::orLess)
                        .orElse(least);
            }
            folder = folder.getParent();
        }
        return least;
    }

    private MemoryCeiling orLess(MemoryCeiling other) {
        return other.bytes < bytes ? other : this;
    }

    /** A number; {@code max} is none. */
    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // No such hierarchy, or not Linux: it limits nothing.
            return List.of();
        }
    }
}

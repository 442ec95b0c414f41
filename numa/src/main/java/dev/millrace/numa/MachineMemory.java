package dev.millrace.numa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The numbers of {@code /proc/meminfo}; sizes are given in bytes. What it does not name is {@link #UNKNOWN}. */
final class MachineMemory {
    static final long UNKNOWN = -1;

    private final Map<String, Long> values = new TreeMap<>();

    private MachineMemory() {}

    /** Reads the file below the root of a file system; never throws for what it holds. */
    static MachineMemory read(Path root) {
        MachineMemory memory = new MachineMemory();
        try {
            for (String line : Files.readAllLines(root.resolve("proc/meminfo"), StandardCharsets.ISO_8859_1)) {
                memory.add(line);
            }
        } catch (IOException e) {
            // Not Linux: everything is unknown.
            return memory;
        }
        return memory;
    }

    private void add(String line) {
        int colon = line.indexOf(':');
        String[] words = line.substring(colon + 1).trim().split("\\s+", -1);
        try {
            if (colon > 0) {
                values.put(line.substring(0, colon), Long.parseLong(words[0]) * (words.length > 1 ? 1024 : 1));
            }
        } catch (NumberFormatException e) {
            // Not a number: as if the line were not there.
            values.remove(line.substring(0, colon));
        }
    }

    long value(String key) {
        return values.getOrDefault(key, UNKNOWN);
    }

    long totalBytes() {
        return value("MemTotal");
    }

    /** What the pool of huge pages holds, and what to set so that it holds as many more as are missing. */
    HugePagePool hugePages() {
        return new HugePagePool(
                Math.max(0, value("HugePages_Total")),
                Math.max(0, value("HugePages_Free")),
                Math.max(0, value("HugePages_Rsvd")),
                value("Hugepagesize"));
    }

    /**
     * The huge pages that were set aside.
     *
     * @param reserved those of the free ones that belong to a range already
     * @param pageBytes the size that these counts speak of, or {@link #UNKNOWN}
     */
    record HugePagePool(long total, long free, long reserved, long pageBytes) {}
}

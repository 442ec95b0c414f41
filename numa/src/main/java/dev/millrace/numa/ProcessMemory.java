package dev.millrace.numa;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How much memory is behind a range of addresses, as the kernel counts it.
 *
 * <p>Any thread may ask. An answer costs a walk over all page tables of the process: milliseconds for many gigabytes. For
 * reports and tests, never on a data path.
 *
 * @param rssBytes in memory, pages of a huge page pool not counted
 * @param anonHugeBytes the part of it in huge pages that the kernel put together
 * @param pooledHugeBytes in huge pages of the pool that was set aside
 * @param swapBytes moved to a swap device
 * @param isExact false if a mapping reaches beyond the range: what lies there is counted too
 */
public record ProcessMemory(long rssBytes, long anonHugeBytes, long pooledHugeBytes, long swapBytes, boolean isExact) {
    /** Where Linux describes the process that asks. */
    public static final Path OF_THIS_PROCESS = Path.of("/proc/self");

    private static final long BYTES_PER_KIB = 1024;

    /**
     * Adds up the mappings that a range touches.
     *
     * @param process the folder of the process; normally {@link #OF_THIS_PROCESS}
     * @return nothing if the kernel does not say
     */
    public static Optional<ProcessMemory> of(Path process, long address, long bytes) {
        try (BufferedReader lines = Files.newBufferedReader(process.resolve("smaps"), StandardCharsets.ISO_8859_1)) {
            Sum sum = new Sum(address, address + bytes);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                sum.add(line);
            }
            return Optional.of(new ProcessMemory(
                    sum.rss * BYTES_PER_KIB,
                    sum.anonHuge * BYTES_PER_KIB,
                    sum.pooledHuge * BYTES_PER_KIB,
                    sum.swap * BYTES_PER_KIB,
                    sum.isExact));
        } catch (IOException | NumberFormatException e) {
            // Not Linux, not permitted, or a format of the future.
            return Optional.empty();
        }
    }

    /**
     * Reads the file line by line.
     *
     * <pre>
     *   7f2c40000000-7f2c40400000 rw-p 00000000 00:00 0      a mapping begins
     *   Rss:                4096 kB                          what it has
     *   AnonHugePages:      2048 kB
     * </pre>
     */
    private static final class Sum {
        private final long from;
        private final long to;
        private boolean isInside;
        private boolean isExact = true;
        private long rss;
        private long anonHuge;
        private long pooledHuge;
        private long swap;

        Sum(long from, long to) {
            this.from = from;
            this.to = to;
        }

        void add(String line) {
            int space = line.indexOf(' ');
            if (space < 1) {
                return;
            }
            if (line.charAt(space - 1) != ':') {
                enter(line.substring(0, space));
            } else if (isInside) {
                count(line.substring(0, space), line);
            }
        }

        private void enter(String range) {
            int dash = range.indexOf('-');
            long start = Long.parseUnsignedLong(range.substring(0, dash), 16);
            long end = Long.parseUnsignedLong(range.substring(dash + 1), 16);
            isInside = Long.compareUnsigned(start, to) < 0 && Long.compareUnsigned(end, from) > 0;
            if (isInside) {
                isExact &= start >= from && end <= to;
            }
        }

        private void count(String key, String line) {
            switch (key) {
                case "Rss:" -> rss += kibibytes(line);
                case "AnonHugePages:" -> anonHuge += kibibytes(line);
                case "Private_Hugetlb:", "Shared_Hugetlb:" -> pooledHuge += kibibytes(line);
                case "Swap:" -> swap += kibibytes(line);
                default -> {}
            }
        }

        private static long kibibytes(String line) {
            String value = line.substring(line.indexOf(':') + 1).trim();
            return Long.parseLong(value.substring(0, value.indexOf(' ')));
        }
    }
}

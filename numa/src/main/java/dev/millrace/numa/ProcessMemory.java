package dev.millrace.numa;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
            return Optional.of(new ProcessMemory(sum.rss, sum.anonHuge, sum.pooledHuge, sum.swap, sum.isExact));
        } catch (IOException e) {
            // Not Linux, or not permitted.
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
        private static final Pattern MAPPING = Pattern.compile("([0-9a-f]{1,16})-([0-9a-f]{1,16}) .*");
        private static final Pattern AMOUNT = Pattern.compile("(\\w+): +(\\d{1,15}) kB");

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
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                enter(Long.parseUnsignedLong(mapping.group(1), 16), Long.parseUnsignedLong(mapping.group(2), 16));
                return;
            }
            Matcher amount = AMOUNT.matcher(line);
            if (isInside && amount.matches()) {
                count(amount.group(1), Long.parseLong(amount.group(2)) * 1024);
            }
        }

        private void enter(long start, long end) {
            isInside = Long.compareUnsigned(start, to) < 0 && Long.compareUnsigned(end, from) > 0;
            if (isInside) {
                isExact &= start >= from && end <= to;
            }
        }

        private void count(String what, long bytes) {
            switch (what) {
                case "Rss" -> rss += bytes;
                case "AnonHugePages" -> anonHuge += bytes;
                case "Private_Hugetlb", "Shared_Hugetlb" -> pooledHuge += bytes;
                case "Swap" -> swap += bytes;
                default -> {}
            }
        }
    }
}

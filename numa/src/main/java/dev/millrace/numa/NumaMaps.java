package dev.millrace.numa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many pages of each mapping of a process lie on which node, as the kernel tells it at one moment.
 *
 * <pre>
 *   7f2c40000000 default anon=512 dirty=512 N1=512 kernelpagesize_kB=4
 *   ^ the first address, hexadecimal        ^ 512 pages on node 1
 * </pre>
 *
 * <p>It says nothing about where a mapping ends, so an address behind one counts as part of it. Reading costs a walk over
 * all page tables of the process.
 */
final class NumaMaps {
    static final Path OF_THIS_PROCESS = Path.of("/proc/self/numa_maps");

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{1,16}) \\S+(.*)");
    private static final Pattern PAGES_ON_NODE = Pattern.compile(" N(\\d{1,5})=\\d+");

    private final NavigableMap<Long, Integer> nodeByStart = new TreeMap<>();

    private NumaMaps() {}

    /**
     * Reads the file; lines that make no sense are passed over.
     *
     * @throws IOException if it is not there, or not ours to read
     */
    static NumaMaps read(Path file) throws IOException {
        NumaMaps maps = new NumaMaps();
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                long start = Long.parseUnsignedLong(matcher.group(1), 16);
                maps.nodeByStart.put(start, nodeOf(matcher.group(2)));
            }
        }
        return maps;
    }

    /** The node that has pages, if it is only one. */
    private static int nodeOf(String properties) {
        int node = Placement.ABSENT_PAGE;
        Matcher count = PAGES_ON_NODE.matcher(properties);
        while (count.find()) {
            if (node != Placement.ABSENT_PAGE) {
                return Placement.UNKNOWN_NODE;
            }
            node = Integer.parseInt(count.group(1));
        }
        return node;
    }

    /**
     * The kernel id of the node that all pages of the mapping around an address lie on.
     *
     * @return {@link Placement#ABSENT_PAGE} if it has no pages, {@link Placement#UNKNOWN_NODE} if they lie on several
     *     nodes or there is no such mapping
     */
    int nodeOf(long address) {
        Map.Entry<Long, Integer> mapping = nodeByStart.floorEntry(address);
        return mapping == null ? Placement.UNKNOWN_NODE : mapping.getValue();
    }
}

package dev.millrace.numa;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads nodes from the files of Linux's {@code /sys/devices/system}.
 *
 * <pre>
 *   node/online            0-1
 *   node/nodeN/cpulist     0-3,8          empty: no processors
 *   node/nodeN/distance    10 20          one number for each online node, ascending by id
 *   node/nodeN/meminfo     Node 0 MemTotal:  480396 kB  ...
 *   cpu/online             0-7            used when there are no nodes
 *   cpu/cpuN/topology/thread_siblings_list
 *                          0,4            the processors of its core; one that lacks it has a core of its own
 * </pre>
 */
final class SysfsReader {
    private static final Pattern MEM_TOTAL = Pattern.compile("MemTotal:\\s+(\\d{1,15})\\s+kB");

    private final Path root;

    private SysfsReader(Path root) {
        this.root = root;
    }

    /** Never throws for what the files hold: a description that makes no sense is a flat machine. */
    static Topology read(Path root) {
        SysfsReader reader = new SysfsReader(root);
        try {
            List<NumaNode> nodes = reader.nodes();
            return new Topology(nodes, reader.cores(nodes));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            return reader.flat();
        }
    }

    private List<NumaNode> nodes() throws IOException {
        List<NumaNode> nodes = new ArrayList<>();
        for (int id : KernelList.parse(text("node/online"))) {
            String folder = "node/node" + id + "/";
            nodes.add(new NumaNode(
                    id,
                    KernelList.parse(text(folder + "cpulist")),
                    memoryBytes(text(folder + "meminfo")),
                    distances(text(folder + "distance"))));
        }
        return nodes;
    }

    private List<List<Integer>> cores(List<NumaNode> nodes) {
        Set<List<Integer>> cores = new LinkedHashSet<>();
        for (NumaNode node : nodes) {
            for (int cpu : node.cpus()) {
                List<Integer> siblings = siblings(cpu);
                if (siblings.size() > 1) {
                    cores.add(siblings);
                }
            }
        }
        return List.copyOf(cores);
    }

    private List<Integer> siblings(int cpu) {
        try {
            return KernelList.parse(text("cpu/cpu" + cpu + "/topology/thread_siblings_list"));
        } catch (IOException | IllegalArgumentException e) {
            // A virtual machine may not say; then no order among its processors is better than another.
            return List.of(cpu);
        }
    }

    private Topology flat() {
        try {
            List<Integer> cpus = KernelList.parse(text("cpu/online"));
            if (!cpus.isEmpty()) {
                return new Topology(
                        List.of(new NumaNode(0, cpus, Topology.UNCOUNTED_BYTES, List.of(NumaNode.LOCAL_DISTANCE))));
            }
        } catch (IOException | IllegalArgumentException e) {
            // No list of processors either: the JVM's own count is what is left.
            return Topology.flat(Runtime.getRuntime().availableProcessors());
        }
        return Topology.flat(Runtime.getRuntime().availableProcessors());
    }

    private static long memoryBytes(String meminfo) {
        Matcher matcher = MEM_TOTAL.matcher(meminfo);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no MemTotal in a node's meminfo: text=" + meminfo.trim());
        }
        return Long.parseLong(matcher.group(1)) * 1024;
    }

    private static List<Integer> distances(String text) {
        List<Integer> distances = new ArrayList<>();
        for (String number : text.trim().split("\\s+", -1)) {
            distances.add(Integer.valueOf(number));
        }
        return distances;
    }

    private String text(String file) throws IOException {
        return Files.readString(root.resolve(file), StandardCharsets.ISO_8859_1);
    }
}

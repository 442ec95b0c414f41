package dev.millrace.numa;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The memory limits of the control groups that this process is in, of version 1 and 2, and of all groups above them.
 *
 * <pre>
 *   proc/self/cgroup      0::/user.slice/app              version 2: the group
 *                         4:memory:/docker/3f             version 1: that of the memory controller
 *   proc/self/mountinfo   31 23 0:26 /docker /sys/fs/cgroup rw - cgroup2 cgroup rw
 *                                    ^ this group         ^ is seen here
 * </pre>
 *
 * <p>The files of a group are found below where its tree is mounted, its path taken from the root of that mount. In a
 * container the group may lie outside of what is mounted; then the mount itself is taken for it, which is the container.
 */
final class ControlGroups {
    /** Version 1 writes the largest multiple of the page size for "no limit". */
    private static final long NO_LIMIT_BYTES = 1L << 60;

    private static final int MAX_DEPTH = 64;

    private ControlGroups() {}

    /** All limits from the group of this process up to the root, in no order. Never throws. */
    static List<ContainerLimit> limits(Path root) {
        List<ContainerLimit> limits = new ArrayList<>();
        for (String mount : lines(root.resolve("proc/self/mountinfo"))) {
            int separator = mount.indexOf(" - ");
            String[] place = mount.split(" ", -1);
            String[] kind = separator < 0
                    ? new String[0]
                    : mount.substring(separator + 3).split(" ", -1);
            if (place.length < 5 || kind.length < 3) {
                continue;
            }
            if (kind[0].equals("cgroup2")) {
                addLimits(root, place[3], place[4], "", "memory.max", limits);
            } else if (kind[0].equals("cgroup") && names(kind[2], "memory")) {
                addLimits(root, place[3], place[4], "memory", "memory.limit_in_bytes", limits);
            }
        }
        return limits;
    }

    private static void addLimits(
            Path root,
            String mountRoot,
            String mountPoint,
            String controller,
            String file,
            List<ContainerLimit> limits) {
        Path top = below(root, mountPoint);
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && (controller.isEmpty() ? parts[1].isEmpty() : names(parts[1], controller))) {
                Path group = below(top, relative(mountRoot, parts[2]));
                for (int depth = 0; depth < MAX_DEPTH && group != null && group.startsWith(top); depth++) {
                    addLimit(group.resolve(file), limits);
                    group = group.getParent();
                }
            }
        }
    }

    private static void addLimit(Path file, List<ContainerLimit> limits) {
        List<String> lines = lines(file);
        if (!lines.isEmpty()) {
            long bytes = bytes(lines.get(0).trim());
            if (bytes < NO_LIMIT_BYTES) {
                limits.add(new ContainerLimit(bytes, file.toString()));
            }
        }
    }

    private static long bytes(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            // "max", or more than a long holds: no limit.
            return NO_LIMIT_BYTES;
        }
    }

    /** The path of a group below the group that is mounted; empty if it is that one, or not below it. */
    private static String relative(String mountRoot, String group) {
        if (group.startsWith("/..")) {
            return "";
        }
        if (mountRoot.equals("/")) {
            return group;
        }
        return (group + "/").startsWith(mountRoot + "/") ? group.substring(mountRoot.length()) : "";
    }

    private static Path below(Path folder, String path) {
        Path below = folder;
        for (String name : path.split("/", -1)) {
            below = name.isEmpty() ? below : below.resolve(name);
        }
        return below;
    }

    private static boolean names(String commaSeparated, String name) {
        return Arrays.asList(commaSeparated.split(",", -1)).contains(name);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // Not there, or not ours to read: it limits nothing that we could know.
            return List.of();
        }
    }
}

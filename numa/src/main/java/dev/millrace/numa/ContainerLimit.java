package dev.millrace.numa;

import java.nio.file.Path;

/**
 * How much memory the process may use before the kernel ends it: the least limit of its control groups, or what the machine
 * has if that is less.
 *
 * <p>Any thread may read it. A limit can be changed while the process runs; this is what it was.
 *
 * @param limitBytes {@link Long#MAX_VALUE} if nobody knows
 * @param source where the limit comes from: the file of a control group, {@code MemTotal}, or {@code unknown}
 */
public record ContainerLimit(long limitBytes, String source) {
    /** The root of the file system that Linux describes itself in. */
    public static final Path ROOT = Path.of("/");

    /**
     * Reads the limit. Never throws: what is missing or damaged limits nothing.
     *
     * @param root the folder that holds {@code proc} and {@code sys}; normally {@link #ROOT}
     */
    public static ContainerLimit read(Path root) {
        long machineBytes = MachineMemory.read(root).totalBytes();
        ContainerLimit limit = machineBytes == MachineMemory.UNKNOWN
                ? new ContainerLimit(Long.MAX_VALUE, "unknown")
                : new ContainerLimit(machineBytes, "MemTotal");
        for (ContainerLimit ofGroup : ControlGroups.limits(root)) {
            if (ofGroup.limitBytes < limit.limitBytes) {
                limit = ofGroup;
            }
        }
        return limit;
    }
}

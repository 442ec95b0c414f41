package dev.millrace.allocator;

import dev.millrace.numa.ContainerLimit;

/**
 * Compares what the process may come to use with what its container or the machine has: whoever passes that is killed, and
 * no error can be caught. Immutable; any thread may use it.
 *
 * @param limitBytes the most that the process may use; {@link Long#MAX_VALUE} if nobody knows
 * @param source who says so
 * @param heapBytes the most that the Java heap may grow to
 */
record ContainerCheck(long limitBytes, String source, long heapBytes) {
    /** What the JVM needs beside the heap: classes 64 MiB, compiled code 48 MiB, stacks and the collector 16 MiB. */
    static final long JVM_BYTES = 128L << 20;

    static ContainerCheck ofThisMachine() {
        ContainerLimit limit = ContainerLimit.read(ContainerLimit.ROOT);
        return new ContainerCheck(
                limit.limitBytes(), limit.source(), Runtime.getRuntime().maxMemory());
    }

    /**
     * Refuses what would not fit.
     *
     * @return the sum, for a report
     * @throws IllegalArgumentException if it does not fit
     */
    String check(AllocatorConfig config) {
        if (!config.checksContainer()) {
            return "not checked, memory.container-check=off";
        }
        Arithmetic need = new Arithmetic()
                .add("memoryBytes", config.memoryBytes())
                .add("maxHeapBytes", heapBytes)
                .add("jvmBytes", JVM_BYTES);
        if (limitBytes == Long.MAX_VALUE) {
            return need + ", limit unknown";
        }
        if (need.sum() > limitBytes) {
            throw new IllegalArgumentException("memory does not fit where the process runs: " + need + ", limitBytes="
                    + limitBytes + ", limitFrom=" + source + "; " + fix() + ", give the container "
                    + MemorySize.format(need.sum()) + ", or say memory.container-check=off");
        }
        return need + " of limitBytes=" + limitBytes + ", limitFrom=" + source;
    }

    private String fix() {
        long roomBytes = limitBytes - heapBytes - JVM_BYTES;
        return roomBytes >= AllocatorConfig.MIN_MEMORY_BYTES
                ? "give at most memory=" + (roomBytes >> 20) + "MiB, or the heap less (-Xmx)"
                : "give the heap less (-Xmx)";
    }
}

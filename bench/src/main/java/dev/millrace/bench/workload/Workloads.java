package dev.millrace.bench.workload;

import java.util.List;
import java.util.stream.Collectors;

/** Every workload there is, in the order of reports. */
public final class Workloads {
    private static final List<Workload> ALL = List.of(
            new MapFilter(),
            new KeyedCount(),
            new KeyedLatency(),
            new NexmarkBids(NexmarkBids.Query.Q1),
            new NexmarkBids(NexmarkBids.Query.Q2),
            new NexmarkState(NexmarkState.Query.Q3),
            new NexmarkState(NexmarkState.Query.Q5),
            new NexmarkState(NexmarkState.Query.Q8),
            new Flights());

    private Workloads() {}

    /** All of them. */
    public static List<Workload> all() {
        return ALL;
    }

    /**
     * The workload of a name.
     *
     * @throws IllegalArgumentException if there is none; says which there are
     */
    public static Workload named(String name) {
        return ALL.stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such workload: workload=" + name + ", known="
                        + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))));
    }
}

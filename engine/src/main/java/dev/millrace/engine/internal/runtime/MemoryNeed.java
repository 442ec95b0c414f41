package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.MemorySize;
import dev.millrace.engine.internal.embed.EgressOperators;
import dev.millrace.engine.internal.embed.EmbeddedSource;
import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes;
import dev.millrace.engine.internal.plan.PhysicalPlan;
import dev.millrace.engine.internal.plan.PhysicalPlan.EdgeKind;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.state.index.IndexConfig;

/** The least memory that a job can run with: what its channels, its outputs and its first state may take at once. */
public final class MemoryNeed {
    /** What no job can do without. */
    public static final long OF_ANY_JOB = AllocatorConfig.MIN_MEMORY_BYTES;

    /** First segments, a copy of them for a snapshot, keys of timers. */
    private static final long STATE_BYTES = 64 * 1024;

    /** A chunk being filled and those that wait for the log. */
    private static final long SINK_BYTES = 4 * 64 * 1024;

    private MemoryNeed() {}

    /** The least for this plan. */
    public static long of(LogicalPlan plan, int parallelism, FlowConfig flow) {
        long groupings = plan.groupings().size();
        long pages = parallelism == 1
                ? groupings * (flow.pageBytes() + 4096L)
                : groupings * parallelism * parallelism * ChannelTarget.maxBytes(flow);
        long states = plan.stateNames().size();
        long crossings = PhysicalPlan.of(plan, parallelism).edges().stream()
                .filter(edge -> edge.kind() != EdgeKind.KEY || edge.to().root() instanceof JoinNode)
                .mapToLong(edge -> PhysicalPlan.channels(edge) * ChannelTarget.maxBytes(flow))
                .sum();
        long embedded = plan.sources().stream()
                .map(SourceNode::source)
                .filter(EmbeddedSource.class::isInstance)
                .mapToLong(source -> ((EmbeddedSource) source).memoryBytes())
                .sum();
        long egresses = plan.nodes().stream()
                .filter(OutputNodes.EgressNode.class::isInstance)
                .mapToLong(node -> EgressOperators.memoryBytes(
                        (LaneEgress<?>) ((OutputNodes.EgressNode) node).egress(), parallelism))
                .sum();
        return OF_ANY_JOB
                + pages
                + crossings
                + embedded
                + egresses
                + states * parallelism * STATE_BYTES
                + plan.sinks().size() * (long) parallelism * SINK_BYTES;
    }

    /**
     * Refuses a limit of active state that leaves a state too little to work with.
     *
     * @param limitBytes 0 if none was set
     */
    public static void checkActiveState(long limitBytes, LogicalPlan plan, int parallelism) {
        long states = plan.nodes().stream()
                        .mapToLong(KeyedOperators::statesThatMayLeave)
                        .sum()
                * parallelism;
        if (limitBytes > 0 && states > 0 && limitBytes / states < IndexConfig.DEFAULT.segmentBytes()) {
            long minimumBytes = states * IndexConfig.DEFAULT.segmentBytes();
            throw new IllegalArgumentException("active state has too little memory: activeStateBytes=" + limitBytes
                    + ", states=" + states + ", minimumBytes=" + minimumBytes + " (" + MemorySize.format(minimumBytes)
                    + "); allow more, or use fewer partitions");
        }
    }

    /** Refuses a budget that is less, the reserve left alone. */
    public static void check(AllocatorConfig memory, long neededBytes) {
        long minimumBytes = neededBytes + memory.reserve();
        if (memory.memoryBytes() < minimumBytes) {
            throw new IllegalArgumentException("memory budget is too small: memoryBytes=" + memory.memoryBytes()
                    + ", minimumBytes=" + minimumBytes + " (" + MemorySize.format(minimumBytes) + ")");
        }
    }
}

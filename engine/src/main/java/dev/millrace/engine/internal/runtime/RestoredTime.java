package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import java.util.Map;

/** Says where event time stood at the last committed epoch. Used by the thread that starts the job. */
final class RestoredTime {
    private final LogicalPlan plan;
    private final Map<String, Long> times;

    RestoredTime(LogicalPlan plan, Recovery recovery) {
        this.plan = plan;
        times = recovery.times();
    }

    /**
     * Where time stood in a stream at the last committed epoch: where streams meet, that of the slowest, or further on if time
     * did not wait for it.
     */
    long watermark(Node node) {
        if (node instanceof EventTimeNode time) {
            return times.getOrDefault(Barrier.watermarkName(plan.timeNameOf(time)), Receiver.NO_TIME);
        }
        long slowest =
                node.upstreams().stream().mapToLong(this::watermark).min().orElse(Receiver.NO_TIME);
        String name = Barrier.watermarkName(plan.inputNameOf(node));
        return Math.max(slowest, times.getOrDefault(name, Receiver.NO_TIME));
    }
}

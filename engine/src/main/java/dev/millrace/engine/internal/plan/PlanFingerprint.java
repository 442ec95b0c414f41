package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What must be the same for state on disk to fit, as a hash: operators with names, and what is kept under them. The types
 * of keys and values are not in it: they may change within limits, and are compared one by one. Functions cannot be
 * compared; operators without names, parallelism and lateness do not matter.
 */
final class PlanFingerprint {
    private static final int SIZE_BYTES = 16;

    private PlanFingerprint() {}

    static String of(LogicalPlan plan) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(fitText(plan).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, SIZE_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String fitText(LogicalPlan plan) {
        StringBuilder text = new StringBuilder("pipeline ").append(plan.name()).append('\n');
        for (Node node : plan.nodes()) {
            if (node instanceof AggregateNode aggregate) {
                text.append("aggregate ")
                        .append(aggregate.name())
                        .append(' ')
                        .append(aggregate.kind())
                        .append('\n');
            } else if (node instanceof StatefulNode || node instanceof JoinNode) {
                if (node instanceof StatefulNode stateful && stateful.windows() != null) {
                    text.append("windows ")
                            .append(stateful.name())
                            .append(' ')
                            .append(stateful.windows())
                            .append('\n');
                }
                for (StoredState stored : StoredStates.of(node)) {
                    text.append(stored.form()).append(' ').append(stored.name()).append('\n');
                }
            } else if (node instanceof EventTimeNode) {
                text.append("event time\n");
            } else if (node instanceof SinkNode sink) {
                // What an output begins with says what its lines are.
                String head = new String(sink.sink().head(), StandardCharsets.UTF_8);
                text.append("sink ")
                        .append(sink.name())
                        .append(' ')
                        .append(head)
                        .append('\n');
            } else if (node instanceof SourceNode source) {
                text.append("source ").append(source.name()).append('\n');
            }
        }
        return text.toString();
    }
}

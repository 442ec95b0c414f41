package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.BranchNodes.UnionNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.serde.RecordLayout;

/** Writes a pipeline as an indented tree. */
final class PlanText {
    private static final String INDENT = "  ";

    private PlanText() {}

    static String of(LogicalPlan plan) {
        StringBuilder text = new StringBuilder("pipeline ").append(plan.name()).append('\n');
        for (SourceNode source : plan.sources()) {
            append(plan, source, source, 1, text);
        }
        return text.toString();
    }

    private static void append(LogicalPlan plan, Node node, Node from, int depth, StringBuilder text) {
        boolean meets = node instanceof UnionNode || node instanceof JoinNode;
        if (meets && node.upstreams().get(node.upstreams().size() - 1) != from) {
            text.append(INDENT.repeat(depth))
                    .append("into the ")
                    .append(node.describePlace())
                    .append(" below\n");
            return;
        }
        if (node instanceof KeyByNode && plan.downstream(node).isEmpty()) {
            return; // its streams are joined elsewhere
        }
        text.append(INDENT.repeat(depth)).append(node.describe());
        if (node.name() != null) {
            text.append(" \"").append(node.name()).append('"');
        }
        text.append(" -> ").append(node.type().getSimpleName());
        text.append(plan.errorPolicies().describe(node))
                .append(plan.stores().describe(node))
                .append('\n');
        if (node instanceof KeyByNode keyBy) {
            indent(RecordLayout.of(keyBy.keyType()).describe(), depth + 2, text);
        } else if (node instanceof AggregateNode aggregate) {
            indent(RecordLayout.of(aggregate.stateType()).describe(), depth + 2, text);
        } else if (node instanceof StatefulNode || node instanceof JoinNode) {
            for (StoredState stored : StoredStates.of(node)) {
                indent(stored.form() + " \"" + stored.name() + '"', depth + 2, text);
                indent(RecordLayout.of(stored.valueType()).describe(), depth + 3, text);
            }
        }
        for (Node next : plan.downstream(node)) {
            append(plan, next, node, depth + 1, text);
        }
    }

    private static void indent(String lines, int depth, StringBuilder text) {
        lines.lines()
                .forEach(line -> text.append(INDENT.repeat(depth)).append(line).append('\n'));
    }
}

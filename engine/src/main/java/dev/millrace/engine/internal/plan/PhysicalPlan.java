package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.plan.BranchNodes.RebalanceNode;
import dev.millrace.engine.internal.plan.BranchNodes.UnionNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinInputNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.serde.RecordLayout;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What an engine of some parallelism makes of a plan: chains of fused operators, how many tasks each has, and the edges
 * between them. Immutable; any thread.
 *
 * <p>A chain begins where events come from outside ({@code source}), where streams meet ({@code union}, {@code join}), and where events
 * move to another partition ({@code key by} and {@code rebalance}, with more than one). Everything else is fused. What several
 * tasks would broadcast goes through one task first, so that all who hear it hear it in one order.
 */
public final class PhysicalPlan {
    /** How the tasks of two chains are connected. */
    public enum EdgeKind {
        /** Each task to the one of the same number. */
        FORWARD,
        /** Each task to all, in turns. */
        REBALANCE,
        /** Each task to all, by key group. */
        KEY,
        /** Each task to all, every page to each of them. */
        BROADCAST
    }

    /**
     * Operators in one loop.
     *
     * @param root the operator that it begins with
     * @param name of its tasks
     * @param tasks how many there are
     */
    public record Chain(Node root, String name, int tasks) {}

    /**
     * What connects two chains.
     *
     * @param input the operator whose events go over it
     */
    public record Edge(Chain from, Node input, Chain to, EdgeKind kind) {}

    private final LogicalPlan plan;
    private final int parallelism;
    private final List<Chain> chains = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();
    private final IdentityHashMap<Node, Chain> byRoot = new IdentityHashMap<>();

    private PhysicalPlan(LogicalPlan plan, int parallelism) {
        this.plan = plan;
        this.parallelism = parallelism;
        int keyed = 0;
        int unions = 0;
        int joins = 0;
        int rebalanced = 0;
        int broadcast = 0;
        for (Node node : plan.nodes()) {
            if (node instanceof SourceNode source) {
                add(node, source.name(), 1);
            } else if (node instanceof UnionNode union) {
                int tasks = union.inputs().stream()
                        .mapToInt(input -> chainOf(input).tasks())
                        .max()
                        .orElse(1);
                add(node, "union-" + ++unions, tasks);
            } else if (node instanceof JoinNode) {
                add(node, "joined-" + ++joins, parallelism);
            } else if (node instanceof JoinInputNode input
                    && input.edge() == EdgeKind.BROADCAST
                    && chainOf(input.upstream()).tasks() > 1) {
                add(node, "broadcast-" + ++broadcast, 1);
            } else if (node instanceof KeyByNode
                    && parallelism > 1
                    && !plan.downstream(node).isEmpty()) {
                add(node, "keyed-" + ++keyed, parallelism);
            } else if (node instanceof RebalanceNode && parallelism > 1) {
                add(node, "rebalanced-" + ++rebalanced, parallelism);
            }
        }
    }

    /** Divides a plan into chains. */
    public static PhysicalPlan of(LogicalPlan plan, int parallelism) {
        return new PhysicalPlan(plan, parallelism);
    }

    private void add(Node root, String name, int tasks) {
        Chain chain = new Chain(root, name, tasks);
        for (Node input : root.upstreams()) {
            edges.add(new Edge(chainOf(input), input, chain, kindOf(root, input, chain.tasks())));
        }
        chains.add(chain);
        byRoot.put(root, chain);
    }

    private EdgeKind kindOf(Node root, Node input, int tasks) {
        if (root instanceof JoinNode && input instanceof JoinInputNode side) {
            return side.edge() == EdgeKind.REBALANCE && chainOf(input).tasks() == tasks
                    ? EdgeKind.FORWARD
                    : side.edge();
        }
        if (root instanceof KeyByNode) {
            return EdgeKind.KEY;
        }
        return root instanceof RebalanceNode ? EdgeKind.REBALANCE : EdgeKind.FORWARD;
    }

    /** The chains, each behind those that it reads. */
    public List<Chain> chains() {
        return chains;
    }

    /** The edges, by the chain that reads. */
    public List<Edge> edges() {
        return edges;
    }

    /** The chain that an operator is in. */
    public Chain chainOf(Node node) {
        Node at = node;
        while (!byRoot.containsKey(at)) {
            at = at.upstream();
        }
        return byRoot.get(at);
    }

    /** Whether a chain begins with this operator. */
    public boolean isRoot(Node node) {
        return byRoot.containsKey(node);
    }

    /** How many channels an edge has. */
    public static int channels(Edge edge) {
        return edge.kind() == EdgeKind.FORWARD
                ? edge.from().tasks()
                : edge.from().tasks() * edge.to().tasks();
    }

    /** What the operators of the chain that begins here do, with their names, for people. */
    public String operatorsOf(Node root) {
        return plan.nodes().stream()
                .filter(node -> chainOf(node).root() == root)
                .map(Node::describePlace)
                .collect(Collectors.joining(" + "));
    }

    /** The plan in lines for people. */
    public String describe() {
        StringBuilder text =
                new StringBuilder("tasks at parallelism ").append(parallelism).append('\n');
        for (Chain chain : chains) {
            text.append("  ").append(chain.name()).append(" x ").append(chain.tasks());
            text.append(": ").append(operatorsOf(chain.root())).append('\n');
            edges.stream().filter(edge -> edge.to().root() == chain.root()).forEach(edge -> describe(edge, text));
            plan.nodes().stream()
                    .filter(node -> chainOf(node).root() == chain.root())
                    .forEach(node -> describeState(node, text));
        }
        return text.toString();
    }

    private static void describe(Edge edge, StringBuilder text) {
        RecordLayout event = RecordLayout.of(edge.input().type());
        KeyByNode keyBy = edge.input() instanceof JoinInputNode input
                ? input.keyBy()
                : edge.to().root() instanceof KeyByNode root ? root : null;
        PageLayout page = keyBy != null
                ? new PageLayout(RecordLayout.of(keyBy.keyType()), event)
                : new PageLayout(event, PageLayout.PAGE_BYTES);
        text.append("    from ")
                .append(edge.from().name())
                .append(" by ")
                .append(edge.kind().name().toLowerCase(java.util.Locale.ROOT))
                .append(": channels=")
                .append(channels(edge))
                .append(", event=")
                .append(edge.input().type().getSimpleName())
                .append(", rowsPerPage=")
                .append(page.capacity())
                .append(", rowBytes=")
                .append(page.strideBytes())
                .append('\n');
    }

    private static void describeState(Node node, StringBuilder text) {
        for (StoredState stored : LogicalPlan.storedBy(node)) {
            text.append("    state \"").append(stored.name()).append("\": key=");
            describeType(stored.keyType(), text);
            text.append(", value=");
            describeType(stored.valueType(), text);
            String format = IndexFormats.of(node, stored);
            text.append(format.isEmpty() ? "" : ", index=" + format).append('\n');
        }
    }

    private static void describeType(Class<?> type, StringBuilder text) {
        RecordLayout layout = RecordLayout.of(type);
        text.append(type.getSimpleName())
                .append(" (")
                .append(layout.fixedBytes())
                .append(layout.isFixedSize() ? " bytes)" : " bytes and what is variable)");
    }
}

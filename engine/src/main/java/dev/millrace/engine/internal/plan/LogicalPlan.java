package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline says. Each operator is checked when it is added, so that the error points at the line that added it.
 * Used by the thread that builds the pipeline.
 */
public final class LogicalPlan {
    public static final int MAX_NAME_LENGTH = 64;

    /** The most operators a pipeline may have. */
    public static final int MAX_NODES = 1000;

    private static @Nullable Function<Object, LogicalPlan> opener;

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final IdentityHashMap<Node, List<Node>> downstream = new IdentityHashMap<>();
    private final ErrorPolicies errorPolicies = new ErrorPolicies();
    private final StoreChoices stores = new StoreChoices();
    private final NodeChecks checks;

    public LogicalPlan(String name) {
        this.name = name;
        checks = new NodeChecks(this, new PlanNames(name));
    }

    /** Lets the engine see the plan of a pipeline without making it public. */
    public static void openPipelinesWith(Function<Object, LogicalPlan> function) {
        opener = function;
    }

    /** The plan of a pipeline. */
    public static LogicalPlan of(Object pipeline) {
        return Objects.requireNonNull(opener, "no pipeline was ever made").apply(pipeline);
    }

    public String name() {
        return name;
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** Which operators have a store of their own. */
    public StoreChoices stores() {
        return stores;
    }

    /** The names of all that is stored, in the order in which it was added. */
    public List<String> stateNames() {
        return nodes.stream()
                .flatMap(node -> storedBy(node).stream())
                .map(StoredState::name)
                .toList();
    }

    /** What an operator keeps on disk, in the order of its declaration. */
    public static List<StoredState> storedBy(Node node) {
        return StoredStates.of(node);
    }

    /**
     * The name under which the place of event time is kept: of the source it comes from, and which one of that source it
     * is. Operators in between do not change it.
     */
    public String timeNameOf(EventTimeNode time) {
        String source = sourceNameOf(time);
        int before = 0;
        for (Node node : nodes.subList(0, nodes.lastIndexOf(time))) {
            if (node instanceof EventTimeNode && sourceNameOf(node).equals(source)) {
                before++;
            }
        }
        return source + "." + before;
    }

    /** The name under which is kept where time stands at an operator that several tasks may send to. */
    public String inputNameOf(Node node) {
        int before = 0;
        for (Node other : nodes) {
            if (other == node) {
                break;
            }
            before += other.getClass() == node.getClass() ? 1 : 0;
        }
        return "input." + node.describe().split(" ", 2)[0] + "." + before;
    }

    private static String sourceNameOf(Node node) {
        Node at = node;
        while (at.upstream() != null) {
            at = at.upstream();
        }
        return Objects.requireNonNull(at.name(), "sources have names");
    }

    /** The sources, in the order in which they were added. */
    public List<SourceNode> sources() {
        return nodes.stream()
                .filter(SourceNode.class::isInstance)
                .map(SourceNode.class::cast)
                .toList();
    }

    /** The sinks, in the order in which they were added. */
    public List<SinkNode> sinks() {
        return nodes.stream()
                .filter(SinkNode.class::isInstance)
                .map(SinkNode.class::cast)
                .toList();
    }

    /** The groupings, in the order in which they were added. */
    public List<KeyByNode> groupings() {
        return nodes.stream()
                .filter(KeyByNode.class::isInstance)
                .map(KeyByNode.class::cast)
                .toList();
    }

    /** Adds an operator after checking it. */
    public Node add(Node node) {
        if (nodes.size() == MAX_NODES) {
            throw new IllegalArgumentException(
                    "pipeline has too many operators: pipeline=" + name + ", limit=" + MAX_NODES);
        }
        checks.check(node);
        nodes.add(node);
        downstream.put(node, new ArrayList<>());
        node.upstreams().forEach(before -> downstream(before).add(node));
        return node;
    }

    /** What operators do with events that their functions refuse. */
    public ErrorPolicies errorPolicies() {
        return errorPolicies;
    }

    /** What reads an operator's events, in the order in which it was added. */
    public List<Node> downstream(Node node) {
        return downstream.get(node);
    }

    /** Checks what only the whole pipeline can tell. */
    public void checkComplete() {
        checks.checkComplete();
    }

    /** What must be the same for state on disk to fit, as a hash. */
    public String fingerprint() {
        return PlanFingerprint.of(this);
    }

    /** The plan as an indented tree. */
    public String explain() {
        return PlanText.of(this);
    }
}

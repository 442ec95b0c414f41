package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.CallbackNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.JoinInputNode;
import dev.millrace.engine.internal.plan.Node.JoinNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.RebalanceNode;
import dev.millrace.engine.internal.plan.Node.SideOutputNode;
import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.plan.Node.UnionNode;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.RecordLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline says. Each operator is checked when it is added, so that the error points at the line that added it.
 * Used by the thread that builds the pipeline.
 */
public final class LogicalPlan {
    public static final int MAX_NAME_LENGTH = 64;

    /** The most operators a pipeline may have. */
    public static final int MAX_NODES = 1000;

    /** The most side outputs of one function. */
    public static final int MAX_SIDE_OUTPUTS = 64;

    private static final int FINGERPRINT_BYTES = 16;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (MAX_NAME_LENGTH - 1) + "}");
    private static @Nullable Function<Object, LogicalPlan> opener;

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final IdentityHashMap<Node, List<Node>> downstream = new IdentityHashMap<>();
    private final ErrorPolicies errorPolicies = new ErrorPolicies();
    private final StoreChoices stores = new StoreChoices();
    /** Where each name was first given, by what it names and the name. */
    private final Map<String, String> places = new HashMap<>();

    public LogicalPlan(String name) {
        this.name = checkedName(name, "pipeline");
    }

    /** Lets the engine see the plan of a pipeline without making it public. */
    public static void openPipelinesWith(Function<Object, LogicalPlan> function) {
        opener = function;
    }

    /** The plan of a pipeline. */
    public static LogicalPlan of(Object pipeline) {
        return java.util.Objects.requireNonNull(opener, "no pipeline was ever made")
                .apply(pipeline);
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
        check(node);
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

    private void check(Node node) {
        if (node.name() != null) {
            claim(node.name(), kindOf(node), node);
        }
        if (node instanceof SourceNode) {
            RecordLayout.of(node.type());
        } else if (node instanceof UnionNode union) {
            RecordLayout.of(union.type());
            checkUnion(union);
        } else if (node instanceof RebalanceNode) {
            RecordLayout.of(node.type());
        } else if (node instanceof FlatMapNode && node.type() == Object.class) {
            throw new IllegalArgumentException("type of the result is unknown: operator=" + node.describe()
                    + "; say it before the name: stream.<Result>flatMap(..)");
        } else if (node instanceof SideOutputNode side) {
            checkSideOutput(side);
        } else if (node instanceof Node.DeadLetterNode letters
                && downstream(letters.upstream()).stream().anyMatch(Node.DeadLetterNode.class::isInstance)) {
            throw new IllegalArgumentException("dead letters are read twice: operator="
                    + errorPolicies.placeOf(letters.upstream()) + "; keep the stream and use it several times");
        } else if (node instanceof EventTimeNode) {
            if (isBehind(node, at -> at instanceof UnionNode || at instanceof RebalanceNode)) {
                throw new IllegalArgumentException("event time comes before streams meet or part:"
                        + " call eventTime(..) on each stream before union(..) or rebalance()");
            }
            if (isBehindAGrouping(node)) {
                throw new IllegalArgumentException("event time comes before keys: call eventTime(..) before keyBy(..)");
            }
            if (hasEventTime(node.upstream())) {
                throw new IllegalArgumentException("events have their time already: call eventTime(..) once a stream");
            }
        } else if (node instanceof KeyByNode keyBy) {
            RecordLayout.of(keyBy.type());
            RecordLayout.of(keyBy.keyType());
        } else if (node instanceof AggregateNode aggregate) {
            RecordLayout.of(aggregate.stateType());
            if (!(aggregate.kind() instanceof Window.Whole) && !hasEventTime(aggregate)) {
                throw new IllegalArgumentException("windows need event time: aggregate=" + aggregate.name()
                        + "; call eventTime(..) on the stream before keyBy(..)");
            }
            if (!(aggregate.kind() instanceof Window.Whole) && isBehindTheEnd(aggregate.upstream())) {
                throw new IllegalArgumentException(
                        "results over a whole stream come at its end and have no time: aggregate=" + aggregate.name()
                                + " cannot divide them into windows");
            }
            if (aggregate.kind() instanceof Window.Sliding
                    && aggregate.aggregate().merge() == null) {
                throw new IllegalArgumentException("windows that overlap are put together from slices: aggregate="
                        + aggregate.name() + " needs Aggregate.of(initial, add, merge)");
            }
            if (aggregate.kind() instanceof Window.Session
                    && aggregate.aggregate().merge() == null) {
                throw new IllegalArgumentException("sessions can grow together: aggregate=" + aggregate.name()
                        + " needs Aggregate.of(initial, add, merge)");
            }
        } else if (node instanceof StatefulNode stateful) {
            check(stateful);
        } else if (node instanceof JoinNode join) {
            checkJoin(join);
        }
    }

    private void checkJoin(JoinNode join) {
        Class<?> left = join.left().keyBy().keyType();
        Class<?> right = join.right().keyBy().keyType();
        if (left != right) {
            throw new IllegalArgumentException("streams of a join have keys of several types: join=" + join.name()
                    + ", left=" + left.getName() + ", right=" + right.getName());
        }
        if (hasEventTime(join.left()) != hasEventTime(join.right())) {
            throw new IllegalArgumentException("one stream of a join has event time and the other has not: join="
                    + join.name() + "; call eventTime(..) on both or none");
        }
        if (join.times().sizeMillis() > 0 && !hasEventTime(join)) {
            throw new IllegalArgumentException("a join by time needs event time: join=" + join.name()
                    + "; call eventTime(..) on both streams before keyBy(..)");
        }
        if (join.times().sizeMillis() > 0 && (isBehindTheEnd(join.left()) || isBehindTheEnd(join.right()))) {
            throw new IllegalArgumentException("results over a whole stream come at its end and have no time: join="
                    + join.name() + " cannot match them by time; use latest(..), everyPair(..) or process(..)");
        }
        check(join.body());
    }

    private void check(StatefulNode node) {
        if (node.windows() != null && !hasEventTime(node)) {
            throw new IllegalArgumentException("windows need event time: operator=" + node.name()
                    + "; call eventTime(..) on the stream before keyBy(..)");
        }
        if (node.windows() != null && isBehindTheEnd(node.upstream())) {
            throw new IllegalArgumentException("results over a whole stream come at its end and have no time: operator="
                    + node.name() + " cannot divide them into windows");
        }
        for (State.Named<?> state : node.states()) {
            claim(state.name(), "state", node);
            State.Expiry expiry = state.expiry();
            if (expiry != null && expiry.time() == TimeKind.EVENT && !hasEventTime(node)) {
                throw new IllegalArgumentException("state expires by event time and events have none: state="
                        + state.name() + "; call eventTime(..) on the stream before keyBy(..)");
            }
        }
        for (StoredState stored : storedBy(node)) {
            RecordLayout.of(stored.valueType());
        }
    }

    private static void checkUnion(UnionNode union) {
        for (int i = 0; i < union.inputs().size(); i++) {
            Node input = union.inputs().get(i);
            for (Node other : union.inputs().subList(0, i)) {
                if (input == other) {
                    throw new IllegalArgumentException(
                            "a stream is in a union twice: operator=" + input.describe() + "; map(..) one of the two");
                }
            }
            if (input.type() != union.type()) {
                throw new IllegalArgumentException("streams of a union have several types: first="
                        + union.type().getName() + ", other=" + input.type().getName());
            }
            if (hasEventTime(input) != hasEventTime(union.inputs().get(0))) {
                throw new IllegalArgumentException("some streams of a union have event time and some have not:"
                        + " call eventTime(..) on all of them or none");
            }
        }
    }

    private void checkSideOutput(SideOutputNode side) {
        RecordLayout.of(side.type());
        int outputs = 0;
        for (Node other : downstream(side.flatMap())) {
            if (other instanceof SideOutputNode before) {
                outputs++;
                if (before.output() == side.output()) {
                    throw new IllegalArgumentException("side output is read twice: type="
                            + side.type().getName() + "; keep the stream and use it several times");
                }
            }
        }
        if (outputs == MAX_SIDE_OUTPUTS) {
            throw new IllegalArgumentException(
                    "function has too many side outputs: limit=" + MAX_SIDE_OUTPUTS + "; emit a sealed interface");
        }
    }

    private void claim(String wanted, String what, Node node) {
        checkedName(wanted, what);
        String place = node.describePlace() + CallSite.find();
        String taken = places.putIfAbsent(what + " " + wanted, place);
        if (taken != null) {
            throw new IllegalArgumentException("name is taken: pipeline=" + name + ", " + what + "=" + wanted
                    + ", first=[" + taken + "], second=[" + place + "]; every " + what + " needs its own");
        }
    }

    /** Names are unique among nodes of one of these. */
    private static String kindOf(Node node) {
        if (node instanceof SourceNode) {
            return "source";
        }
        if (node instanceof AggregateNode) {
            return "state";
        }
        return node instanceof SinkNode || node instanceof CallbackNode || node instanceof Node.EgressNode
                ? "sink"
                : "operator";
    }

    /** Checks what only the whole pipeline can tell. */
    public void checkComplete() {
        if (sources().isEmpty()) {
            throw new IllegalArgumentException("pipeline has no source: pipeline=" + name);
        }
        checkLetters();
        for (Node node : nodes) {
            if (node instanceof KeyByNode && downstream(node).isEmpty() && !isJoined(node)) {
                throw new IllegalArgumentException("nothing follows a grouping: pipeline=" + name + ", "
                        + node.describe() + "; aggregate it, or leave it out");
            }
        }
    }

    private boolean isJoined(Node keyBy) {
        return nodes.stream().anyMatch(node -> node instanceof JoinInputNode input && input.keyBy() == keyBy);
    }

    private void checkLetters() {
        for (Node node : nodes) {
            if (errorPolicies.of(node).letters() != null
                    && downstream(node).stream().noneMatch(Node.DeadLetterNode.class::isInstance)) {
                throw new IllegalArgumentException("dead letters are read by nobody: pipeline=" + name + ", operator="
                        + errorPolicies.placeOf(node)
                        + "; call sideOutput(..) with their tag on the operator's stream");
            }
        }
    }

    private static boolean isBehindAGrouping(Node node) {
        return isBehind(node, at -> at instanceof KeyByNode || at instanceof JoinInputNode);
    }

    private static boolean isBehindTheEnd(Node node) {
        return isBehind(node, at -> at instanceof AggregateNode aggregate && aggregate.kind() instanceof Window.Whole);
    }

    private static boolean hasEventTime(Node node) {
        return isBehind(node, EventTimeNode.class::isInstance);
    }

    /** Whether an operator, or one on any way to it, is of a kind. */
    private static boolean isBehind(Node node, Predicate<Node> kind) {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Node> open = new ArrayDeque<>(List.of(node));
        while (!open.isEmpty()) {
            Node at = open.pop();
            if (kind.test(at)) {
                return true;
            }
            if (seen.add(at)) {
                open.addAll(at.upstreams());
            }
        }
        return false;
    }

    private static String checkedName(String name, String what) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name: " + what + "=" + name + "; use 1 to " + MAX_NAME_LENGTH
                    + " letters, digits, '-', '_' or '.', the first a letter or a digit");
        }
        return name;
    }

    /**
     * What must be the same for state on disk to fit, as a hash: operators with names, and what is kept under them. The types
     * of keys and values are not in it: they may change within limits, and are compared one by one. Functions cannot be
     * compared; operators without names, parallelism and lateness do not matter.
     */
    public String fingerprint() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(fitText().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private String fitText() {
        StringBuilder text = new StringBuilder("pipeline ").append(name).append('\n');
        for (Node node : nodes) {
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
                for (StoredState stored : storedBy(node)) {
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

    /** The plan as an indented tree. */
    public String explain() {
        StringBuilder text = new StringBuilder("pipeline ").append(name).append('\n');
        for (SourceNode source : sources()) {
            explain(source, source, 1, text);
        }
        return text.toString();
    }

    private void explain(Node node, Node from, int depth, StringBuilder text) {
        boolean meets = node instanceof UnionNode || node instanceof JoinNode;
        if (meets && node.upstreams().get(node.upstreams().size() - 1) != from) {
            text.append("  ".repeat(depth))
                    .append("into the ")
                    .append(node.describePlace())
                    .append(" below\n");
            return;
        }
        if (node instanceof KeyByNode && downstream(node).isEmpty()) {
            return; // its streams are joined elsewhere
        }
        text.append("  ".repeat(depth)).append(node.describe());
        if (node.name() != null) {
            text.append(" \"").append(node.name()).append('"');
        }
        text.append(" -> ").append(node.type().getSimpleName());
        text.append(errorPolicies.describe(node)).append(stores.describe(node)).append('\n');
        if (node instanceof KeyByNode keyBy) {
            indent(RecordLayout.of(keyBy.keyType()).describe(), depth + 2, text);
        } else if (node instanceof AggregateNode aggregate) {
            indent(RecordLayout.of(aggregate.stateType()).describe(), depth + 2, text);
        } else if (node instanceof StatefulNode || node instanceof JoinNode) {
            for (StoredState stored : storedBy(node)) {
                indent(stored.form() + " \"" + stored.name() + '"', depth + 2, text);
                indent(RecordLayout.of(stored.valueType()).describe(), depth + 3, text);
            }
        }
        for (Node next : downstream(node)) {
            explain(next, node, depth + 1, text);
        }
    }

    private static void indent(String lines, int depth, StringBuilder text) {
        lines.lines()
                .forEach(line -> text.append("  ".repeat(depth)).append(line).append('\n'));
    }
}

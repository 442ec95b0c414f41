package dev.millrace.engine.internal.plan;

import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.CallbackNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The names that a pipeline has given. Used by the thread that builds the pipeline. */
final class PlanNames {
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (LogicalPlan.MAX_NAME_LENGTH - 1) + "}");

    private final String pipeline;
    /** Where each name was first given, by what it names and the name. */
    private final Map<String, String> places = new HashMap<>();

    PlanNames(String pipeline) {
        this.pipeline = checked(pipeline, "pipeline");
    }

    /** Takes the name of an operator, if it has one. */
    void claim(Node node) {
        if (node.name() != null) {
            claim(node.name(), kindOf(node), node);
        }
    }

    /** Takes a name of something that an operator has. */
    void claim(String wanted, String what, Node node) {
        checked(wanted, what);
        String place = node.describePlace() + CallSite.find();
        String taken = places.putIfAbsent(what + " " + wanted, place);
        if (taken != null) {
            throw new IllegalArgumentException("name is taken: pipeline=" + pipeline + ", " + what + "=" + wanted
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
        return node instanceof SinkNode || node instanceof CallbackNode || node instanceof OutputNodes.EgressNode
                ? "sink"
                : "operator";
    }

    private static String checked(String name, String what) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name: " + what + "=" + name + "; use 1 to "
                    + LogicalPlan.MAX_NAME_LENGTH + " letters, digits, '-', '_' or '.', the first a letter or a digit");
        }
        return name;
    }
}

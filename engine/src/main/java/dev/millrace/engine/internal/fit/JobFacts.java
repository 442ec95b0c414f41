package dev.millrace.engine.internal.fit;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.internal.plan.StoredState;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What is committed with every epoch to tell a later life whether it fits, beside the types.
 *
 * @param forms how the entries of each state look, in words, by the state's name
 * @param counters numbers that go into the commit record
 */
public record JobFacts(Map<String, String> forms, Map<String, Long> counters) {
    /** For jobs whose graph nobody compares. */
    public static final JobFacts NONE = new JobFacts(Map.of(), Map.of());

    /** The counter of partitions. */
    static final String PARALLELISM = "job.parallelism";

    /** The facts of a job. */
    public static JobFacts of(LogicalPlan plan, int parallelism) {
        Map<String, Long> counters = new HashMap<>();
        counters.put(PARALLELISM, (long) parallelism);
        for (SinkNode sink : plan.sinks()) {
            counters.put(headOf(sink.name()), hashOf(sink.sink().head()));
        }
        return new JobFacts(forms(plan), counters);
    }

    static Map<String, String> forms(LogicalPlan plan) {
        Map<String, String> forms = new HashMap<>();
        for (Node node : plan.nodes()) {
            for (StoredState stored : LogicalPlan.storedBy(node)) {
                forms.put(
                        stored.name(),
                        node instanceof AggregateNode aggregate ? "aggregate " + aggregate.kind() : stored.form());
            }
        }
        return forms;
    }

    /** The counter of what an output begins with, which says what its lines are. */
    static String headOf(String sink) {
        return "sink." + sink + ".head";
    }

    static long hashOf(byte[] head) {
        CRC32C crc = new CRC32C();
        crc.update(head);
        return crc.getValue();
    }
}

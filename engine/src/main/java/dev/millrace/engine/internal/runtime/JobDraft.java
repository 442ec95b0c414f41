package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.embed.EgressRun;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.OutputNodes.EgressNode;
import dev.millrace.engine.internal.plan.PhysicalPlan;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * A job while its tasks are made. Used by the thread that starts it.
 *
 * @param graph what has been made
 * @param stateIds the numbers of all states, by their names
 * @param links the channels between the tasks
 * @param egresses what the program takes results from, each filled by several tasks
 */
record JobDraft(
        LogicalPlan plan,
        PhysicalPlan physical,
        Surroundings surroundings,
        Recovery recovery,
        JobGraph graph,
        Map<String, Integer> stateIds,
        Links links,
        IdentityHashMap<EgressNode, EgressRun> egresses) {
    static JobDraft of(LogicalPlan plan, int parallelism, Surroundings surroundings, Recovery recovery) {
        return new JobDraft(
                plan,
                PhysicalPlan.of(plan, parallelism),
                surroundings,
                recovery,
                new JobGraph(),
                StateNumbers.of(plan.stateNames(), recovery.stateIds()),
                new Links(),
                new IdentityHashMap<>());
    }
}

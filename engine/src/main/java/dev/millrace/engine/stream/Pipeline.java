package dev.millrace.engine.stream;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.PhysicalPlan;
import dev.millrace.engine.operator.Source;

/**
 * A graph of streams from sources to sinks: what a job computes, not yet running.
 *
 * <p>A pipeline is built on one thread and may then be run any number of times. Sources, sinks and everything that keeps
 * state have names, unique in the pipeline: a name is how state on disk finds its operator again. A name has 1 to
 * {@value LogicalPlan#MAX_NAME_LENGTH} characters out of letters, digits, {@code -}, {@code _} and {@code .}.
 */
public final class Pipeline {
    static {
        LogicalPlan.openPipelinesWith(pipeline -> ((Pipeline) pipeline).plan);
    }

    private final LogicalPlan plan;

    private Pipeline(String name) {
        plan = new LogicalPlan(name);
    }

    /**
     * Starts a pipeline.
     *
     * @param name of the job; state on disk belongs to a job of this name
     */
    public static Pipeline named(String name) {
        return new Pipeline(name);
    }

    public String name() {
        return plan.name();
    }

    /** Adds a source. Its events have no time until {@link Stream#eventTime} gives them one. */
    public <T> Stream<T> source(String name, Source<T> source) {
        return new Stream<>(plan, plan.add(new Node.SourceNode(name, source)));
    }

    /**
     * Says what will run: every operator with its name, the layouts of what it keeps and sends, and the tasks that an engine
     * with one partition makes of them.
     */
    public String explain() {
        return explain(1);
    }

    /** The same, with the tasks that an engine of this parallelism makes. */
    public String explain(int parallelism) {
        return plan.explain() + PhysicalPlan.of(plan, parallelism).describe();
    }
}

package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.miss.Gate;
import dev.millrace.engine.internal.miss.GatedTarget;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.state.StatefulOperators;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.internal.window.SlidingOperators;
import dev.millrace.engine.stream.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds what one task has behind its groupings. Used by the thread that starts the job. */
final class KeyedChainBuilder {
    private final JobDraft job;
    private final Surroundings surroundings;
    private final Task task;
    private final ChainBuilder chain;

    KeyedChainBuilder(JobDraft job, Task task, ChainBuilder chain) {
        this.job = job;
        surroundings = job.surroundings();
        this.task = task;
        this.chain = chain;
    }

    /**
     * Where pages enter a keyed chain.
     *
     * @param gate what stands before the operators; null if all of their state stays in memory
     */
    record Entrance(KeyedHead head, @Nullable Gate gate) {}

    /** Builds what is behind a grouping, as one of several partitions. */
    Entrance entrance(KeyByNode keyBy, int partition, int partitions) {
        List<KeyedReceiver> receivers = new ArrayList<>();
        List<ColdState> cold = new ArrayList<>();
        for (Node next : job.plan().downstream(keyBy)) {
            List<KeyedOperators.Instance> instances = keyed(next);
            for (KeyedOperators.Instance instance : instances) {
                job.graph().add(instance);
                if (instance.cold() != null) {
                    cold.add(instance.cold());
                }
            }
            receivers.add(instances.get(0).operator());
        }
        KeyedHead head = ChainOperators.keyedHead(keyBy, task, ChainOperators.allKeyed(receivers));
        return new Entrance(head, gate(keyBy, partition, partitions, head, cold));
    }

    private @Nullable Gate gate(
            KeyByNode keyBy, int partition, int partitions, KeyedHead head, List<ColdState> states) {
        ColdAccess cold = surroundings.cold();
        if (cold == null || states.isEmpty()) {
            return null;
        }
        Gate.Stream stream =
                new Gate.Stream(ChainOperators.layoutOf(keyBy, task), partition, partitions, surroundings.hashSeed());
        return new Gate(head, stream, states, cold, job.recovery().epoch(), task.allocator(), task::wake);
    }

    /** Pages stay in the task. */
    PageTarget localTarget(KeyByNode keyBy) {
        Entrance entrance = entrance(keyBy, 0, 1);
        if (entrance.gate() == null) {
            return ChainOperators.local(entrance.head());
        }
        GatedTarget target = new GatedTarget(entrance.gate(), task.allocator());
        task.passBy(target);
        return target;
    }

    /** One instance of an operator: once for each thing that it stores, at least once. */
    private List<KeyedOperators.Instance> keyed(Node node) {
        if (node instanceof AggregateNode aggregate) {
            return List.of(aggregate(aggregate));
        } else if (node instanceof StatefulNode stateful) {
            return StatefulOperators.make(
                    stateful,
                    job.stateIds(),
                    surroundings.hashSeed(),
                    task,
                    chain.guard(stateful),
                    stateful.windows() == null ? null : chain.lateOf(stateful),
                    chain.outputOf(stateful));
        }
        throw new IllegalStateException("operator cannot follow a grouping: " + node.describe());
    }

    private KeyedOperators.Instance aggregate(AggregateNode node) {
        int stateId = job.stateIds().getOrDefault(node.name(), StateNumbers.NONE);
        return node.kind() instanceof Window.Sliding sliding
                ? SlidingOperators.aggregate(
                        node, sliding, stateId, task, job.recovery().times(), chain.lateOf(node), chain.outputOf(node))
                : KeyedOperators.aggregate(
                        node, stateId, surroundings.hashSeed(), task, chain.lateOf(node), chain.outputOf(node));
    }
}

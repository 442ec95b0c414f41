package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.LateNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a logical plan into tasks. Operators are fused into chains; with several partitions a chain ends at each
 * grouping, with one it goes on inside the task. Used once, by the thread that starts the job.
 */
public final class JobBuilder {
    private static final int NO_STATE = -1;

    /** What the tasks are built with. */
    public record Surroundings(
            TaskMemory memory,
            int workers,
            FileOps files,
            Clock clock,
            Transport transport,
            JobPort job,
            SinkBuffer.Taker sinks,
            long hashSeed) {}

    private final LogicalPlan plan;
    private final int parallelism;
    private final Surroundings surroundings;
    private final Recovery recovery;
    private final JobGraph graph = new JobGraph();
    private final Map<String, Integer> stateIds;

    /** The tasks of each chain, by the operator that the chain begins with. */
    private final IdentityHashMap<Node, List<Task>> tasksByRoot = new IdentityHashMap<>();
    /** The channels into each grouping: by producer, then by partition. */
    private final IdentityHashMap<KeyByNode, List<Channel[]>> channels = new IdentityHashMap<>();

    private JobBuilder(LogicalPlan plan, int parallelism, Surroundings surroundings, Recovery recovery) {
        this.plan = plan;
        this.parallelism = parallelism;
        this.surroundings = surroundings;
        this.recovery = recovery;
        stateIds = stateIds(plan.stateNames(), recovery.stateIds());
    }

    /** Numbers states: those that were committed keep their numbers, new ones get the next free ones. */
    private static Map<String, Integer> stateIds(List<String> names, Map<String, Integer> committed) {
        Map<String, Integer> ids = new HashMap<>(committed);
        int next = committed.values().stream().mapToInt(Integer::intValue).max().orElse(NO_STATE) + 1;
        for (String name : names) {
            if (ids.putIfAbsent(name, next) == null) {
                next++;
            }
        }
        return ids;
    }

    /** Builds the tasks of a job. If that fails, everything is given back. */
    public static JobGraph build(LogicalPlan plan, int parallelism, Surroundings surroundings, Recovery recovery) {
        JobBuilder builder = new JobBuilder(plan, parallelism, surroundings, recovery);
        try {
            builder.makeTasks();
            builder.makeChannels();
            builder.makeChains();
            return builder.graph;
        } catch (Throwable e) {
            builder.graph.close();
            throw e;
        }
    }

    private void makeTasks() {
        for (SourceNode source : plan.sources()) {
            makeTasks(source, source.name(), 1);
        }
        if (parallelism > 1) {
            int number = 0;
            for (KeyByNode keyBy : plan.groupings()) {
                makeTasks(keyBy, "keyed-" + ++number, parallelism);
            }
        }
    }

    private void makeTasks(Node root, String name, int count) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int worker = (count == 1 ? 0 : i + 1) % surroundings.workers();
            String taskName = count == 1 ? name : name + "/" + i;
            Task task = new Task(taskName, worker, surroundings.memory(), surroundings.job());
            tasks.add(task);
            graph.add(task);
        }
        tasksByRoot.put(root, tasks);
    }

    private void makeChannels() {
        if (parallelism == 1) {
            return;
        }
        for (KeyByNode keyBy : plan.groupings()) {
            List<Channel[]> byProducer = new ArrayList<>();
            for (Task producer : tasksByRoot.get(rootOf(keyBy))) {
                Channel[] toPartitions = new Channel[parallelism];
                for (int i = 0; i < parallelism; i++) {
                    Task consumer = tasksByRoot.get(keyBy).get(i);
                    toPartitions[i] = surroundings.transport().channel(producer.name(), consumer.name());
                }
                byProducer.add(toPartitions);
            }
            channels.put(keyBy, byProducer);
        }
    }

    /** The operator that the chain begins with which ends at this grouping. */
    private static Node rootOf(KeyByNode keyBy) {
        Node at = keyBy.upstream();
        while (!(at instanceof SourceNode) && !(at instanceof KeyByNode)) {
            at = at.upstream();
        }
        return at;
    }

    private void makeChains() {
        for (SourceNode source : plan.sources()) {
            Task task = tasksByRoot.get(source).get(0);
            Receiver next = new Chain(task, 0).outputOf(source);
            SourceReader reader = task.own(source.source().open(surroundings.files()));
            if (recovery.positions().containsKey(source.name())) {
                reader.seek(recovery.positions().get(source.name()));
            }
            long events = recovery.counters().getOrDefault(SourceInput.eventsCounter(source.name()), 0L);
            SourceInput input = new SourceInput(
                    source.name(),
                    ChainOperators.source(reader, events, next),
                    recovery.epoch(),
                    surroundings.job(),
                    new Pace(surroundings.clock(), source.source().eventsPerSecond()));
            task.readFrom(input);
            graph.add(source.name(), task, input);
        }
        if (parallelism > 1) {
            plan.groupings().forEach(this::makeKeyedChains);
        }
    }

    private void makeKeyedChains(KeyByNode keyBy) {
        List<Task> producers = tasksByRoot.get(rootOf(keyBy));
        for (int partition = 0; partition < parallelism; partition++) {
            Task task = tasksByRoot.get(keyBy).get(partition);
            KeyedHead head = ChainOperators.keyedHead(keyBy, new Chain(task, partition).keyedOutputOf(keyBy));
            Channel[] inputs = new Channel[producers.size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = channels.get(keyBy).get(i)[partition];
            }
            task.readFrom(new ChannelInput(
                    inputs, producers.toArray(new Task[0]), head, task.allocator(), restoredWatermark(keyBy)));
        }
    }

    /** Where time stood in a stream at the last committed epoch. */
    private long restoredWatermark(KeyByNode keyBy) {
        for (Node at = keyBy; at != null; at = at.upstream()) {
            if (at instanceof EventTimeNode time) {
                return recovery.times().getOrDefault(Barrier.watermarkName(plan.timeNameOf(time)), Receiver.NO_TIME);
            }
        }
        return Receiver.NO_TIME;
    }

    /** Builds the operators of one task, the last ones first. */
    private final class Chain {
        private final Task task;
        private final int producer;

        Chain(Task task, int producer) {
            this.task = task;
            this.producer = producer;
        }

        Receiver outputOf(Node node) {
            List<Receiver> receivers = new ArrayList<>();
            for (Node next : plan.downstream(node)) {
                if (!(next instanceof LateNode)) {
                    receivers.add(receiver(next));
                }
            }
            return ChainOperators.all(receivers, "unread." + node.describe());
        }

        private Receiver receiver(Node node) {
            if (node instanceof FilterNode filter) {
                return ChainOperators.filter(filter, outputOf(node));
            } else if (node instanceof MapNode map) {
                return ChainOperators.map(map, outputOf(node));
            } else if (node instanceof EventTimeNode time) {
                return ChainOperators.eventTime(time, plan.timeNameOf(time), recovery.times(), outputOf(node));
            } else if (node instanceof KeyByNode keyBy) {
                return ChainOperators.keyBy(keyBy, task, target(keyBy), surroundings.hashSeed());
            } else if (node instanceof SinkNode sink) {
                return sink(sink);
            }
            throw new IllegalStateException("operator cannot follow another one: " + node.describe());
        }

        private Receiver sink(SinkNode sink) {
            SinkBuffer buffer = task.own(new SinkBuffer(
                    task.allocator(),
                    surroundings.memory().reserve(),
                    plan.sinks().indexOf(sink),
                    recovery.epoch() + 1,
                    surroundings.sinks()));
            return ChainOperators.sink(sink.sink().open(), buffer, rowsCounter(sink.name()));
        }

        private PageTarget target(KeyByNode keyBy) {
            if (parallelism == 1) {
                return ChainOperators.local(ChainOperators.keyedHead(keyBy, keyedOutputOf(keyBy)));
            }
            ChannelTarget target = new ChannelTarget(
                    channels.get(keyBy).get(producer), tasksByRoot.get(keyBy).toArray(new Task[0]), task.allocator());
            task.sendTo(target);
            return target;
        }

        KeyedReceiver keyedOutputOf(KeyByNode keyBy) {
            List<KeyedReceiver> receivers = new ArrayList<>();
            for (Node next : plan.downstream(keyBy)) {
                KeyedOperators.Instance instance = keyed(next);
                graph.add(instance);
                receivers.add(instance.operator());
            }
            return ChainOperators.allKeyed(receivers);
        }

        private KeyedOperators.Instance keyed(Node node) {
            int stateId = stateIds.getOrDefault(LogicalPlan.stateNameOf(node), NO_STATE);
            if (node instanceof AggregateNode aggregate) {
                return KeyedOperators.aggregate(
                        aggregate, stateId, surroundings.hashSeed(), task, lateOf(aggregate), outputOf(aggregate));
            } else if (node instanceof StatefulNode stateful) {
                return KeyedOperators.stateful(stateful, stateId, surroundings.hashSeed(), task, outputOf(stateful));
            }
            throw new IllegalStateException("operator cannot follow a grouping: " + node.describe());
        }

        private Receiver lateOf(AggregateNode aggregate) {
            for (Node next : plan.downstream(aggregate)) {
                if (next instanceof LateNode late) {
                    return outputOf(late);
                }
            }
            return ChainOperators.counting(lateCounter(aggregate.name()));
        }
    }

    /** The counter of rows that a sink was given. */
    public static String rowsCounter(String sink) {
        return "sink." + sink + ".rows";
    }

    /** The counter of late events of an aggregation that nobody reads. */
    public static String lateCounter(String aggregate) {
        return "late." + aggregate;
    }
}

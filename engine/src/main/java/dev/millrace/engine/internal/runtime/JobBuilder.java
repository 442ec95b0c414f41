package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.internal.async.AsyncOperators;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.chain.TimeMark;
import dev.millrace.engine.internal.embed.EgressOperators;
import dev.millrace.engine.internal.embed.EgressRun;
import dev.millrace.engine.internal.embed.EmbeddedSource;
import dev.millrace.engine.internal.embed.HostedSource;
import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.error.GuardedOperators;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.miss.Gate;
import dev.millrace.engine.internal.miss.GatedTarget;
import dev.millrace.engine.internal.plan.ErrorPolicies;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.AsyncNode;
import dev.millrace.engine.internal.plan.Node.CallbackNode;
import dev.millrace.engine.internal.plan.Node.DeadLetterNode;
import dev.millrace.engine.internal.plan.Node.EgressNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.JoinInputNode;
import dev.millrace.engine.internal.plan.Node.JoinLateNode;
import dev.millrace.engine.internal.plan.Node.JoinNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.LateNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.Node.RebalanceNode;
import dev.millrace.engine.internal.plan.Node.RestNode;
import dev.millrace.engine.internal.plan.Node.SideOutputNode;
import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.SplitNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.plan.Node.UnionNode;
import dev.millrace.engine.internal.plan.PhysicalPlan;
import dev.millrace.engine.internal.plan.PhysicalPlan.Edge;
import dev.millrace.engine.internal.plan.PhysicalPlan.EdgeKind;
import dev.millrace.engine.internal.state.JoinOperators;
import dev.millrace.engine.internal.state.StatefulOperators;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.internal.window.SlidingOperators;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Window;
import dev.millrace.state.file.FileOps;
import dev.millrace.state.index.IndexConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
            long hashSeed,
            @Nullable ColdAccess cold,
            FlowConfig flow,
            @Nullable Path directory) {
        /** Where all state stays in memory, and events move as they do by default. */
        public Surroundings(
                TaskMemory memory,
                int workers,
                FileOps files,
                Clock clock,
                Transport transport,
                JobPort job,
                SinkBuffer.Taker sinks,
                long hashSeed) {
            this(memory, workers, files, clock, transport, job, sinks, hashSeed, null, FlowConfig.DEFAULT, null);
        }
    }

    private final LogicalPlan plan;
    private final int parallelism;
    private final PhysicalPlan physical;
    private final Surroundings surroundings;
    private final Recovery recovery;
    private final JobGraph graph = new JobGraph();
    private final Map<String, Integer> stateIds;
    private final TimeAlignment alignment;
    private int alignedSources;

    /** The tasks of each chain, by the operator that the chain begins with. */
    private final IdentityHashMap<Node, List<Task>> tasksByRoot = new IdentityHashMap<>();
    /** The channels into each chain, by the operator that the chain begins with. */
    private final IdentityHashMap<Node, List<Link>> links = new IdentityHashMap<>();
    /** What the program takes results from, each filled by several tasks. */
    private final IdentityHashMap<Node, EgressRun> egresses = new IdentityHashMap<>();

    /** What may leave memory of the operators behind a grouping, by what their head goes on with. */
    private final IdentityHashMap<KeyedReceiver, List<ColdState>> coldStates = new IdentityHashMap<>();

    private JobBuilder(LogicalPlan plan, int parallelism, Surroundings surroundings, Recovery recovery) {
        this.plan = plan;
        this.parallelism = parallelism;
        physical = PhysicalPlan.of(plan, parallelism);
        this.surroundings = surroundings;
        this.recovery = recovery;
        stateIds = stateIds(plan.stateNames(), recovery.stateIds());
        alignment = new TimeAlignment(
                (int) plan.sources().stream().filter(this::isAligned).count());
    }

    /** Whether a stream of the source is aligned that gets its time beside it. */
    private boolean isAligned(SourceNode source) {
        return plan.nodes().stream()
                .anyMatch(node -> node instanceof EventTimeNode time
                        && time.strategy().isAligned()
                        && physical.chainOf(time).root() == source);
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
        physical.chains().forEach(chain -> makeTasks(chain.root(), chain.name(), chain.tasks()));
    }

    private void makeTasks(Node root, String name, int count) {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int worker = (count == 1 ? 0 : i + 1) % surroundings.workers();
            String taskName = count == 1 ? name : name + "/" + i;
            Task task = new Task(taskName, worker, surroundings.memory(), surroundings.job());
            task.tellOf(physical.operatorsOf(root));
            task.goBy(surroundings.clock());
            task.movePagesOf(surroundings.flow().pageBytes());
            task.limitActiveState(
                    activeStateBytes(),
                    surroundings.cold() != null && surroundings.cold().isLimitSet());
            tasks.add(task);
            graph.add(task);
        }
        tasksByRoot.put(root, tasks);
    }

    /** What each state of a task should take, if it may leave memory: all of them get the same. 0 if they stay. */
    private long activeStateBytes() {
        ColdAccess cold = surroundings.cold();
        long states = plan.nodes().stream()
                .mapToLong(KeyedOperators::statesThatMayLeave)
                .sum();
        return cold == null || states == 0
                ? 0
                : Math.max(IndexConfig.DEFAULT.segmentBytes(), cold.budgetBytes() / (states * parallelism));
    }

    private void makeChannels() {
        for (Edge edge : physical.edges()) {
            List<Task> producers = tasksByRoot.get(edge.from().root());
            List<Task> consumers = tasksByRoot.get(edge.to().root());
            for (int i = 0; i < producers.size(); i++) {
                List<Task> targets =
                        edge.kind() == EdgeKind.FORWARD ? List.of(consumers.get(i % consumers.size())) : consumers;
                links.computeIfAbsent(edge.to().root(), root -> new ArrayList<>())
                        .add(Link.between(
                                edge.input(),
                                producers.get(i),
                                targets,
                                surroundings.transport(),
                                surroundings.flow().channelPages()));
            }
        }
    }

    private void makeChains() {
        for (SourceNode source : plan.sources()) {
            Task task = tasksByRoot.get(source).get(0);
            SourceReader reader = task.own(open(source, task));
            Chain chain = new Chain(task, reader);
            Receiver next = chain.outputOf(source);
            if (recovery.positions().containsKey(source.name())) {
                reader.seek(recovery.positions().get(source.name()));
            }
            long events = recovery.counters().getOrDefault(SourceInput.eventsCounter(source.name()), 0L);
            SourceInput input = new SourceInput(
                    source.name(),
                    ChainOperators.source(reader, events, next),
                    recovery.epoch(),
                    surroundings.job(),
                    new Pace(surroundings.clock(), source.source().eventsPerSecond()),
                    surroundings.flow().batchEvents(),
                    linger(),
                    timeOf(chain.marks));
            task.readFrom(input);
            graph.add(source.name(), task, input);
        }
        for (PhysicalPlan.Chain chain : physical.chains()) {
            if (!(chain.root() instanceof SourceNode)) {
                makeInnerChains(chain.root());
            }
        }
    }

    private SourceTime timeOf(List<TimeMark> marks) {
        int place = SourceTime.isAligned(marks) ? alignedSources++ : 0;
        return new SourceTime(marks, alignment, place, surroundings.job().nanoTime());
    }

    private Linger linger() {
        return new Linger(surroundings.clock(), surroundings.flow().linger().toNanos());
    }

    private SourceReader open(SourceNode source, Task task) {
        if (source.source() instanceof HostedSource hosted) {
            return hosted.open(new HostedSource.Host(
                    source.name(),
                    task.allocator(),
                    surroundings.files(),
                    surroundings.clock()::nanoTime,
                    surroundings.directory(),
                    task::wake));
        }
        return source.source() instanceof EmbeddedSource embedded
                ? embedded.open(task.allocator(), surroundings.clock()::nanoTime, task::wake)
                : source.source().open(surroundings.files());
    }

    private void makeInnerChains(Node root) {
        List<Task> tasks = tasksByRoot.get(root);
        for (int partition = 0; partition < tasks.size(); partition++) {
            Task task = tasks.get(partition);
            Chain chain = new Chain(task, null);
            if (root instanceof JoinNode join) {
                makeJoin(join, task, partition, chain);
                continue;
            }
            KeyedHead head;
            Gate gate = null;
            if (root instanceof KeyByNode keyBy) {
                KeyedReceiver output = chain.keyedOutputOf(keyBy);
                head = ChainOperators.keyedHead(keyBy, task, output);
                gate = gate(keyBy, task, partition, tasks.size(), head, output);
            } else {
                Receiver next = root instanceof JoinInputNode input ? chain.joinInput(input) : chain.outputOf(root);
                head = ChainOperators.gather(root.type(), task, next);
            }
            List<Link> inputs =
                    links.get(root).stream().filter(link -> link.leadsTo(task)).toList();
            ChannelInput input = task.own(new ChannelInput(
                    inputs.stream().map(link -> link.channelTo(task)).toArray(Channel[]::new),
                    inputs.stream().map(Link::producer).toArray(Task[]::new),
                    head,
                    gate,
                    task.allocator(),
                    restoredWatermark(root),
                    plan.inputNameOf(root),
                    linger()));
            task.readFrom(input);
            graph.add(task, input);
        }
    }

    /** The channels of each side lead to a head of their own, as their pages look different. */
    private void makeJoin(JoinNode join, Task task, int partition, Chain chain) {
        JoinOperators.Lates lates =
                new JoinOperators.Lates(chain.lateOf(join, join.left()), chain.lateOf(join, join.right()));
        JoinOperators.Pair pair = JoinOperators.make(
                join, stateIds, surroundings.hashSeed(), task, partition, lates, chain.outputOf(join));
        pair.stored().forEach(join.isBroadcast() ? graph::addCopy : graph::add);
        KeyedHead left = ChainOperators.keyedHead(join.left().keyBy(), task, pair.left());
        KeyedHead right = ChainOperators.keyedHead(join.right().keyBy(), task, pair.right());
        List<Link> inputs =
                links.get(join).stream().filter(link -> link.leadsTo(task)).toList();
        ChannelInput input = task.own(new ChannelInput(
                inputs.stream().map(link -> link.channelTo(task)).toArray(Channel[]::new),
                inputs.stream().map(Link::producer).toArray(Task[]::new),
                left,
                null,
                task.allocator(),
                restoredWatermark(join),
                plan.inputNameOf(join),
                linger()));
        input.pagesTo(inputs.stream()
                .map(link -> link.input() == join.left() ? left : right)
                .toArray(KeyedHead[]::new));
        task.readFrom(input);
        graph.add(task, input);
    }

    /** What stands before the operators behind a grouping; null if all of their state stays in memory. */
    private @Nullable Gate gate(
            KeyByNode keyBy, Task task, int partition, int partitions, KeyedHead head, KeyedReceiver output) {
        List<ColdState> states = coldStates.getOrDefault(output, List.of());
        ColdAccess cold = surroundings.cold();
        if (cold == null || states.isEmpty()) {
            return null;
        }
        Gate.Stream stream =
                new Gate.Stream(ChainOperators.layoutOf(keyBy, task), partition, partitions, surroundings.hashSeed());
        return new Gate(head, stream, states, cold, recovery.epoch(), task.allocator(), task::wake);
    }

    /**
     * Where time stood in a stream at the last committed epoch: where streams meet, that of the slowest, or further on if time
     * did not wait for it.
     */
    private long restoredWatermark(Node node) {
        if (node instanceof EventTimeNode time) {
            return recovery.times().getOrDefault(Barrier.watermarkName(plan.timeNameOf(time)), Receiver.NO_TIME);
        }
        long slowest = node.upstreams().stream()
                .mapToLong(this::restoredWatermark)
                .min()
                .orElse(Receiver.NO_TIME);
        String name = Barrier.watermarkName(plan.inputNameOf(node));
        return Math.max(slowest, recovery.times().getOrDefault(name, Receiver.NO_TIME));
    }

    /** Builds the operators of one task, the last ones first. */
    private final class Chain {
        private final Task task;
        private final @Nullable SourceReader reader;
        /** Of the streams that get their time in this task. */
        private final List<TimeMark> marks = new ArrayList<>();

        /** @param reader of the source, if the chain begins with one */
        Chain(Task task, @Nullable SourceReader reader) {
            this.task = task;
            this.reader = reader;
        }

        Receiver outputOf(Node node) {
            List<Receiver> receivers = new ArrayList<>();
            for (Node next : plan.downstream(node)) {
                if (!next.isSideOutput() && !isLeftOut(next)) {
                    receivers.add(receiver(next, node));
                }
            }
            return ChainOperators.all(receivers, "unread." + node.describe());
        }

        /** A grouping whose streams are only joined: each join writes its own pages. */
        private boolean isLeftOut(Node next) {
            return next instanceof KeyByNode && plan.downstream(next).isEmpty();
        }

        /** @param from the operator whose events it takes: where streams meet, one of several */
        private Receiver receiver(Node node, Node from) {
            if (node instanceof UnionNode
                    || ((node instanceof RebalanceNode || node instanceof JoinInputNode) && physical.isRoot(node))) {
                return ChainOperators.scatter(node.type(), task, channelsTo(node, from));
            } else if (node instanceof RebalanceNode) {
                return outputOf(node);
            } else if (node instanceof EgressNode egress) {
                return egress(egress);
            } else if (node instanceof AsyncNode async) {
                return async(async);
            } else if (node instanceof PeekNode peek) {
                ErrorGuard guard = guard(node);
                return guard == null
                        ? ChainOperators.peek(peek, outputOf(node))
                        : GuardedOperators.peek(peek, guard, outputOf(node));
            } else if (node instanceof FlatMapNode flatMap) {
                return flatMap(flatMap);
            } else if (node instanceof SplitNode split) {
                return ChainOperators.split(split, outputOf(split), restOf(split));
            } else if (node instanceof CallbackNode callback) {
                return ChainOperators.callback(callback, rowsCounter(callback.name()));
            } else if (node instanceof FilterNode filter) {
                ErrorGuard guard = guard(node);
                return guard == null
                        ? ChainOperators.filter(filter, outputOf(node))
                        : GuardedOperators.filter(filter, guard, outputOf(node));
            } else if (node instanceof MapNode map) {
                ErrorGuard guard = guard(node);
                return guard == null
                        ? ChainOperators.map(map, outputOf(node))
                        : GuardedOperators.map(map, guard, outputOf(node));
            } else if (node instanceof EventTimeNode time) {
                return eventTime(time);
            } else if (node instanceof KeyByNode keyBy) {
                return ChainOperators.keyBy(keyBy, task, target(keyBy), surroundings.hashSeed());
            } else if (node instanceof JoinInputNode input) {
                return joinInput(input);
            } else if (node instanceof SinkNode sink) {
                return sink(sink);
            }
            throw new IllegalStateException("operator cannot follow another one: " + node.describe());
        }

        private Receiver eventTime(EventTimeNode time) {
            TimeMark mark = new TimeMark(plan.timeNameOf(time), time.strategy());
            marks.add(mark);
            return ChainOperators.eventTime(
                    time,
                    mark,
                    recovery.times(),
                    Objects.requireNonNull(reader, "event time is given beside the source"),
                    surroundings.job()::nanoTime,
                    outputOf(time));
        }

        private Receiver flatMap(FlatMapNode flatMap) {
            List<SideOutput<?>> outputs = new ArrayList<>();
            List<Receiver> sides = new ArrayList<>();
            for (Node next : plan.downstream(flatMap)) {
                if (next instanceof SideOutputNode side) {
                    outputs.add(side.output());
                    sides.add(outputOf(side));
                }
            }
            Receiver unread = ChainOperators.counting("unread.side output");
            ErrorPolicy policy = plan.errorPolicies().of(flatMap);
            Receiver letters = lettersOf(flatMap);
            if (policy.letters() != null && letters != null) {
                outputs.add(policy.letters());
                sides.add(letters);
            }
            FlatMapNode held = plan.errorPolicies().fails(flatMap)
                    ? flatMap
                    : GuardedOperators.flatMap(flatMap, guard(flatMap, null), policy.letters());
            return ChainOperators.flatMap(held, outputOf(flatMap), outputs, sides, unread);
        }

        /** The policy of an operator at work; null if the job fails with its function. */
        private @Nullable ErrorGuard guard(Node node) {
            return plan.errorPolicies().fails(node) ? null : guard(node, lettersOf(node));
        }

        private ErrorGuard guard(Node node, @Nullable Receiver letters) {
            ErrorPolicies policies = plan.errorPolicies();
            return new ErrorGuard(policies.placeOf(node), policies.of(node), letters, task::place);
        }

        private @Nullable Receiver lettersOf(Node node) {
            for (Node next : plan.downstream(node)) {
                if (next instanceof DeadLetterNode letters) {
                    return outputOf(letters);
                }
            }
            return null;
        }

        private Receiver egress(EgressNode node) {
            LaneEgress<?> lanes = (LaneEgress<?>) node.egress();
            EgressRun run = egresses.get(node);
            if (run == null) {
                run = graph.own(lanes.begin(surroundings.memory().outside(0, null), surroundings.clock()::nanoTime));
                egresses.put(node, run);
            }
            return EgressOperators.make(lanes, run, rowsCounter(node.name()));
        }

        private Receiver async(AsyncNode node) {
            Receiver operator = AsyncOperators.make(
                    node, guard(node, lettersOf(node)), surroundings.clock()::nanoTime, task::wake, outputOf(node));
            task.passBy((Passage) operator);
            task.onClock((ClockReader) operator);
            return operator;
        }

        private Receiver restOf(SplitNode split) {
            for (Node next : plan.downstream(split)) {
                if (next instanceof RestNode) {
                    return outputOf(next);
                }
            }
            throw new IllegalStateException("a split has two ways");
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

        /** Writes pages of one side of a join. */
        Receiver joinInput(JoinInputNode input) {
            PageTarget channels = channelsTo(plan.downstream(input).get(0), input);
            PageTarget target =
                    switch (input.edge()) {
                        case KEY, FORWARD -> channels;
                        case REBALANCE -> new TurnsTarget(channels);
                        case BROADCAST -> new BroadcastTarget(channels);
                    };
            return ChainOperators.keyBy(input.keyBy(), task, target, surroundings.hashSeed());
        }

        private PageTarget target(KeyByNode keyBy) {
            return physical.isRoot(keyBy) ? channelsTo(keyBy, keyBy.upstream()) : localTarget(keyBy);
        }

        private ChannelTarget channelsTo(Node root, Node from) {
            for (Link link : links.get(root)) {
                if (link.input() == from && link.producer() == task) {
                    ChannelTarget target = link.target(task.allocator());
                    task.sendTo(target);
                    return target;
                }
            }
            throw new IllegalStateException("no channel: from=" + from.describe() + ", to=" + root.describe());
        }

        private PageTarget localTarget(KeyByNode keyBy) {
            KeyedReceiver output = keyedOutputOf(keyBy);
            KeyedHead head = ChainOperators.keyedHead(keyBy, task, output);
            Gate gate = gate(keyBy, task, 0, 1, head, output);
            if (gate == null) {
                return ChainOperators.local(head);
            }
            GatedTarget target = new GatedTarget(gate, task.allocator());
            task.passBy(target);
            return target;
        }

        KeyedReceiver keyedOutputOf(KeyByNode keyBy) {
            List<KeyedReceiver> receivers = new ArrayList<>();
            List<ColdState> cold = new ArrayList<>();
            for (Node next : plan.downstream(keyBy)) {
                List<KeyedOperators.Instance> instances = keyed(next);
                for (KeyedOperators.Instance instance : instances) {
                    graph.add(instance);
                    if (instance.cold() != null) {
                        cold.add(instance.cold());
                    }
                }
                receivers.add(instances.get(0).operator());
            }
            KeyedReceiver output = ChainOperators.allKeyed(receivers);
            coldStates.put(output, cold);
            return output;
        }

        /** One instance of an operator: once for each thing that it stores, at least once. */
        private List<KeyedOperators.Instance> keyed(Node node) {
            if (node instanceof AggregateNode aggregate) {
                return List.of(aggregate(aggregate));
            } else if (node instanceof StatefulNode stateful) {
                return StatefulOperators.make(
                        stateful,
                        stateIds,
                        surroundings.hashSeed(),
                        task,
                        guard(stateful),
                        stateful.windows() == null ? null : lateOf(stateful),
                        outputOf(stateful));
            }
            throw new IllegalStateException("operator cannot follow a grouping: " + node.describe());
        }

        private KeyedOperators.Instance aggregate(AggregateNode node) {
            int stateId = stateIds.getOrDefault(node.name(), NO_STATE);
            return node.kind() instanceof Window.Sliding sliding
                    ? SlidingOperators.aggregate(
                            node, sliding, stateId, task, recovery.times(), lateOf(node), outputOf(node))
                    : KeyedOperators.aggregate(
                            node, stateId, surroundings.hashSeed(), task, lateOf(node), outputOf(node));
        }

        Receiver lateOf(JoinNode join, JoinInputNode side) {
            for (Node next : plan.downstream(join)) {
                if (next instanceof JoinLateNode late && late.side().equals(side)) {
                    return outputOf(late);
                }
            }
            return ChainOperators.counting(lateCounter(join.name()));
        }

        private Receiver lateOf(Node windowed) {
            for (Node next : plan.downstream(windowed)) {
                if (next instanceof LateNode late) {
                    return outputOf(late);
                }
            }
            return ChainOperators.counting(lateCounter(windowed.name()));
        }
    }

    /** The counter of rows that a sink was given. */
    public static String rowsCounter(String sink) {
        return "sink." + sink + ".rows";
    }

    /** The counter of late events of an operator over windows that nobody reads. */
    public static String lateCounter(@Nullable String windowed) {
        return "late." + windowed;
    }
}

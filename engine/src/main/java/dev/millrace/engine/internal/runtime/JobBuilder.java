package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.TimeMark;
import dev.millrace.engine.internal.embed.EmbeddedSource;
import dev.millrace.engine.internal.embed.HostedSource;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.engine.internal.miss.Gate;
import dev.millrace.engine.internal.plan.JoinNodes.JoinInputNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.PhysicalPlan;
import dev.millrace.engine.internal.plan.PhysicalPlan.Edge;
import dev.millrace.engine.internal.plan.PhysicalPlan.EdgeKind;
import dev.millrace.engine.internal.state.JoinOperators;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.index.IndexConfig;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a logical plan into tasks. Operators are fused into chains; with several partitions a chain ends at each
 * grouping, with one it goes on inside the task. Used once, by the thread that starts the job.
 */
public final class JobBuilder {
    private final LogicalPlan plan;
    private final int parallelism;
    private final PhysicalPlan physical;
    private final Surroundings surroundings;
    private final Recovery recovery;
    private final JobGraph graph;
    private final JobDraft draft;
    private final RestoredTime restoredTime;
    private final TimeAlignment alignment;
    private int alignedSources;

    /** The tasks of each chain, by the operator that the chain begins with. */
    private final IdentityHashMap<Node, List<Task>> tasksByRoot = new IdentityHashMap<>();

    private JobBuilder(LogicalPlan plan, int parallelism, Surroundings surroundings, Recovery recovery) {
        this.plan = plan;
        this.parallelism = parallelism;
        this.surroundings = surroundings;
        this.recovery = recovery;
        draft = JobDraft.of(plan, parallelism, surroundings, recovery);
        physical = draft.physical();
        graph = draft.graph();
        restoredTime = new RestoredTime(plan, recovery);
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
            task.takeUp(new TaskSizes(
                    surroundings.flow().pageBytes(),
                    activeStateBytes(),
                    surroundings.cold() != null && surroundings.cold().isLimitSet()));
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
                Link link = Link.between(
                        edge.input(),
                        producers.get(i),
                        targets,
                        surroundings.transport(),
                        surroundings.flow().channelPages());
                draft.links().add(edge.to().root(), link);
            }
        }
    }

    private void makeChains() {
        for (SourceNode source : plan.sources()) {
            Task task = tasksByRoot.get(source).get(0);
            SourceReader reader = task.own(open(source, task));
            ChainBuilder chain = new ChainBuilder(draft, task, reader);
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
                    timeOf(chain.marks()));
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
            ChainBuilder chain = new ChainBuilder(draft, task, null);
            if (root instanceof JoinNode join) {
                makeJoin(join, task, partition, chain);
            } else if (root instanceof KeyByNode keyBy) {
                KeyedChainBuilder.Entrance entrance = chain.keyed().entrance(keyBy, partition, tasks.size());
                read(task, channelInput(root, task, entrance.head(), entrance.gate()));
            } else {
                Receiver next = root instanceof JoinInputNode input ? chain.joinInput(input) : chain.outputOf(root);
                read(task, channelInput(root, task, ChainOperators.gather(root.type(), task, next), null));
            }
        }
    }

    /** The channels of each side lead to a head of their own, as their pages look different. */
    private void makeJoin(JoinNode join, Task task, int partition, ChainBuilder chain) {
        JoinOperators.Lates lates =
                new JoinOperators.Lates(chain.lateOf(join, join.left()), chain.lateOf(join, join.right()));
        JoinOperators.Pair pair = JoinOperators.make(
                join, draft.stateIds(), surroundings.hashSeed(), task, partition, lates, chain.outputOf(join));
        pair.stored().forEach(join.isBroadcast() ? graph::addCopy : graph::add);
        KeyedHead left = ChainOperators.keyedHead(join.left().keyBy(), task, pair.left());
        KeyedHead right = ChainOperators.keyedHead(join.right().keyBy(), task, pair.right());
        ChannelInput input = channelInput(join, task, left, null);
        input.pagesTo(draft.links().into(join, task).stream()
                .map(link -> link.input() == join.left() ? left : right)
                .toArray(KeyedHead[]::new));
        read(task, input);
    }

    /** Reads all channels into a task. The task owns it. */
    private ChannelInput channelInput(Node root, Task task, KeyedHead head, @Nullable Gate gate) {
        List<Link> inputs = draft.links().into(root, task);
        return task.own(new ChannelInput(
                inputs.stream().map(link -> link.channelTo(task)).toArray(Channel[]::new),
                inputs.stream().map(Link::producer).toArray(Task[]::new),
                head,
                gate,
                task.allocator(),
                restoredTime.watermark(root),
                plan.inputNameOf(root),
                linger()));
    }

    private void read(Task task, ChannelInput input) {
        task.readFrom(input);
        graph.add(task, input);
    }
}

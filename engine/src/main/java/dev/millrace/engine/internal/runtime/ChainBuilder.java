package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.async.AsyncOperators;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.Passage;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.chain.TimeMark;
import dev.millrace.engine.internal.embed.EgressOperators;
import dev.millrace.engine.internal.embed.EgressRun;
import dev.millrace.engine.internal.embed.LaneEgress;
import dev.millrace.engine.internal.error.ErrorGuard;
import dev.millrace.engine.internal.error.GuardedOperators;
import dev.millrace.engine.internal.plan.BranchNodes.DeadLetterNode;
import dev.millrace.engine.internal.plan.BranchNodes.RebalanceNode;
import dev.millrace.engine.internal.plan.BranchNodes.RestNode;
import dev.millrace.engine.internal.plan.BranchNodes.SideOutputNode;
import dev.millrace.engine.internal.plan.BranchNodes.SplitNode;
import dev.millrace.engine.internal.plan.BranchNodes.UnionNode;
import dev.millrace.engine.internal.plan.ErrorPolicies;
import dev.millrace.engine.internal.plan.JoinNodes.JoinInputNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinLateNode;
import dev.millrace.engine.internal.plan.JoinNodes.JoinNode;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AsyncNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.LateNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.OutputNodes.CallbackNode;
import dev.millrace.engine.internal.plan.OutputNodes.EgressNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.SideOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the operators of one task, the last ones first. Used by the thread that starts the job. */
final class ChainBuilder {
    private final JobDraft job;
    private final Surroundings surroundings;
    private final Links links;
    private final Task task;
    private final @Nullable SourceReader reader;
    private final KeyedChainBuilder keyed;
    /** Of the streams that get their time in this task. */
    private final List<TimeMark> marks = new ArrayList<>();

    /** @param reader of the source, if the chain begins with one */
    ChainBuilder(JobDraft job, Task task, @Nullable SourceReader reader) {
        this.job = job;
        surroundings = job.surroundings();
        links = job.links();
        this.task = task;
        this.reader = reader;
        keyed = new KeyedChainBuilder(job, task, this);
    }

    /** Builds what is behind groupings. */
    KeyedChainBuilder keyed() {
        return keyed;
    }

    /** Of the streams that get their time in what was built. */
    List<TimeMark> marks() {
        return marks;
    }

    Receiver outputOf(Node node) {
        List<Receiver> receivers = new ArrayList<>();
        for (Node next : job.plan().downstream(node)) {
            if (!next.isSideOutput() && !isLeftOut(next)) {
                receivers.add(receiver(next, node));
            }
        }
        return ChainOperators.all(receivers, "unread." + node.describe());
    }

    /** A grouping whose streams are only joined: each join writes its own pages. */
    private boolean isLeftOut(Node next) {
        return next instanceof KeyByNode && job.plan().downstream(next).isEmpty();
    }

    /** @param from the operator whose events it takes: where streams meet, one of several */
    private Receiver receiver(Node node, Node from) {
        if (node instanceof UnionNode
                || ((node instanceof RebalanceNode || node instanceof JoinInputNode)
                        && job.physical().isRoot(node))) {
            return ChainOperators.scatter(node.type(), task, links.target(node, from, task));
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
        TimeMark mark = new TimeMark(job.plan().timeNameOf(time), time.strategy());
        marks.add(mark);
        return ChainOperators.eventTime(
                time,
                mark,
                job.recovery().times(),
                Objects.requireNonNull(reader, "event time is given beside the source"),
                surroundings.job()::nanoTime,
                outputOf(time));
    }

    private Receiver flatMap(FlatMapNode flatMap) {
        List<SideOutput<?>> outputs = new ArrayList<>();
        List<Receiver> sides = new ArrayList<>();
        for (Node next : job.plan().downstream(flatMap)) {
            if (next instanceof SideOutputNode side) {
                outputs.add(side.output());
                sides.add(outputOf(side));
            }
        }
        Receiver unread = ChainOperators.counting("unread.side output");
        ErrorPolicy policy = job.plan().errorPolicies().of(flatMap);
        Receiver letters = lettersOf(flatMap);
        if (policy.letters() != null && letters != null) {
            outputs.add(policy.letters());
            sides.add(letters);
        }
        FlatMapNode held = job.plan().errorPolicies().fails(flatMap)
                ? flatMap
                : GuardedOperators.flatMap(flatMap, guard(flatMap, null), policy.letters());
        return ChainOperators.flatMap(held, outputOf(flatMap), outputs, sides, unread);
    }

    /** The policy of an operator at work; null if the job fails with its function. */
    @Nullable
    ErrorGuard guard(Node node) {
        return job.plan().errorPolicies().fails(node) ? null : guard(node, lettersOf(node));
    }

    private ErrorGuard guard(Node node, @Nullable Receiver letters) {
        ErrorPolicies policies = job.plan().errorPolicies();
        return new ErrorGuard(policies.placeOf(node), policies.of(node), letters, task::place);
    }

    private @Nullable Receiver lettersOf(Node node) {
        for (Node next : job.plan().downstream(node)) {
            if (next instanceof DeadLetterNode letters) {
                return outputOf(letters);
            }
        }
        return null;
    }

    private Receiver egress(EgressNode node) {
        LaneEgress<?> lanes = (LaneEgress<?>) node.egress();
        EgressRun run = job.egresses().get(node);
        if (run == null) {
            run = job.graph().own(lanes.begin(surroundings.memory().outside(0, null), surroundings.clock()::nanoTime));
            job.egresses().put(node, run);
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
        for (Node next : job.plan().downstream(split)) {
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
                job.plan().sinks().indexOf(sink),
                job.recovery().epoch() + 1,
                surroundings.sinks()));
        return ChainOperators.sink(sink.sink().open(), buffer, rowsCounter(sink.name()));
    }

    /** Writes pages of one side of a join. */
    Receiver joinInput(JoinInputNode input) {
        PageTarget channels = links.target(job.plan().downstream(input).get(0), input, task);
        PageTarget target =
                switch (input.edge()) {
                    case KEY, FORWARD -> channels;
                    case REBALANCE -> new TurnsTarget(channels);
                    case BROADCAST -> new BroadcastTarget(channels);
                };
        return ChainOperators.keyBy(input.keyBy(), task, target, surroundings.hashSeed());
    }

    private PageTarget target(KeyByNode keyBy) {
        return job.physical().isRoot(keyBy) ? links.target(keyBy, keyBy.upstream(), task) : keyed.localTarget(keyBy);
    }

    Receiver lateOf(JoinNode join, JoinInputNode side) {
        for (Node next : job.plan().downstream(join)) {
            if (next instanceof JoinLateNode late && late.side().equals(side)) {
                return outputOf(late);
            }
        }
        return ChainOperators.counting(lateCounter(join.name()));
    }

    Receiver lateOf(Node windowed) {
        for (Node next : job.plan().downstream(windowed)) {
            if (next instanceof LateNode late) {
                return outputOf(late);
            }
        }
        return ChainOperators.counting(lateCounter(windowed.name()));
    }

    /** The counter of rows that a sink was given. */
    private static String rowsCounter(String sink) {
        return "sink." + sink + ".rows";
    }

    /** The counter of late events of an operator over windows that nobody reads. */
    private static String lateCounter(@Nullable String windowed) {
        return "late." + windowed;
    }
}

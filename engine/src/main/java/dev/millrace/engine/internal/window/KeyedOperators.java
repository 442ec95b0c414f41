package dev.millrace.engine.internal.window;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.EntryVisitor;
import dev.millrace.state.index.IndexConfig;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** Makes instances of keyed operators with their state. Used by the thread that starts the job. */
public final class KeyedOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** Tasks wait while snapshots keep more than there is room for, see {@link TaskContext#waitFor}. */
    static final IndexConfig OF_TASKS = IndexConfig.DEFAULT.withOverdraft();

    private KeyedOperators() {}

    /** An operator instance, and what gives it back what it knew. */
    public record Instance(KeyedReceiver operator, StateFormat format, StateTarget target, @Nullable ColdState cold) {
        /** An instance whose state stays in memory. */
        public Instance(KeyedReceiver operator, StateFormat format, StateTarget target) {
            this(operator, format, target, null);
        }
    }

    /**
     * Makes an instance of an aggregation.
     *
     * @param hashSeed what the hashes of keys are made with
     */
    public static Instance aggregate(
            AggregateNode node, int stateId, long hashSeed, TaskContext task, Receiver late, Receiver next) {
        Window.Kind kind = node.kind();
        if (kind instanceof Window.Session session) {
            return sessions(node, session.gapMillis(), stateId, task, late, next);
        }
        long sizeMillis = kind instanceof Window.Tumbling tumbling ? tumbling.sizeMillis() : 0;
        StateFormat format = new RecordFormat(
                stateId, node.name(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        EntryShape shape = shapeOf(format, hashSeed);
        long budgetBytes = sizeMillis == 0 ? task.activeStateBytes(shape) : 0;
        Slices slices = task.own(new Slices(task.allocatorOf(node.name()), OF_TASKS, shape, format, budgetBytes));
        task.onAdopt(slices::adopt);
        task.waitFor(slices::overdrawnBytes);
        task.watch(new WatchedWindows(
                node.name(),
                slices.windows(),
                (earliest, watermark) -> sizeMillis == 0 ? Receiver.END_OF_TIME : earliest + sizeMillis));
        KeyedReceiver operator = Templates.instanceWith(
                new EventPath.Ends(next.path(), late.path()),
                LOOKUP,
                SliceAggregateOp.class,
                KeyedReceiver.class,
                node.aggregate().add(),
                node.aggregate().initial(),
                node.result(),
                FlatCodec.of(node.keyBy().keyType()),
                FlatCodec.of(node.keyBy().type()),
                FlatCodec.of(node.stateType()),
                sizeMillis,
                slices,
                late,
                next);
        StateTarget target = (namespace, key, keyBytes, hash, value, valueBytes, isChanged) ->
                restore(slices.restored(namespace), key, keyBytes, hash, value, valueBytes, isChanged);
        if (budgetBytes == 0) {
            return new Instance(operator, format, target);
        }
        StateFormat ofReads = new RecordFormat(
                stateId, node.name(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        return new Instance(
                operator, format, target, new ColdState(slices.at(0), ofReads, budgetBytes, (EntryVisitor) operator));
    }

    private static Instance sessions(
            AggregateNode node, long gapMillis, int stateId, TaskContext task, Receiver late, Receiver next) {
        SessionFormat format = new SessionFormat(
                stateId, node.name(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        ActiveIndex index = index(task, node.name(), EntryShape.VARIABLE, 0);
        TimerQueue timers = task.own(new TimerQueue(task.allocator()));
        task.watch(new WatchedWindows(node.name(), timers.windows(), (earliest, watermark) -> earliest + 1));
        KeyedReceiver operator = Templates.instanceWith(
                new EventPath.Ends(next.path(), late.path()),
                LOOKUP,
                SessionAggregateOp.class,
                KeyedReceiver.class,
                node.aggregate().add(),
                node.aggregate().merge(),
                node.aggregate().initial(),
                node.result(),
                FlatCodec.of(node.keyBy().keyType()),
                FlatCodec.of(node.keyBy().type()),
                FlatCodec.of(node.stateType()),
                gapMillis,
                format,
                index,
                timers,
                task.own(new Scratch(task.allocator())),
                late,
                next);
        return new Instance(operator, format, (namespace, key, keyBytes, hash, value, valueBytes, isChanged) -> {
            restore(index, key, keyBytes, hash, value, valueBytes, isChanged);
            timers.add(SessionLayout.deadline(value), key, keyBytes, hash);
        });
    }

    /** How many states of an operator may leave memory: those that are asked by key only, or shown whole at the end of time. */
    public static int statesThatMayLeave(Node node) {
        if (node instanceof StatefulNode stateful) {
            return stateful.hasTimers()
                    ? 0
                    : (int) stateful.states().stream()
                            .filter(KeyedOperators::isAskedByKey)
                            .count();
        }
        return node instanceof AggregateNode aggregate && aggregate.kind() instanceof Window.Whole ? 1 : 0;
    }

    private static boolean isAskedByKey(State.Named<?> state) {
        return state instanceof State.Value || state instanceof State.Reducing || state instanceof State.Aggregating;
    }

    /** An entry that looks other than it does on the disk is dirty, so that the next epoch writes it as it looks now. */
    public static void restore(
            ActiveIndex index, long key, int keyBytes, long hash, long value, int valueBytes, boolean isChanged) {
        index.restore(key, keyBytes, hash, value, valueBytes);
        if (isChanged) {
            index.update(key, keyBytes, hash);
        }
    }

    /** What the entries of a state look like that is stored as it lies in the index. */
    private static EntryShape shapeOf(StateFormat format, long hashSeed) {
        return shapeOf(format.keyLayout(), format.valueLayout(), 0, hashSeed);
    }

    /**
     * What the entries of a state look like.
     *
     * @param extraBytes what stands before each value
     * @param hashSeed what the hashes of keys are made with
     */
    public static EntryShape shapeOf(RecordLayout key, RecordLayout value, int extraBytes, long hashSeed) {
        return key.isFixedSize() && value.isFixedSize()
                ? EntryShape.fixed(
                        key.fixedBytes(),
                        extraBytes + value.fixedBytes(),
                        (address, lengthBytes) -> KeyHash.hash(address, lengthBytes, hashSeed))
                : EntryShape.VARIABLE;
    }

    /** The index of one thing that an operator keeps, closed with the task. */
    public static ActiveIndex index(TaskContext task, String operator) {
        return index(task, operator, EntryShape.VARIABLE, 0);
    }

    /**
     * The index of one thing that an operator keeps, closed with the task.
     *
     * @param budgetBytes what it may take before entries leave it, or 0 for no limit
     */
    public static ActiveIndex index(TaskContext task, String operator, EntryShape shape, long budgetBytes) {
        BlockAllocator allocator = task.allocatorOf(operator);
        ActiveIndex index = budgetBytes == 0
                ? ActiveIndex.open(allocator, OF_TASKS, shape)
                : ActiveIndex.openEvicting(allocator, OF_TASKS, budgetBytes);
        task.own(() -> {
            index.adopt();
            index.close();
        });
        task.onAdopt(index::adopt);
        task.waitFor(index::overdrawnBytes);
        return index;
    }
}

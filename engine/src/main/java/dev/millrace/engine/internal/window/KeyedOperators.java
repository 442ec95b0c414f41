package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexConfig;
import java.lang.invoke.MethodHandles;

/** Makes instances of keyed operators with their state. Used by the thread that starts the job. */
public final class KeyedOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private KeyedOperators() {}

    /** An operator instance, and what gives it back what it knew. */
    public record Instance(KeyedReceiver operator, StateFormat format, StateTarget target) {}

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
        Slices slices = task.own(new Slices(task.allocatorOf(node.name()), IndexConfig.DEFAULT, shape, format));
        task.onAdopt(slices::adopt);
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
        return new Instance(
                operator,
                format,
                (namespace, key, keyBytes, hash, value, valueBytes, isChanged) ->
                        restore(slices.restored(namespace), key, keyBytes, hash, value, valueBytes, isChanged));
    }

    private static Instance sessions(
            AggregateNode node, long gapMillis, int stateId, TaskContext task, Receiver late, Receiver next) {
        SessionFormat format = new SessionFormat(
                stateId, node.name(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        ActiveIndex index = index(task, node.name(), EntryShape.VARIABLE);
        TimerQueue timers = task.own(new TimerQueue(task.allocator()));
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

    /**
     * Makes an instance of a user's stateful function.
     *
     * @param hashSeed what the hashes of keys are made with
     */
    public static Instance stateful(StatefulNode node, int stateId, long hashSeed, TaskContext task, Receiver next) {
        StateFormat format = new RecordFormat(
                stateId, node.stateName(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        ActiveIndex index = index(task, node.name(), shapeOf(format, hashSeed));
        KeyedReceiver operator = Templates.instanceWith(
                new EventPath.Ends(next.path(), next.path()),
                LOOKUP,
                StatefulOp.class,
                KeyedReceiver.class,
                node.function(),
                FlatCodec.of(node.keyBy().type()),
                FlatCodec.of(node.stateType()),
                format,
                index,
                initialBlob(node, task),
                next);
        return new Instance(
                operator,
                format,
                (namespace, key, keyBytes, hash, value, valueBytes, isChanged) ->
                        restore(index, key, keyBytes, hash, value, valueBytes, isChanged));
    }

    /** An entry that looks other than it does on the disk is dirty, so that the next epoch writes it as it looks now. */
    private static void restore(
            ActiveIndex index, long key, int keyBytes, long hash, long value, int valueBytes, boolean isChanged) {
        index.restore(key, keyBytes, hash, value, valueBytes);
        if (isChanged) {
            index.update(key, keyBytes, hash);
        }
    }

    @SuppressWarnings("unchecked") // The declaration of the state has checked it.
    private static long initialBlob(StatefulNode node, TaskContext task) {
        Object initial = node.initial();
        if (initial == null) {
            return 0;
        }
        FlatCodec<Object> codec = (FlatCodec<Object>) FlatCodec.of(node.stateType());
        long blob = task.own(new Scratch(task.allocator())).ofAtLeast(codec.blobBytes(initial));
        codec.writeBlob(initial, blob);
        return blob;
    }

    /** What the entries of a state look like that is stored as it lies in the index. */
    private static EntryShape shapeOf(StateFormat format, long hashSeed) {
        RecordLayout key = format.keyLayout();
        RecordLayout value = format.valueLayout();
        return key.isFixedSize() && value.isFixedSize()
                ? EntryShape.fixed(
                        key.fixedBytes(),
                        value.fixedBytes(),
                        (address, lengthBytes) -> KeyHash.hash(address, lengthBytes, hashSeed))
                : EntryShape.VARIABLE;
    }

    private static ActiveIndex index(TaskContext task, String operator, EntryShape shape) {
        ActiveIndex index = ActiveIndex.open(task.allocatorOf(operator), IndexConfig.DEFAULT, shape);
        task.own(() -> {
            index.adopt();
            index.close();
        });
        task.onAdopt(index::adopt);
        return index;
    }
}

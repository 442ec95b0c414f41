package dev.millrace.engine.internal.window;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.stream.Window;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.EntryShape;
import java.lang.invoke.MethodHandles;
import java.util.Map;

/** Makes instances of aggregations over sliding windows. Used by the thread that starts the job. */
public final class SlidingOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private SlidingOperators() {}

    /**
     * Makes an instance.
     *
     * @param times where time stood at the epoch that the job starts from
     */
    public static KeyedOperators.Instance aggregate(
            AggregateNode node,
            Window.Sliding kind,
            int stateId,
            TaskContext task,
            Map<String, Long> times,
            Receiver late,
            Receiver next) {
        StateFormat format = new RecordFormat(
                stateId, node.name(), RecordLayout.of(node.keyBy().keyType()), RecordLayout.of(node.stateType()));
        Slices slices = task.own(
                new Slices(task.allocatorOf(node.name()), KeyedOperators.OF_TASKS, EntryShape.VARIABLE, format));
        task.onAdopt(slices::adopt);
        task.waitFor(slices::overdrawnBytes);
        SlidingLayout layout = SlidingLayout.of(kind);
        task.watch(new WatchedWindows(
                node.name(),
                slices.windows(),
                (earliest, watermark) -> layout.firstStart(earliest, watermark) + layout.sizeMillis()));
        String timeName = "window." + node.name();
        KeyedReceiver operator = Templates.instanceWith(
                new EventPath.Ends(next.path(), late.path()),
                LOOKUP,
                SlidingAggregateOp.class,
                KeyedReceiver.class,
                node.aggregate().add(),
                node.aggregate().merge(),
                node.aggregate().initial(),
                node.result(),
                FlatCodec.of(node.keyBy().keyType()),
                FlatCodec.of(node.keyBy().type()),
                FlatCodec.of(node.stateType()),
                layout,
                timeName,
                times.getOrDefault(Barrier.watermarkName(timeName), Receiver.NO_TIME),
                slices,
                KeyedOperators.index(task, node.name()),
                late,
                next);
        return new KeyedOperators.Instance(
                operator,
                format,
                (namespace, key, keyBytes, hash, value, valueBytes, isChanged) -> KeyedOperators.restore(
                        slices.restored(namespace), key, keyBytes, hash, value, valueBytes, isChanged));
    }
}

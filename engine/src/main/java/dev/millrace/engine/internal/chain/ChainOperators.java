package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.plan.BranchNodes.SplitNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.FlatMapNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.PeekNode;
import dev.millrace.engine.internal.plan.OutputNodes.CallbackNode;
import dev.millrace.engine.operator.SinkEncoder;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.WatermarkFunction;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes operator instances, each of a class of its own. Used by the thread that starts the job. */
public final class ChainOperators {
    /** The longest key with text in it, as a blob. */
    static final int MAX_KEY_BYTES = 4096;

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private ChainOperators() {}

    public static Receiver filter(FilterNode node, Receiver next) {
        return new FilterOp(node.predicate(), next);
    }

    public static Receiver map(MapNode node, Receiver next) {
        return new MapOp(node.function(), next);
    }

    public static Receiver peek(PeekNode node, Receiver next) {
        return new PeekOp(node.consumer(), next);
    }

    public static Receiver split(SplitNode node, Receiver matching, Receiver rest) {
        return new SplitOp(node.predicate(), matching, rest);
    }

    /**
     * Makes an operator with a function that emits.
     *
     * @param outputs its tags, and
     * @param sides what reads them
     * @param unread where tags lead that nobody reads
     */
    public static Receiver flatMap(
            FlatMapNode node, Receiver next, List<SideOutput<?>> outputs, List<Receiver> sides, Receiver unread) {
        List<Receiver> ways = new ArrayList<>(sides);
        ways.add(unread);
        List<Receiver> receivers = new ArrayList<>(ways);
        receivers.add(0, next);
        return Templates.instanceWith(
                new EventPath.Ends(
                        next.path(),
                        EventPath.oneOf(ways.stream().map(Receiver::path).toList())),
                LOOKUP,
                FlatMapOp.class,
                Receiver.class,
                node.function(),
                outputs.toArray(new SideOutput<?>[0]),
                receivers.toArray(new Receiver[0]));
    }

    /** Makes the end of a stream in a function of the program. */
    public static Receiver callback(CallbackNode node, String counter) {
        return receiver(CallbackOp.class, node.consumer(), counter);
    }

    /** Makes the end of a chain whose events go on elsewhere, whatever they are: it writes pages for the target. */
    public static Receiver scatter(Class<?> type, TaskContext task, PageTarget target) {
        PageLayout layout = new PageLayout(RecordLayout.of(type), task.pageBytes());
        PageWriter pages = task.own(new PageWriter(task.allocator(), layout, target));
        return receiver(ScatterOp.class, FlatCodec.of(type), pages, target.partitions());
    }

    /** Makes the beginning of a chain that reads what {@link #scatter} wrote. */
    public static KeyedHead gather(Class<?> type, TaskContext task, Receiver next) {
        KeyedReceiver events = Templates.instanceWith(
                new EventPath.Ends(next.path(), next.path()),
                LOOKUP,
                GatherOp.class,
                KeyedReceiver.class,
                FlatCodec.of(type),
                next);
        PageLayout layout = new PageLayout(RecordLayout.of(type), task.pageBytes());
        return Templates.instance(LOOKUP, KeyedLoop.class, KeyedHead.class, layout, events);
    }

    /**
     * Makes an operator that gives the events of a source of one part their time.
     *
     * @param name under which its place is kept
     * @param times where time stood at the epoch that the job starts from
     */
    public static Receiver eventTime(EventTimeNode node, String name, Map<String, Long> times, Receiver next) {
        return eventTime(node, new TimeMark(name, node.strategy()), times, next);
    }

    private static Receiver eventTime(EventTimeNode node, TimeMark mark, Map<String, Long> times, Receiver next) {
        long latest = times.getOrDefault(Barrier.latestName(mark.name()), Receiver.NO_TIME);
        long watermark = times.getOrDefault(Barrier.watermarkName(mark.name()), Receiver.NO_TIME);
        WatermarkStrategy<Object> strategy = node.strategy();
        WatermarkFunction<Object> function = strategy.function();
        if (function == null) {
            return receiver(EventTimeOp.class, mark, node.time(), strategy.disorderMillis(), latest, watermark, next);
        }
        long permitted = times.getOrDefault(CustomTimeOp.permittedName(mark.name()), Receiver.NO_TIME);
        return receiver(CustomTimeOp.class, mark, node.time(), function, latest, watermark, permitted, next);
    }

    /**
     * Makes an operator that gives events their time.
     *
     * @param mark tells others where time stands
     * @param times where time stood at the epoch that the job starts from
     * @param reader of the source that the events come from
     * @param nanoTime by which parts of the source are idle
     */
    public static Receiver eventTime(
            EventTimeNode node,
            TimeMark mark,
            Map<String, Long> times,
            SourceReader reader,
            LongSupplier nanoTime,
            Receiver next) {
        WatermarkStrategy<Object> strategy = node.strategy();
        return !strategy.isPerPart()
                ? eventTime(node, mark, times, next)
                : receiver(
                        PartTimeOp.class,
                        mark,
                        node.time(),
                        strategy.disorderMillis(),
                        reader,
                        strategy.idleAfterNanos(),
                        nanoTime,
                        latestOfParts(mark.name(), times, reader.parts()),
                        times.getOrDefault(Barrier.watermarkName(mark.name()), Receiver.NO_TIME),
                        next);
    }

    private static long[] latestOfParts(String name, Map<String, Long> times, int parts) {
        if (parts < 1 || parts > SourceReader.MAX_PARTS) {
            throw new IllegalStateException(
                    "source must have from 1 to " + SourceReader.MAX_PARTS + " parts: parts=" + parts);
        }
        long[] latest = new long[parts];
        for (int i = 0; i < parts; i++) {
            latest[i] = times.getOrDefault(PartTimeOp.partName(name, i), Receiver.NO_TIME);
        }
        return latest;
    }

    /** Shows events to all of these operators, in order; counts them if there are none. */
    public static Receiver all(List<Receiver> receivers, String counter) {
        if (receivers.isEmpty()) {
            return counting(counter);
        }
        Receiver all = receivers.get(receivers.size() - 1);
        for (int i = receivers.size() - 2; i >= 0; i--) {
            all = new BranchOp(receivers.get(i), all);
        }
        return all;
    }

    /** Counts events that nobody reads. */
    public static Receiver counting(String counter) {
        return receiver(CountingEnd.class, counter);
    }

    /** Shows keyed events to all of these operators, in order; there is at least one. */
    public static KeyedReceiver allKeyed(List<KeyedReceiver> receivers) {
        KeyedReceiver all = receivers.get(receivers.size() - 1);
        for (int i = receivers.size() - 2; i >= 0; i--) {
            all = Templates.instance(LOOKUP, KeyedBranchOp.class, KeyedReceiver.class, receivers.get(i), all);
        }
        return all;
    }

    /** Makes the end of a chain at a grouping: it writes pages for the target. */
    public static Receiver keyBy(KeyByNode node, TaskContext task, PageTarget target, long hashSeed) {
        PageLayout layout = layoutOf(node, task);
        PageWriter pages = task.own(new PageWriter(task.allocator(), layout, target));
        FlatCodec<?> keyCodec = FlatCodec.of(node.keyType());
        int keyScratchBytes = Math.max(MAX_KEY_BYTES, keyCodec.fixedBytes());
        long keyScratch = task.allocator().allocate(MemoryPool.EVENTS, keyScratchBytes);
        task.own(() -> task.allocator().free(keyScratch));
        return receiver(
                KeyByOp.class,
                node.key(),
                keyCodec,
                FlatCodec.of(node.type()),
                pages,
                new KeyPartitioner(target.partitions()),
                keyScratch,
                keyScratchBytes,
                hashSeed);
    }

    /** Makes the beginning of a chain behind a grouping. */
    public static KeyedHead keyedHead(KeyByNode node, TaskContext task, KeyedReceiver next) {
        return Templates.instance(LOOKUP, KeyedLoop.class, KeyedHead.class, layoutOf(node, task), next);
    }

    /** Makes a target that processes pages at once, in the same task. */
    public static PageTarget local(KeyedHead head) {
        return new LocalTarget(head);
    }

    /** Makes the beginning of a chain at a source. */
    public static SourceHead source(SourceReader reader, long eventCount, Receiver next) {
        return Templates.instanceWith(
                new EventPath.Ends(next.path(), next.path()),
                LOOKUP,
                SourceLoop.class,
                SourceHead.class,
                reader,
                eventCount,
                next);
    }

    /** Makes the end of a chain at a sink. */
    public static Receiver sink(SinkEncoder encoder, SinkBuffer buffer, String counter) {
        return receiver(SinkOp.class, encoder, buffer, counter);
    }

    /** Where things lie in the pages of a grouping. */
    public static PageLayout layoutOf(KeyByNode node, TaskContext task) {
        return new PageLayout(RecordLayout.of(node.keyType()), RecordLayout.of(node.type()), task.pageBytes());
    }

    private static Receiver receiver(Class<? extends Receiver> template, Object... arguments) {
        return Templates.instance(LOOKUP, template, Receiver.class, arguments);
    }
}

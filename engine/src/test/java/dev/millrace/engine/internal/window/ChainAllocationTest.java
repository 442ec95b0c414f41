package dev.millrace.engine.internal.window;

import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.AggregateNode;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.FilterNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.state.StatefulOperators;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowResult;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Holds the engine to its promise: a chain of real operators over real memory leaves nothing on the heap per event.
 *
 * <p>All chains of this class run in one JVM, one after the other, with different functions. Were operators of one kind to
 * share a class, the JIT would find several functions at each of their calls, and records would be built.
 */
final class ChainAllocationTest {
    private static final long HASH_SEED = 0x5EED;
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final int RECORDS = 4096;
    private static final int KEYS = 1000;

    record Trade(long millis, long card, int quantity, double price) {}

    record Scored(long millis, long card, double score) {}

    record Card(long number) {}

    record Total(long count, double sum) {}

    record Outcome(long card, long count, double sum) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void aChainWithoutKeysLeavesNothing() {
        SourceNode source = source();
        check("filter, map, filter, map", source, stages(source, 3, 0.5, ChainOperators.counting("unread.end")));
    }

    @Test
    void aTumblingAggregateLeavesNothing() {
        SourceNode source = source();
        KeyByNode keyBy = keyBy(source, scored -> new Card(scored.card()));
        AggregateNode node = aggregate(keyBy, "tumbling", Window.tumbling(java.time.Duration.ofHours(1)));
        check("tumbling", source, keyed(source, 5, 0.25, keyBy, aggregateOp(node)));
    }

    @Test
    void anAggregateOverEverythingLeavesNothing() {
        SourceNode source = source();
        KeyByNode keyBy = keyBy(source, scored -> new Card(scored.card() % 100));
        check("whole", source, keyed(source, 7, 0.75, keyBy, aggregateOp(aggregate(keyBy, "whole", whole()))));
    }

    @Test
    void aSessionAggregateLeavesNothing() {
        SourceNode source = source();
        KeyByNode keyBy = keyBy(source, scored -> new Card(scored.card() + 1));
        AggregateNode node = aggregate(keyBy, "sessions", Window.session(java.time.Duration.ofHours(1)));
        check("session", source, keyed(source, 11, 0.125, keyBy, aggregateOp(node)));
    }

    @Test
    void aStatefulFunctionLeavesNothing() {
        SourceNode source = source();
        KeyByNode keyBy = keyBy(source, scored -> new Card(scored.card() * 31));
        StatefulFunction<Scored, ValueState<Total>, Outcome> function = (scored, total, out) -> {
            Total before = total.get();
            Total after = new Total(before.count() + 1, before.sum() + scored.score());
            total.set(after);
            if (after.count() % 3 == 0) {
                out.emit(new Outcome(scored.card(), after.count(), after.sum()));
            }
        };
        StatefulNode node = new StatefulNode(
                keyBy,
                "rule",
                State.value("totals", Total.class, new Total(0, 0)),
                Erased.stateful(function),
                null,
                Outcome.class);
        KeyedReceiver operator = StatefulOperators.make(
                        node, Map.of(), HASH_SEED, task, null, null, summing("stateful"))
                .get(0)
                .operator();
        check("stateful", source, keyed(source, 13, 0.375, keyBy, operator));
    }

    @Test
    void severalOperatorsBehindOneGroupingLeaveNothing() {
        SourceNode source = source();
        KeyByNode keyBy = keyBy(source, scored -> new Card(scored.card() ^ 5));
        KeyedReceiver all = ChainOperators.allKeyed(List.of(
                aggregateOp(aggregate(keyBy, "all", whole())),
                aggregateOp(aggregate(keyBy, "minutes", Window.tumbling(java.time.Duration.ofHours(1)))),
                aggregateOp(aggregate(keyBy, "visits", Window.session(java.time.Duration.ofHours(2))))));
        check("three operators", source, keyed(source, 17, 0.0625, keyBy, all));
    }

    private void check(String what, SourceNode source, Receiver chain) {
        FlatCodec<Trade> codec = FlatCodec.of(Trade.class);
        int recordBytes = codec.fixedBytes();
        long records = task.allocator().allocate(MemoryPool.EVENTS, RECORDS * recordBytes);
        task.own(() -> task.allocator().free(records));
        for (int i = 0; i < RECORDS; i++) {
            codec.writeBlob(new Trade(0, i * 7919L % KEYS, i % 100, i * 0.25), records + (long) i * recordBytes);
        }
        SourceReader reader =
                Templates.instance(LOOKUP, MemoryReader.class, SourceReader.class, codec, records, RECORDS);
        SourceHead head = ChainOperators.source(reader, 0, chain);
        task.adopt();
        Garbage.assertEndsWithout(what + " from " + source.name(), head::run);
    }

    /** Event time, filter, map, filter, map: each chain has functions of its own. */
    private static Receiver stages(SourceNode source, int skipped, double factor, Receiver next) {
        Predicate<Trade> wanted = trade -> trade.quantity() % skipped != 0;
        Function<Trade, Trade> raise =
                trade -> new Trade(trade.millis(), trade.card(), trade.quantity() + 1, trade.price() * factor);
        Predicate<Trade> large = trade -> trade.price() > factor;
        Function<Trade, Scored> score =
                trade -> new Scored(trade.millis(), trade.card(), trade.price() * trade.quantity());
        Function<Trade, Instant> time = trade -> Instant.ofEpochMilli(trade.millis());
        EventTimeNode timed = new EventTimeNode(source, Erased.function(time), 1000);
        FilterNode first = new FilterNode(timed, Erased.predicate(wanted));
        MapNode second = new MapNode(first, Erased.function(raise), Trade.class);
        FilterNode third = new FilterNode(second, Erased.predicate(large));
        MapNode fourth = new MapNode(third, Erased.function(score), Scored.class);
        Receiver mapped = ChainOperators.map(fourth, next);
        Receiver filtered = ChainOperators.filter(third, mapped);
        return ChainOperators.eventTime(
                timed, "time", Map.of(), ChainOperators.filter(first, ChainOperators.map(second, filtered)));
    }

    private Receiver keyed(SourceNode source, int skipped, double factor, KeyByNode keyBy, KeyedReceiver operator) {
        Receiver pages = ChainOperators.keyBy(
                keyBy, task, ChainOperators.local(ChainOperators.keyedHead(keyBy, task, operator)), HASH_SEED);
        return stages(source, skipped, factor, pages);
    }

    private KeyedReceiver aggregateOp(AggregateNode node) {
        return KeyedOperators.aggregate(
                        node, 1, HASH_SEED, task, ChainOperators.counting("late." + node.name()), summing(node.name()))
                .operator();
    }

    private static Receiver summing(String name) {
        return ChainOperators.counting("unread." + name);
    }

    private static Window.Kind whole() {
        return new Window.Whole();
    }

    private static KeyByNode keyBy(SourceNode source, Function<Scored, Card> key) {
        MapNode mapped = new MapNode(source, Erased.function(key), Scored.class);
        return new KeyByNode(mapped, Erased.function(key), Card.class);
    }

    private static AggregateNode aggregate(KeyByNode keyBy, String name, Window.Kind kind) {
        Aggregate<Scored, Total> totals = Aggregate.of(
                new Total(0, 0),
                (total, scored) -> new Total(total.count() + 1, total.sum() + scored.score()),
                (left, right) -> new Total(left.count() + right.count(), left.sum() + right.sum()));
        WindowResult<Card, Total, Outcome> result =
                (card, window, total) -> new Outcome(card.number(), total.count(), total.sum());
        return new AggregateNode(keyBy, name, kind, Erased.aggregate(totals), Erased.result(result), Outcome.class);
    }

    private static SourceNode source() {
        return new SourceNode("trades", new Trades());
    }

    /** Only its type is asked for. */
    private static final class Trades implements Source<Trade> {
        @Override
        public Class<Trade> type() {
            return Trade.class;
        }

        @Override
        public void check(FileOps files) {}

        @Override
        public SourceReader open(FileOps files) {
            throw new UnsupportedOperationException("the test brings its own reader");
        }
    }
}

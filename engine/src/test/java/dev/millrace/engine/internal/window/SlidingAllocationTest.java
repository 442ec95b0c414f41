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
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.stream.WindowResult;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sliding windows leave nothing on the heap per event, nor per result. */
final class SlidingAllocationTest {
    private static final int RECORDS = 4096;
    private static final int KEYS = 4000;

    record Trade(long millis, long card, int quantity, double price) {}

    record Card(long number) {}

    record Total(long count, double sum) {}

    record Outcome(long card, long count, double sum) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void aSlidingAggregateLeavesNothing() {
        SourceNode source = new SourceNode("trades", Ingress.of(Trade.class));
        Function<Trade, Instant> time = trade -> Instant.ofEpochMilli(trade.millis());
        EventTimeNode timed = new EventTimeNode(source, Erased.function(time), 1000);
        Function<Trade, Card> card = trade -> new Card(trade.card());
        KeyByNode keyBy = new KeyByNode(timed, Erased.function(card), Card.class);
        Aggregate<Trade, Total> totals = Aggregate.of(
                new Total(0, 0),
                (total, trade) -> new Total(total.count() + 1, total.sum() + trade.price()),
                (left, right) -> new Total(left.count() + right.count(), left.sum() + right.sum()));
        WindowResult<Card, Total, Outcome> result =
                (key, window, total) -> new Outcome(key.number(), total.count(), total.sum());
        // 600,000 events a window, 200,000 a slide: a million events close five windows with 4,000 results each. An
        // index
        // for a slice is made once a slide.
        Window.Sliding kind = new Window.Sliding(
                Duration.ofMinutes(10).toMillis(), Duration.ofSeconds(200).toMillis());
        AggregateNode node = new AggregateNode(
                keyBy, "sliding", kind, Erased.aggregate(totals), Erased.result(result), Outcome.class);
        KeyedReceiver operator = SlidingOperators.aggregate(
                        node, kind, 1, task, Map.of(), ChainOperators.counting("late"), ChainOperators.counting("end"))
                .operator();
        Receiver pages = ChainOperators.keyBy(
                keyBy, task, ChainOperators.local(ChainOperators.keyedHead(keyBy, task, operator)), 0x5EED);
        SourceHead head = ChainOperators.source(trades(), 0, ChainOperators.eventTime(timed, "time", Map.of(), pages));
        task.adopt();
        Garbage.assertEndsWithout("sliding", head::run);
    }

    private SourceReader trades() {
        FlatCodec<Trade> codec = FlatCodec.of(Trade.class);
        long records = task.allocator().allocate(MemoryPool.EVENTS, RECORDS * codec.fixedBytes());
        task.own(() -> task.allocator().free(records));
        for (int i = 0; i < RECORDS; i++) {
            codec.writeBlob(new Trade(0, i * 7919L % KEYS, i % 100, i * 0.25), records + (long) i * codec.fixedBytes());
        }
        return Templates.instance(
                MethodHandles.lookup(), MemoryReader.class, SourceReader.class, codec, records, RECORDS);
    }
}

package dev.millrace.engine.internal.window;

import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node;
import dev.millrace.engine.internal.plan.Node.EventTimeNode;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.state.StatefulOperators;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of keys that were seen leaves nothing on the heap per event. */
final class DistinctAllocationTest {
    private static final int RECORDS = 4096;

    record Trade(long millis, long card, int quantity, double price) {}

    record Card(long number) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void theFirstOfEachKeyLeavesNothing() {
        check("distinct", keyed -> keyed.distinct("distinct"));
    }

    private void check(String what, Consumer<KeyedStream<Card, Trade>> operator) {
        Pipeline pipeline = Pipeline.named("garbage");
        operator.accept(pipeline.source("trades", Ingress.of(Trade.class))
                .eventTime(trade -> Instant.ofEpochMilli(trade.millis()), Duration.ofSeconds(1))
                .keyBy(trade -> new Card(trade.card())));
        LogicalPlan plan = LogicalPlan.of(pipeline);
        EventTimeNode timed = find(plan, EventTimeNode.class);
        KeyByNode keyBy = find(plan, KeyByNode.class);
        KeyedReceiver receiver = StatefulOperators.make(
                        find(plan, StatefulNode.class),
                        Map.of(),
                        0x5EED,
                        task,
                        null,
                        ChainOperators.counting("late"),
                        ChainOperators.counting("end"))
                .get(0)
                .operator();
        Receiver pages = ChainOperators.keyBy(
                keyBy, task, ChainOperators.local(ChainOperators.keyedHead(keyBy, task, receiver)), 0x5EED);
        SourceHead head = ChainOperators.source(trades(), 0, ChainOperators.eventTime(timed, "time", Map.of(), pages));
        task.adopt();
        Garbage.assertEndsWithout(what, head::run);
    }

    private static <N extends Node> N find(LogicalPlan plan, Class<N> type) {
        return plan.nodes().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private SourceReader trades() {
        FlatCodec<Trade> codec = FlatCodec.of(Trade.class);
        long records = task.allocator().allocate(MemoryPool.EVENTS, RECORDS * codec.fixedBytes());
        task.own(() -> task.allocator().free(records));
        for (int i = 0; i < RECORDS; i++) {
            codec.writeBlob(new Trade(0, i * 7919L % 1000, i % 100, i * 0.25), records + (long) i * codec.fixedBytes());
        }
        return Templates.instance(
                MethodHandles.lookup(), MemoryReader.class, SourceReader.class, codec, records, RECORDS);
    }
}

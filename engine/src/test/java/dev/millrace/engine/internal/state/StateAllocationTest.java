package dev.millrace.engine.internal.state;

import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import dev.millrace.state.file.FileOps;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Holds the handles of state to the promise that a call of them leaves nothing on the heap. */
final class StateAllocationTest {
    private static final long HASH_SEED = 0x5EED;
    private static final int RECORDS = 4096;

    record Trade(long card, long shop, double price) {}

    record Card(long number) {}

    record Shop(long number) {}

    record Total(long count, double sum) {
        Total plus(double price) {
            return new Total(count + 1, sum + price);
        }
    }

    record Outcome(long card, long count) {}

    private final TestTask task = new TestTask();
    private final FlatCodec<Trade> codec = FlatCodec.of(Trade.class);

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void updatingAValueLeavesNothing() {
        StatefulFunction<Trade, ValueState<Total>, Outcome> function =
                (trade, total, out) -> total.update(before -> before.plus(trade.price()));
        check("value", State.value("value", Total.class, new Total(0, 0)), function);
    }

    @Test
    void readingAndSettingAValueLeavesNothing() {
        StatefulFunction<Trade, ValueState<Total>, Outcome> function = (trade, total, out) -> {
            Total after = total.get().plus(trade.price());
            total.set(after);
            if (after.count() % 3 == 0) {
                out.emit(new Outcome(trade.card(), after.count()));
            }
        };
        check("set", State.value("set", Total.class, new Total(0, 0)), function);
    }

    @Test
    void updatingAMapLeavesNothing() {
        StatefulFunction<Trade, MapState<Shop, Total>, Outcome> function = (trade, totals, out) ->
                totals.update(new Shop(trade.shop()), new Total(0, 0), before -> before.plus(trade.price()));
        check("map", State.map("map", Shop.class, Total.class), function);
    }

    @Test
    void readingAndPuttingIntoAMapLeavesNothing() {
        StatefulFunction<Trade, MapState<Shop, Total>, Outcome> function = (trade, totals, out) -> {
            Shop shop = new Shop(trade.shop());
            if (totals.contains(shop)) {
                totals.put(shop, totals.get(shop).plus(trade.price()));
            } else {
                totals.put(shop, new Total(1, trade.price()));
            }
        };
        check("get-put", State.map("get-put", Shop.class, Total.class), function);
    }

    @Test
    void addingToAReducedValueLeavesNothing() {
        StatefulFunction<Trade, ReducingState<Total>, Outcome> function =
                (trade, total, out) -> total.add(new Total(1, trade.price()));
        check(
                "reducing",
                State.reducing(
                        "reducing",
                        Total.class,
                        (left, right) -> new Total(left.count() + right.count(), left.sum() + right.sum())),
                function);
    }

    @Test
    void addingToAnAggregateLeavesNothing() {
        Aggregate<Trade, Total> aggregate = Aggregate.of(new Total(0, 0), (total, trade) -> total.plus(trade.price()));
        StatefulFunction<Trade, AggregatingState<Trade, Total>, Outcome> function =
                (trade, total, out) -> total.add(trade);
        check("aggregating", State.aggregating("aggregating", aggregate), function);
    }

    private <S> void check(String name, State.Named<S> state, StatefulFunction<Trade, S, Outcome> function) {
        SourceNode source = new SourceNode("trades", new Trades());
        Function<Trade, Trade> same = trade -> trade;
        Function<Trade, Card> key = trade -> new Card(trade.card());
        KeyByNode keyBy = new KeyByNode(
                new MapNode(source, Erased.function(same), Trade.class), Erased.function(key), Card.class);
        StatefulNode node = new StatefulNode(keyBy, name, state, Erased.stateful(function), null, Outcome.class);
        Receiver end = ChainOperators.counting("unread." + name);
        KeyedReceiver operator = StatefulOperators.make(node, Map.of(), HASH_SEED, task, null, null, end)
                .get(0)
                .operator();
        int stride = codec.fixedBytes();
        long records = task.allocator().allocate(MemoryPool.EVENTS, RECORDS * (stride + Long.BYTES));
        task.own(() -> task.allocator().free(records));
        long keys = records + (long) RECORDS * stride;
        for (int i = 0; i < RECORDS; i++) {
            codec.writeBlob(new Trade(i % 1000, i % 3, i * 0.25), records + (long) i * stride);
            FlatCodec.of(Card.class).writeBlob(new Card(i % 1000), keys + (long) i * Long.BYTES);
        }
        task.adopt();
        int[] at = new int[1];
        Garbage.assertEndsWithout(name, count -> {
            for (int n = 0; n < count; n++) {
                int i = at[0]++ & (RECORDS - 1);
                long record = records + (long) i * stride;
                long keyAddress = keys + (long) i * Long.BYTES;
                operator.accept(
                        record, record, 0, keyAddress, Long.BYTES, KeyHash.hash(keyAddress, Long.BYTES, HASH_SEED));
            }
        });
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
            throw new UnsupportedOperationException("the test brings its own records");
        }
    }
}

package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.testkit.TestEngine;
import dev.millrace.engine.testkit.TestInput;
import dev.millrace.engine.testkit.TestOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every task of a broadcast join has the whole table, over updates, crashes and other parallelism. */
final class BroadcastJoinTest {
    private static final int SEEDS = 20;
    private static final int ONE_KEY_SEEDS = 5;
    private static final int PHASES = 4;
    private static final long NONE = -1;

    record Sale(long number, String product) {}

    record Price(String product, long cents) {}

    record Priced(long number, String product, long cents) {
        static Priced of(Sale sale, Price price) {
            return new Priced(sale.number(), sale.product(), price == null ? NONE : price.cents());
        }
    }

    private final TestInput<Sale> sales = TestInput.of(Sale.class);
    private final TestInput<Price> prices = TestInput.of(Price.class);
    private final TestOutput<Priced> priced = TestOutput.of(Priced.class);

    private Pipeline pipeline(boolean salesAreSpread, boolean pricesAreSpread, boolean keepsUnmatched) {
        Pipeline pipeline = Pipeline.named("sales");
        Stream<Sale> left = pipeline.source("sales", sales);
        Stream<Price> right = pipeline.source("prices", prices);
        var both = (salesAreSpread ? left.rebalance() : left)
                .keyBy(Sale::product)
                .join((pricesAreSpread ? right.rebalance() : right).keyBy(Price::product));
        (keepsUnmatched ? both.broadcastOrNone("priced", Priced::of) : both.broadcast("priced", Priced::of))
                .sink("priced", priced);
        return pipeline;
    }

    @Test
    void everyEventMeetsTheLatestRowOfItsKeyOnceWhateverCrashesOnTheWay() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new BroadcastJoinTest().run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void run(long seed) {
        Random random = new Random(seed);
        boolean pricesAreSpread = random.nextBoolean();
        boolean keepsUnmatched = random.nextBoolean();
        Map<String, Long> table = new HashMap<>();
        List<Priced> expected = new ArrayList<>();
        int products = 1 + random.nextInt(60);
        int parallelism = 1 + random.nextInt(4);
        long number = 0;
        try (TestEngine engine = TestEngine.of(pipeline(random.nextBoolean(), pricesAreSpread, keepsUnmatched))
                .seed(seed)
                .config(config -> config.parallelism(parallelism))
                .start()) {
            for (int phase = 0; phase < PHASES; phase++) {
                Map<String, Long> updates = new HashMap<>();
                for (int i = random.nextInt(80); i > 0; i--) {
                    Price price = new Price("p" + random.nextInt(products), random.nextInt(10_000));
                    // Rows of one key that several tasks send have no order: then each comes once a phase.
                    if (!pricesAreSpread || !updates.containsKey(price.product())) {
                        updates.put(price.product(), price.cents());
                        prices.send(price);
                    }
                }
                table.putAll(updates);
                crash(engine, random);
                for (int i = random.nextInt(300); i > 0; i--) {
                    Sale sale = new Sale(number++, "p" + random.nextInt(products));
                    sales.send(sale);
                    Long cents = table.get(sale.product());
                    if (cents != null || keepsUnmatched) {
                        expected.add(new Priced(sale.number(), sale.product(), cents == null ? NONE : cents));
                    }
                }
                crash(engine, random);
            }
            assertEquals(table.size(), engine.stateSize("priced.latest"));
            sales.end();
            prices.end();
            assertEquals(0, engine.runToEnd().leakedOffHeapBytes());
            assertEquals(expected, sorted(priced.take()));
        }
    }

    /** Commits what was sent, mostly after having lost some of it. */
    private static void crash(TestEngine engine, Random random) {
        for (int i = random.nextInt(3); i > 0; i--) {
            engine.run(random.nextInt(30));
            engine.crashAndRecover(1 + random.nextInt(4));
        }
        engine.commit();
    }

    private static List<Priced> sorted(List<Priced> rows) {
        return rows.stream().sorted(Comparator.comparingLong(Priced::number)).toList();
    }

    @Test
    void allTasksHearTheRowsOfOneKeyInTheSameOrder() {
        for (long seed = 0; seed < ONE_KEY_SEEDS; seed++) {
            new BroadcastJoinTest().runOneKey(seed);
        }
    }

    private void runOneKey(long seed) {
        try (TestEngine engine = TestEngine.of(pipeline(true, true, true))
                .seed(seed)
                .config(config -> config.parallelism(4))
                .start()) {
            for (int i = 0; i < 1000; i++) {
                prices.send(new Price("p", i));
            }
            engine.commit();
            for (int i = 0; i < 1000; i++) {
                sales.send(new Sale(i, "p"));
            }
            engine.commit();
            List<Priced> before = priced.take();
            assertEquals(1000, before.size());
            assertEquals(1, before.stream().map(Priced::cents).distinct().count(), "seed=" + seed);
            engine.crashAndRecover(3);
            sales.send(new Sale(1000, "p"));
            engine.commit();
            assertEquals(before.get(0).cents(), priced.take().get(0).cents(), "seed=" + seed);
        }
    }

    @Test
    void explainShowsTheEdges() {
        String spread = pipeline(true, true, false).explain(3);
        assertTrue(spread.contains("broadcast join \"priced\" -> Priced"), spread);
        assertTrue(spread.contains("  broadcast-1 x 1: table of a join"), spread);
        assertTrue(spread.contains("    from broadcast-1 by broadcast: channels=3, event=Price"), spread);
        assertTrue(spread.contains("    from rebalanced-1 by forward: channels=3, event=Sale"), spread);
        String straight = new BroadcastJoinTest().pipeline(false, false, false).explain(3);
        assertTrue(straight.contains("    from prices by broadcast: channels=3, event=Price"), straight);
        assertTrue(straight.contains("    from sales by rebalance: channels=3, event=Sale"), straight);
    }

    @Test
    void knowsNoLateEvents() {
        Pipeline pipeline = Pipeline.named("late");
        var both = pipeline.source("sales", sales)
                .keyBy(Sale::product)
                .join(pipeline.source("prices", prices).keyBy(Price::product))
                .onLateLeft(late -> {});
        assertThrows(IllegalArgumentException.class, () -> both.broadcast("priced", Priced::of));
    }
}

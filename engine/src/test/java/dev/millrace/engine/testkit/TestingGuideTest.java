package dev.millrace.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.operator.Sink;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of docs/testing-pipelines.md: it is compiled and run here, and the page shows it as it is. */
final class TestingGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "testing-pipelines.md");
    private static final Path SELF =
            Path.of("src", "test", "java", "dev", "millrace", "engine", "testkit", "TestingGuideTest.java");

    record Purchase(String card, double amount) {}

    record Alert(String card, double amount) {}

    /** The program: whoever calls it says where events come from and go to. */
    static Pipeline rule(Source<Purchase> purchases, Sink<Alert> alerts) {
        Pipeline pipeline = Pipeline.named("fraud");
        pipeline.source("purchases", purchases)
                .keyBy(Purchase::card)
                .stateful("rule", State.value("small", Boolean.class, false), TestingGuideTest::check)
                .sink("alerts", alerts);
        return pipeline;
    }

    private static void check(Purchase purchase, ValueState<Boolean> small, Output<Alert> out) {
        if (Boolean.TRUE.equals(small.get()) && purchase.amount() > 500) {
            out.emit(new Alert(purchase.card(), purchase.amount()));
        }
        small.set(purchase.amount() < 1);
    }

    @Test
    void tellsOfALargePurchaseBehindASmallOne() {
        TestInput<Purchase> purchases = TestInput.of(Purchase.class);
        TestOutput<Alert> alerts = TestOutput.of(Alert.class);
        try (TestEngine engine = TestEngine.start(rule(purchases, alerts))) {
            purchases.send(new Purchase("a", 0.5), new Purchase("b", 900), new Purchase("a", 900));
            engine.commit();
            assertEquals(List.of(new Alert("a", 900)), alerts.take());
        }
    }

    @Test
    void remembersTheSmallPurchaseOverACrash() {
        TestInput<Purchase> purchases = TestInput.of(Purchase.class);
        TestOutput<Alert> alerts = TestOutput.of(Alert.class);
        try (TestEngine engine = TestEngine.of(rule(purchases, alerts))
                .seed(7)
                .config(config -> config.parallelism(3))
                .start()) {
            purchases.send(new Purchase("a", 0.5));
            engine.commit();
            assertEquals(Map.of("a", true), engine.state("small"));
            purchases.send(new Purchase("a", 900));
            engine.run().crashAndRecover();
            purchases.end();
            assertEquals(2, engine.runToEnd().events());
            assertEquals(List.of(new Alert("a", 900)), alerts.committed());
        }
    }

    @Test
    void givesTheSameAlertsInEveryOrder() {
        for (long seed = 0; seed < 20; seed++) {
            TestInput<Purchase> purchases = TestInput.of(Purchase.class);
            TestOutput<Alert> alerts = TestOutput.of(Alert.class);
            try (TestEngine engine = TestEngine.of(rule(purchases, alerts))
                    .seed(seed)
                    .config(config -> config.parallelism(2))
                    .start()) {
                purchases.send(new Purchase("a", 0.5), new Purchase("b", 0.5), new Purchase("b", 600));
                engine.run(3).crashAndRecover().advance(Duration.ofSeconds(1));
                assertEquals(List.of(new Alert("b", 600)), alerts.committed(), "seed=" + seed);
            }
        }
    }

    @Test
    void theGuideShowsThisCode() throws IOException {
        String code = Files.readString(SELF).replaceAll("(?m)^ +", "");
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        int found = 0;
        while (blocks.find()) {
            String block = blocks.group(1).replaceAll("(?m)^ +", "");
            assertTrue(code.contains(block), () -> "docs/testing-pipelines.md shows what is not here:\n" + block);
            found++;
        }
        assertEquals(4, found);
    }
}

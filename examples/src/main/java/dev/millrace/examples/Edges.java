package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.DurableIngress;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/** Where events come from and go to: the code of the guide's part about sources and sinks. */
final class Edges {
    private Edges() {}

    static final class Orders {
        private Orders() {}

        record Item(String name, int count) {}

        record Order(long number, Instant time, List<Item> items) {}

        static Pipeline pipeline(Path incoming, Path large) {
            Pipeline pipeline = Pipeline.named("orders");
            pipeline.source(
                            "orders",
                            Sources.jsonLinesDirectory(incoming, Order.class)
                                    .endingIn(".jsonl")
                                    .untilRead())
                    .filter(order -> order.items().size() > 2)
                    .sink("large", Sinks.jsonLines(large, Order.class));
            return pipeline;
        }
    }

    static final class Alerts {
        private Alerts() {}

        record Alert(long card, Instant time) {}

        static Pipeline pipeline(DataSource database) {
            Pipeline pipeline = Pipeline.named("alerts");
            pipeline.source(
                            "alerts",
                            Sources.generator(Alert.class, n -> new Alert(n % 100, Instant.ofEpochSecond(n)))
                                    .limit(1000))
                    .sink(
                            "alerts",
                            Sinks.jdbc(database, "insert into alerts (card, at) values (?, ?)", Alert.class)
                                    .retry(20, Duration.ofMillis(200)));
            return pipeline;
        }
    }

    static final class Payments {
        private Payments() {}

        record Payment(long account, long cents) {}

        static void take(Path state, Path out, List<Payment> payments) throws InterruptedException, TimeoutException {
            DurableIngress<Payment> ingress = Ingress.durable(Payment.class);
            Pipeline pipeline = Pipeline.named("payments");
            pipeline.source("in", ingress).sink("out", Sinks.csvFile(out, Payment.class));
            try (Engine engine = Engine.open(EngineConfig.of(state).memory("64MiB"))) {
                engine.run(pipeline);
                for (Payment payment : payments) {
                    if (!ingress.offer(payment, Duration.ofSeconds(10))) {
                        throw new IllegalStateException("no payment is taken for ten seconds");
                    }
                }
                ingress.awaitDurable(Duration.ofSeconds(10));
                // Now the payments may be acknowledged: this process may die.
            }
        }
    }
}

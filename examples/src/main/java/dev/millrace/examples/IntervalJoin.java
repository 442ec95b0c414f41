package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Finds the payment of each order that comes within an hour of it. */
public final class IntervalJoin {
    private IntervalJoin() {}

    /** What was ordered. */
    public record Order(long number, String customer, Instant time) {}

    /** What was paid. */
    public record Payment(long order, int cents, Instant time) {}

    /** Both of them. */
    public record Paid(long order, String customer, int cents) {}

    static Pipeline pipeline(Path orders, Path payments, Path paid) {
        Pipeline pipeline = Pipeline.named("payments");
        var byOrder = pipeline.source("payments", Sources.csvFile(payments, Payment.class))
                .eventTime(Payment::time, Duration.ofMinutes(5))
                .keyBy(Payment::order);
        pipeline.source("orders", Sources.csvFile(orders, Order.class))
                .eventTime(Order::time, Duration.ofMinutes(5))
                .keyBy(Order::number)
                .join(byOrder)
                .within(
                        "paid",
                        Duration.ZERO,
                        Duration.ofHours(1),
                        (order, payment) -> new Paid(order.number(), order.customer(), payment.cents()))
                .sink("paid", Sinks.csvFile(paid, Paid.class));
        return pipeline;
    }

    /** Joins two files into a third: {@code STATE_DIRECTORY ORDERS PAYMENTS OUTPUT}. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 4) {
            throw new IllegalArgumentException("four paths are needed: STATE_DIRECTORY ORDERS PAYMENTS OUTPUT");
        }
        try (Engine engine = Engine.open(EngineConfig.of(Path.of(args[0])).memory("64MiB"))) {
            engine.run(pipeline(Path.of(args[1]), Path.of(args[2]), Path.of(args[3])))
                    .await();
        }
    }
}

package dev.millrace.examples;

import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import java.time.Instant;

/** A rule with a timer: a payment of less than 1 and, within a minute, one of more than 500 with the same card. */
final class FraudRule {
    private FraudRule() {}

    // tag::fraud
    record Tx(long card, double amount, Instant time) {}

    record Alert(long card, Instant time) {}

    static Stream<Alert> find(Stream<Tx> payments) {
        return payments.eventTime(Tx::time, Duration.ofSeconds(1))
                .keyBy(Tx::card)
                .statefulWithTimers(
                        "rule", State.value("low", boolean.class), FraudRule::on, (card, at, low, out) -> low.clear());
    }

    private static void on(Tx tx, ValueState<Boolean> low, Output<Alert> out) {
        if (Boolean.TRUE.equals(low.get()) && tx.amount() > 500) {
            out.emit(new Alert(tx.card(), tx.time()));
        }
        low.set(tx.amount() < 1);
        out.timerAfter(Duration.ofSeconds(60));
    }
    // end::fraud
}

package dev.millrace.examples.crash;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import dev.millrace.state.StoreKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What is killed: payments by account, in windows, in sessions, with a running total for each of them, and with timers. */
final class CrashWorkload {
    static final String WINDOWS = "windows";
    static final String SESSIONS = "sessions";
    static final String TOTALS = "totals";
    static final String REMINDERS = "reminders";
    static final List<String> SINKS = List.of(WINDOWS, SESSIONS, TOTALS, REMINDERS);

    static final Duration WINDOW = Duration.ofMillis(500);
    static final Duration GAP = Duration.ofMillis(60);

    /** An account that pays is reminded at the end of a stretch of this length, once. */
    static final Duration REMINDER = Duration.ofMillis(200);

    private static final int ACCOUNTS = 400;

    /** An event; the components are the columns of the input. No event is late: they come in the order of time. */
    record Payment(long number, int account, long cents, Instant time) {}

    /** A window of an account. */
    record WindowLine(int account, long startMillis, long payments, long cents) {}

    /** A session of an account. */
    record SessionLine(int account, long startMillis, long endMillis, long cents) {}

    /** An account behind one of its payments. */
    record TotalLine(long number, int account, long payments, long cents) {}

    /** A timer of an account that was due. */
    record ReminderLine(int account, long atMillis) {}

    /** What is kept of payments. */
    record Sum(long payments, long cents) {
        static final Sum NONE = new Sum(0, 0);

        Sum plus(Payment payment) {
            return new Sum(payments + 1, cents + payment.cents());
        }

        Sum plus(Sum other) {
            return new Sum(payments + other.payments, cents + other.cents);
        }
    }

    private CrashWorkload() {}

    /** The events of a seed. */
    static List<Payment> payments(long seed, int count) {
        Random random = new Random(seed);
        List<Payment> payments = new ArrayList<>();
        long millis = 0;
        for (int number = 0; number < count; number++) {
            millis += random.nextInt(20) == 0 ? random.nextInt(10) : 0;
            int account = (int) (ACCOUNTS * random.nextDouble() * random.nextDouble());
            payments.add(new Payment(number, account, random.nextInt(100_000) - 20_000, Instant.ofEpochMilli(millis)));
        }
        return payments;
    }

    static void write(List<Payment> payments, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("number,account,cents,time\n");
            for (Payment payment : payments) {
                out.write(payment.number() + "," + payment.account() + "," + payment.cents() + "," + payment.time()
                        + "\n");
            }
        }
    }

    /**
     * Two operators have their state in a store of their own: whatever the store of the job, both are at work.
     *
     * @param eventsPerSecond so that a life lasts as long as it takes to be killed in it
     */
    static Pipeline build(Path input, Path outputs, long eventsPerSecond) {
        Pipeline pipeline = Pipeline.named("crash-test");
        KeyedStream<Integer, Payment> byAccount = pipeline.source(
                        "payments", Sources.csvFile(input, Payment.class).atMostPerSecond(eventsPerSecond))
                .eventTime(Payment::time, Duration.ZERO)
                .keyBy(Payment::account);
        byAccount
                .window(Window.tumbling(WINDOW))
                .aggregate(
                        "sum-per-window",
                        Aggregate.<Payment, Sum>of(Sum.NONE, Sum::plus),
                        (account, window, sum) ->
                                new WindowLine(account, window.start().toEpochMilli(), sum.payments(), sum.cents()))
                .sink(WINDOWS, Sinks.csvFile(outputs.resolve(WINDOWS), WindowLine.class));
        byAccount
                .window(Window.session(GAP))
                .aggregate(
                        "sum-per-session",
                        Aggregate.<Payment, Sum>of(Sum.NONE, Sum::plus, Sum::plus),
                        (account, session, sum) -> new SessionLine(
                                account,
                                session.start().toEpochMilli(),
                                session.end().toEpochMilli(),
                                sum.cents()))
                .sink(SESSIONS, Sinks.csvFile(outputs.resolve(SESSIONS), SessionLine.class));
        byAccount
                .stateful("running-total", State.value("total", Sum.class), CrashWorkload::onPayment)
                .store(StoreKind.ROCKSDB)
                .sink(TOTALS, Sinks.csvFile(outputs.resolve(TOTALS), TotalLine.class));
        TimerFunction<Integer, ValueState<Sum>, ReminderLine> onReminder = (account, timer, paid, out) ->
                out.emit(new ReminderLine(account, timer.at().toEpochMilli()));
        byAccount
                .statefulWithTimers("reminders", State.value("paid", Sum.class), CrashWorkload::remind, onReminder)
                .store(StoreKind.MAPDB)
                .sink(REMINDERS, Sinks.csvFile(outputs.resolve(REMINDERS), ReminderLine.class));
        return pipeline;
    }

    /** A timer of each stretch has a name of its own, so none is moved: what is due does not hang on when a watermark comes. */
    private static void remind(Payment payment, ValueState<Sum> paid, Output<ReminderLine> out) {
        Sum before = paid.get();
        paid.set((before == null ? Sum.NONE : before).plus(payment));
        Instant end = reminderOf(payment);
        out.timerAt(Long.toString(end.toEpochMilli()), TimeKind.EVENT, end);
    }

    /** When an account is reminded that has made a payment. */
    static Instant reminderOf(Payment payment) {
        long stretch = payment.time().toEpochMilli() / REMINDER.toMillis();
        return Instant.ofEpochMilli((stretch + 1) * REMINDER.toMillis());
    }

    private static void onPayment(Payment payment, ValueState<Sum> total, Output<TotalLine> out) {
        Sum before = total.get();
        Sum sum = (before == null ? Sum.NONE : before).plus(payment);
        total.set(sum);
        out.emit(new TotalLine(payment.number(), payment.account(), sum.payments(), sum.cents()));
    }
}

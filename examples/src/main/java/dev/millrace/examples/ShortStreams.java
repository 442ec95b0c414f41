package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Split;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** The short programs of the guide to streams. */
final class ShortStreams {
    private ShortStreams() {}

    static final class WordCount {
        private WordCount() {}

        // tag::words
        record Line(Instant time, String text) {}

        static void count(Engine engine, Path lines, Consumer<String> out) throws InterruptedException {
            Pipeline words = Pipeline.named("words");
            words.source("lines", Sources.csvFile(lines, Line.class))
                    .eventTime(Line::time, Duration.ofSeconds(1))
                    .<String>flatMap((line, to) -> to.emitAll(line.text().split(" ")))
                    .keyBy(word -> word)
                    .window(Window.tumbling(Duration.ofSeconds(5)))
                    .aggregate("counts", Aggregate.counting(), (word, window, n) -> word + " " + n)
                    .forEach("counts", out);
            engine.run(words).await();
        }
        // end::words
    }

    static final class Sessions {
        private Sessions() {}

        // tag::sessions
        record Visit(String user, Instant time) {}

        record Session(String user, Instant start, Instant end) {}

        static void find(Engine engine, Path visits, Path sessions) throws InterruptedException {
            Pipeline pipeline = Pipeline.named("sessions");
            pipeline.source("visits", Sources.csvFile(visits, Visit.class))
                    .eventTime(Visit::time, Duration.ofMinutes(1))
                    .keyBy(Visit::user)
                    .window(Window.session(Duration.ofMinutes(30)))
                    .aggregate("open", Aggregate.counting(), (user, w, n) -> new Session(user, w.start(), w.end()))
                    .sink("sessions", Sinks.csvFile(sessions, Session.class));
            engine.run(pipeline).await();
        }
        // end::sessions
    }

    static final class Orders {
        private Orders() {}

        // tag::shapes
        record Order(long number, String country, int amount) {}

        record Item(long order, int number) {}

        record Refused(long order, String reason) {}

        static final SideOutput<Refused> REFUSED = SideOutput.of(Refused.class);

        static Pipeline pipeline(Path web, Path shop, Path items, Path refused, Consumer<Order> large) {
            Pipeline pipeline = Pipeline.named("orders");
            Stream<Order> all = pipeline.source("web", Sources.csvFile(web, Order.class))
                    .union(pipeline.source("shop", Sources.csvFile(shop, Order.class)));
            Split<Order> bySize = all.split(order -> order.amount() > 100);
            bySize.matching().forEach("large", large);
            Stream<Item> parts = bySize.rest().rebalance().<Item>flatMap((order, out) -> {
                if (order.amount() < 1) {
                    out.emit(REFUSED, new Refused(order.number(), "nothing ordered"));
                }
                for (int i = 0; i < order.amount(); i++) {
                    out.emit(new Item(order.number(), i));
                }
            });
            parts.sink("items", Sinks.csvFile(items, Item.class));
            parts.sideOutput(REFUSED).sink("refused", Sinks.csvFile(refused, Refused.class));
            return pipeline;
        }
        // end::shapes
    }

    static final class Time {
        private Time() {}

        record Reading(String sensor, Instant time, double celsius) {}

        static Pipeline pipeline(Path fast, Path slow, Consumer<String> out) {
            WatermarkStrategy<Reading> strategy = WatermarkStrategy.<Reading>boundedDisorder(Duration.ofSeconds(5))
                    .idleAfter(Duration.ofSeconds(30))
                    .alignedWithin(Duration.ofMinutes(10));
            Pipeline pipeline = Pipeline.named("readings");
            pipeline.source("fast", Sources.csvFile(fast, Reading.class))
                    .eventTime(Reading::time, strategy)
                    .union(pipeline.source("slow", Sources.csvFile(slow, Reading.class))
                            .eventTime(Reading::time, strategy))
                    .keyBy(Reading::sensor)
                    .window(Window.tumbling(Duration.ofMinutes(1)))
                    .aggregate("counts", Aggregate.counting(), (sensor, window, n) -> sensor + " " + n)
                    .forEach("counts", out);
            return pipeline;
        }
    }
}

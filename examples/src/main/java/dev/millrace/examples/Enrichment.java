package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.stream.Asking;
import dev.millrace.engine.stream.AsyncFunction;
import dev.millrace.engine.stream.DeadLetter;
import dev.millrace.engine.stream.Egress;
import dev.millrace.engine.stream.ErrorPolicy;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Stream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Lines that may be malformed are parsed, another system is asked about them, and the program takes the results. */
final class Enrichment {
    private Enrichment() {}

    // tag::errors
    record Reading(String sensor, double celsius) {
        static Reading parse(String line) {
            int comma = line.indexOf(',');
            return new Reading(line.substring(0, comma), Double.parseDouble(line.substring(comma + 1)));
        }
    }

    static final SideOutput<DeadLetter> DEAD = SideOutput.of(DeadLetter.class);

    static Stream<Reading> parsed(Stream<String> lines, Path dead) {
        Stream<Reading> readings = lines.map(Reading::parse).onError(ErrorPolicy.skipTo(DEAD));
        readings.sideOutput(DEAD).sink("dead", Sinks.csvFile(dead, DeadLetter.class));
        return readings;
    }
    // end::errors

    // tag::asking
    record Located(String room, double celsius) {}

    static Stream<Located> located(Stream<Reading> readings, AsyncFunction<Reading, Located> register) {
        return readings.mapAsync("rooms", register, Asking.inOrder(100, Duration.ofSeconds(2)))
                .onError(ErrorPolicy.retry(2));
    }
    // end::asking

    // tag::egress
    static void show(Engine engine, Pipeline pipeline, Stream<Located> stream, Consumer<Located> screen)
            throws InterruptedException {
        Egress<Located> results = Egress.ofCommitted(Located.class);
        stream.sink("screen", results);
        engine.run(pipeline);
        while (!results.isFinished()) {
            Located result = results.poll(Duration.ofMillis(100));
            if (result != null) {
                screen.accept(result);
            }
        }
    }
    // end::egress
}

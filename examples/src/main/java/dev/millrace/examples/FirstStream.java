package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Window;
import dev.millrace.examples.flights.Flight;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The example of the README: flights per airport and hour. */
public final class FirstStream {
    private FirstStream() {}

    // tag::readme
    record Busy(String airport, Instant hour, long flights) {}

    static void countFlights(Path input, Path output, Path state) throws InterruptedException {
        Pipeline pipeline = Pipeline.named("first-stream");
        pipeline.source("flights", Sources.csvFile(input, Flight.class))
                .eventTime(Flight::scheduled, Duration.ofHours(30))
                .filter(flight -> flight.distance() > 1_000)
                .keyBy(Flight::origin)
                .window(Window.tumbling(Duration.ofHours(1)))
                .aggregate("busy", Aggregate.counting(), (airport, hour, n) -> new Busy(airport, hour.start(), n))
                .sink("busy", Sinks.csvFile(output, Busy.class));
        try (Engine engine = Engine.open(EngineConfig.of(state).memory("64MiB"))) {
            engine.run(pipeline).await();
        }
    }
    // end::readme

    /**
     * Runs the example.
     *
     * @param args the file of flights, the file of results, the directory for state
     */
    public static void main(String[] args) throws InterruptedException {
        countFlights(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
    }
}

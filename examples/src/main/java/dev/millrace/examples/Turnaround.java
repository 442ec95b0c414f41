package dev.millrace.examples;

import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * Logic over the state of a key: how long an aircraft stood at an airport.
 *
 * <p>The landing is kept as the state of the aircraft, until the departure that ends the stay. An aircraft that lands
 * twice without a departure between has lost one line of input: the later landing counts.
 */
public final class Turnaround {
    private Turnaround() {}

    /**
     * A landing or a departure; the components are the columns of the input.
     *
     * @param tail the aircraft
     * @param landing true if it landed, false if it left
     */
    public record Movement(Instant time, String tail, String airport, boolean landing) {}

    /** What is remembered of an aircraft on the ground. */
    record Landing(String airport, Instant time) {}

    /**
     * A stay; the components are the columns of the output.
     *
     * @param minutes from landing to departure
     */
    public record Stay(String tail, String airport, Instant landed, long minutes) {}

    /** Builds the pipeline. */
    public static Pipeline build(Path input, Path output) {
        Pipeline pipeline = Pipeline.named("turnaround");
        pipeline.source("movements", Sources.csvFile(input, Movement.class))
                .keyBy(Movement::tail)
                .stateful("stays", State.value("landing", Landing.class), Turnaround::onMovement)
                .sink("stays", Sinks.csvFile(output, Stay.class));
        return pipeline;
    }

    private static void onMovement(Movement movement, ValueState<Landing> landing, Output<Stay> out) {
        if (movement.landing()) {
            landing.set(new Landing(movement.airport(), movement.time()));
            return;
        }
        Landing last = landing.get();
        if (last != null && last.airport().equals(movement.airport())) {
            Duration stay = Duration.between(last.time(), movement.time());
            out.emit(new Stay(movement.tail(), last.airport(), last.time(), stay.toMinutes()));
        }
        landing.clear();
    }
}

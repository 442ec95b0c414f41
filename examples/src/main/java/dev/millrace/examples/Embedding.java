package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.Job;
import dev.millrace.engine.stream.Ingress;
import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A program with an engine inside: it offers events from its own thread and hears of results by a function. */
public final class Embedding {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Embedding() {}

    // tag::embedding
    record Reading(String sensor, double celsius) {}

    static void watch(Path state, Iterable<Reading> measured, Consumer<Reading> alarm) throws InterruptedException {
        Ingress<Reading> readings = Ingress.of(Reading.class);
        Pipeline pipeline = Pipeline.named("alarms");
        pipeline.source("readings", readings)
                .filter(reading -> reading.celsius() > 90)
                .forEach("alarms", alarm);
        try (Engine engine = Engine.open(EngineConfig.of(state).memory("64MiB"))) {
            Job job = engine.run(pipeline);
            for (Reading reading : measured) {
                if (!readings.offer(reading, Duration.ofSeconds(10))) {
                    throw new IllegalStateException("the engine has been too slow for ten seconds");
                }
            }
            readings.close();
            job.await();
        }
    }
    // end::embedding

    /**
     * Runs the example and prints how long it took from nothing to the first result.
     *
     * @param args the directory for state
     */
    public static void main(String[] args) throws InterruptedException {
        long startNanos = System.nanoTime();
        AtomicLong firstNanos = new AtomicLong();
        Iterable<Reading> measured =
                java.util.List.of(new Reading("hall", 21.5), new Reading("boiler", 93.5), new Reading("boiler", 94));
        watch(Path.of(args[0]), measured, reading -> {
            firstNanos.compareAndSet(0, System.nanoTime());
            System.out.println("alarm: sensor=" + reading.sensor() + ", celsius=" + reading.celsius());
        });
        System.out.println("start to first result: millis=" + (firstNanos.get() - startNanos) / NANOS_PER_MILLI);
    }
}

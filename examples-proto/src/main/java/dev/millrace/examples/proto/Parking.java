package dev.millrace.examples.proto;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;

/** A pipeline over records that the build made from {@code src/main/protobuf/parking.proto}: arrivals per car park and hour. */
public final class Parking {
    private Parking() {}

    static Pipeline pipeline(Path input, Path output) {
        Pipeline pipeline = Pipeline.named("parking");
        pipeline.source("passages", Sources.csvFile(input, Passage.class))
                .eventTime(Passage::time, Duration.ofMinutes(5))
                .filter(passage -> passage.direction() == Direction.IN)
                .keyBy(Passage::park)
                .window(Window.tumbling(Duration.ofHours(1)))
                .aggregate("arrivals", Aggregate.counting(), (park, hour, n) -> new Arrivals(park, hour.start(), n))
                .sink("arrivals", Sinks.csvFile(output, Arrivals.class));
        return pipeline;
    }

    /**
     * Runs the example.
     *
     * @param args the file of passages, the file of results, the directory for state
     */
    public static void main(String[] args) throws InterruptedException {
        try (Engine engine = Engine.open(EngineConfig.of(Path.of(args[2])).memory("64MiB"))) {
            engine.run(pipeline(Path.of(args[0]), Path.of(args[1]))).await();
        }
    }
}

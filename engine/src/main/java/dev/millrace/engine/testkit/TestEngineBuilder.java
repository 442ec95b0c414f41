package dev.millrace.engine.testkit;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** How a {@link TestEngine} runs its pipeline. Used by one thread. */
public final class TestEngineBuilder {
    private final Pipeline pipeline;
    private long seed;
    private Instant start = Instant.EPOCH;
    private UnaryOperator<EngineConfig> change = config -> config;

    TestEngineBuilder(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Decides the order of turns and the hashes; 0 if it is not called. */
    public TestEngineBuilder seed(long value) {
        seed = value;
        return this;
    }

    /** What the clock says at first; 1970 if it is not called. */
    public TestEngineBuilder startAt(Instant time) {
        start = time;
        return this;
    }

    /** Changes settings: {@code .config(config -> config.parallelism(3))}. The state directory is the test's own. */
    public TestEngineBuilder config(UnaryOperator<EngineConfig> settings) {
        UnaryOperator<EngineConfig> before = change;
        change = config -> settings.apply(before.apply(config));
        return this;
    }

    /**
     * Starts the pipeline; no event is read before the engine is told to run.
     *
     * @throws IllegalArgumentException as {@link dev.millrace.engine.Engine#run}
     */
    public TestEngine start() {
        Path directory = TemporaryDirectory.make("state");
        EngineConfig defaults =
                EngineConfig.of(directory.resolve("state")).memory("64MiB").epochInterval(Duration.ofMillis(100));
        try {
            return new TestEngine(pipeline, change.apply(defaults), seed, start, directory);
        } catch (Throwable e) {
            TemporaryDirectory.delete(directory);
            throw e;
        }
    }
}

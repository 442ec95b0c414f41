package dev.millrace.examples.crash;

import dev.millrace.engine.CrashPoint;
import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One life of the job: what the crash test starts in processes of their own. */
@Command(name = "crash-test-life", hidden = true, description = "One life of the job of millrace crash-test.")
public final class CrashLifeCommand implements Callable<Integer> {
    @Option(names = "--input", required = true)
    private Path input;

    @Option(names = "--job", required = true)
    private Path job;

    @Option(names = "--store", required = true)
    private StoreKind store;

    @Option(names = "--parallelism", required = true)
    private int parallelism;

    @Option(names = "--rate", required = true)
    private long eventsPerSecond;

    @Option(names = "--crash-at")
    private @Nullable CrashPoint point;

    @Option(names = "--passes", defaultValue = "0")
    private int passes;

    @Override
    public Integer call() throws InterruptedException {
        EngineConfig config = EngineConfig.of(job.resolve("state"))
                .memory("64MiB")
                .store(store)
                .parallelism(parallelism)
                .epochInterval(Duration.ofMillis(5));
        try (Engine engine =
                point == null ? Engine.openInMiniature(config) : Engine.openToCrash(config, point, passes)) {
            engine.run(CrashWorkload.build(input, job.resolve("out"), eventsPerSecond))
                    .await();
        }
        return 0;
    }
}

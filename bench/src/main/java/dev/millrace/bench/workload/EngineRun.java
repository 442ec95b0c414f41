package dev.millrace.bench.workload;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;

/** Runs a pipeline as a user would and reads the report. */
final class EngineRun {
    private EngineRun() {}

    static Outcome of(Pipeline pipeline, ChecksumSink<?> sink, Parameters parameters, Path scratch)
            throws InterruptedException {
        EngineConfig config = EngineConfig.of(scratch.resolve("state"))
                .memoryBytes(parameters.memoryBytes())
                .parallelism(parameters.parallelism())
                .epochInterval(parameters.epochInterval())
                .store(parameters.store());
        try (Engine engine = Engine.open(config)) {
            JobReport report = engine.run(pipeline).await();
            return new Outcome(
                    sink.outputs(),
                    sink.checksum(),
                    report.peakOffHeapBytes(),
                    new Outcome.Epochs(report.commits(), report.commitP50(), report.commitP99()),
                    null);
        }
    }
}

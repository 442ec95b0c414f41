package dev.millrace.bench.workload;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.stream.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs a pipeline as a user would and reads the report. */
final class EngineRun {
    private EngineRun() {}

    static Outcome of(Pipeline pipeline, ChecksumSink<?> sink, Parameters parameters, Path scratch)
            throws InterruptedException, IOException {
        return of(pipeline, List.of(sink), parameters, scratch);
    }

    static Outcome of(Pipeline pipeline, List<ChecksumSink<?>> sinks, Parameters parameters, Path scratch)
            throws InterruptedException, IOException {
        EngineConfig config = EngineConfig.of(scratch.resolve("state"))
                .memoryBytes(parameters.memoryBytes())
                .parallelism(parameters.parallelism())
                .epochInterval(parameters.epochInterval())
                .store(parameters.store());
        if (!parameters.settings().isEmpty()) {
            config = config.with(file(parameters.settings(), scratch));
        }
        try (Engine engine = Engine.open(config)) {
            JobReport report = engine.run(pipeline).await();
            return new Outcome(
                    sinks.stream().mapToLong(ChecksumSink::outputs).sum(),
                    sinks.stream().mapToLong(ChecksumSink::checksum).sum(),
                    report.peakOffHeapBytes(),
                    new Outcome.Epochs(
                            report.commits(),
                            report.commitP50(),
                            report.commitP99(),
                            report.stallP50(),
                            report.stallP99(),
                            report.stallMax()),
                    report.coldState(),
                    null);
        }
    }

    private static Path file(Map<String, String> settings, Path scratch) throws IOException {
        Path file = scratch.resolve("millrace.properties");
        Files.write(
                file,
                settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .toList());
        return file;
    }
}

package dev.millrace.bench.run;

import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Outcome;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs a workload: one round to warm up, then rounds that count. In each round every contender runs once, so that what the
 * machine does meanwhile falls on all of them alike.
 */
public final class WorkloadRunner {
    private final Workload workload;
    private final Parameters parameters;
    private final int rounds;

    /** Who listens to how far it is. */
    @FunctionalInterface
    public interface Progress {
        /** A contender begins a round; round 0 is the warm-up. */
        void begins(String contender, int round);
    }

    /** Will run a workload for a number of rounds that count. */
    public WorkloadRunner(Workload workload, Parameters parameters, int rounds) {
        this.workload = workload;
        this.parameters = parameters;
        this.rounds = rounds;
    }

    /**
     * Runs it.
     *
     * @throws IllegalStateException if a contender's outputs are not those of the reference
     */
    public List<Run> run(Progress progress) throws Exception {
        Outcome reference = workload.reference(parameters);
        List<Run> runs = new ArrayList<>();
        try (Meter meter = new Meter()) {
            for (int round = 0; round <= rounds; round++) {
                for (Contender contender : workload.contenders()) {
                    progress.begins(contender.name(), round);
                    Run run = once(contender, parameters, meter);
                    requireSame(reference, run);
                    if (round > 0) {
                        runs.add(run);
                    }
                }
            }
        }
        return runs;
    }

    /**
     * Runs the engine alone with several parameters, in turns as contenders do.
     *
     * @param variants that must have the same outputs
     * @return the runs of each variant
     * @throws IllegalStateException if the outputs are not those of the reference
     */
    public List<List<Run>> run(Map<String, Parameters> variants, Progress progress) throws Exception {
        Outcome reference = workload.reference(parameters);
        Contender engine = workload.contenders().get(0);
        List<List<Run>> runs = variants.keySet().stream()
                .<List<Run>>map(name -> new ArrayList<>())
                .toList();
        try (Meter meter = new Meter()) {
            for (int round = 0; round <= rounds; round++) {
                int row = 0;
                for (Map.Entry<String, Parameters> variant : variants.entrySet()) {
                    progress.begins(variant.getKey(), round);
                    Run run = once(engine, variant.getValue(), meter);
                    requireSame(reference, run);
                    if (round > 0) {
                        runs.get(row).add(run);
                    }
                    row++;
                }
            }
        }
        return runs;
    }

    private Run once(Contender contender, Parameters with, Meter meter) throws Exception {
        Path scratch = Files.createTempDirectory("millrace-bench");
        try {
            meter.start();
            Outcome outcome = contender.run(with, scratch);
            return new Run(contender.name(), outcome, meter.stop());
        } finally {
            delete(scratch);
        }
    }

    private void requireSame(Outcome reference, Run run) {
        if (run.outcome().checksum() != reference.checksum() || run.outcome().outputs() != reference.outputs()) {
            throw new IllegalStateException("wrong result: workload=" + workload.name() + ", contender="
                    + run.contender() + ", outputs=" + run.outcome().outputs() + ", expectedOutputs="
                    + reference.outputs() + ", checksum=" + run.outcome().checksum() + ", expectedChecksum="
                    + reference.checksum() + ", parameters=" + parameters);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("scratch files cannot be removed: directory=" + directory, e);
        }
    }
}

package dev.millrace.bench.command;

import dev.millrace.bench.report.HtmlReport;
import dev.millrace.bench.run.Limits;
import dev.millrace.bench.run.ResultFile;
import dev.millrace.bench.run.Run;
import dev.millrace.bench.run.WorkloadRunner;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.Workload;
import dev.millrace.bench.workload.Workloads;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs everything and writes the report. */
@Command(
        name = "all",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs every workload and writes one JSON file each and a report.")
final class AllCommand implements Callable<Integer> {
    private static final int QUICK_SHRINK = 4;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions options;

    @Option(names = "--quick", description = "A quarter of the events: some minutes.")
    private boolean quick;

    @Option(names = "--runs", paramLabel = "N", description = "Rounds that count. Default: 3.")
    private int runs;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "bench-results",
            description = "Where results go. Default: bench-results.")
    private Path directory;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        int rounds = runs > 0 ? runs : 3;
        Files.createDirectories(directory);
        Limits limits = Limits.measure();
        List<Workload> workloads = Workloads.all();
        int steps = workloads.stream()
                        .mapToInt(workload -> workload.contenders().size())
                        .sum()
                * (rounds + 1);
        ProgressBar bar = new ProgressBar(err, steps, System::nanoTime);
        List<Map<String, Object>> results = new ArrayList<>();
        for (Workload workload : workloads) {
            Parameters parameters = options.parameters(workload, quick ? QUICK_SHRINK : 1);
            List<Run> all = new WorkloadRunner(workload, parameters, rounds)
                    .run((contender, round) -> bar.begin(workload.name() + " " + contender));
            Map<String, Object> result = ResultFile.of(workload.name(), parameters, limits, all);
            ResultFile.write(directory.resolve(workload.name() + ".json"), result);
            out.println(ResultTable.of(result));
            results.add(result);
        }
        Path report = directory.resolve("report.html");
        Files.writeString(report, HtmlReport.of(results));
        out.println("report: " + report);
        return 0;
    }
}

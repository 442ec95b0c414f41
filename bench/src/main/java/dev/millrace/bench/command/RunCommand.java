package dev.millrace.bench.command;

import dev.millrace.bench.run.Limits;
import dev.millrace.bench.run.ResultFile;
import dev.millrace.bench.run.Run;
import dev.millrace.bench.run.WorkloadRunner;
import dev.millrace.bench.workload.BudgetedState;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.SomeRivals;
import dev.millrace.bench.workload.Workload;
import dev.millrace.bench.workload.Workloads;
import dev.millrace.engine.MemorySize;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one workload. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs a workload against its rivals, checks every result, and prints JSON.")
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @picocli.CommandLine.Parameters(paramLabel = "WORKLOAD", description = "See: millrace bench list.")
    private String name;

    @Mixin
    private RunOptions options;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Rounds that count. Default: 3.")
    private int runs;

    @Option(
            names = "--state-budget",
            paramLabel = "SIZE",
            description = "What state should take in memory; runs the engine with it and without it, and no rivals.")
    private @Nullable String stateBudget;

    @Option(
            names = "--beside",
            paramLabel = "RIVAL",
            split = ",",
            description = "Which rivals run beside the engine, by the names of millrace bench list. Default: all.")
    private @Nullable List<String> beside;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the JSON there and print a table instead.")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
        if (runs < 1 || runs > 1000) {
            throw new IllegalArgumentException("rounds must be from 1 to 1000: runs=" + runs);
        }
        Workload named = Workloads.named(name);
        if (stateBudget != null && beside != null) {
            throw new IllegalArgumentException(
                    "no rivals run with a budget for state: --state-budget=" + stateBudget + ", --beside=" + beside);
        }
        Workload rivals = beside == null ? named : new SomeRivals(named, beside);
        Workload workload = stateBudget == null ? rivals : new BudgetedState(named, MemorySize.parse(stateBudget));
        Parameters parameters = options.parameters(workload, 1);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Limits limits = Limits.measure();
        List<Run> results = new WorkloadRunner(workload, parameters, runs)
                .run((contender, round) ->
                        err.println((round == 0 ? "warm-up" : "round " + round + " of " + runs) + ": " + contender));
        Map<String, Object> result = ResultFile.of(workload.name(), parameters, limits, results);
        if (json == null) {
            out.println(ResultFile.text(result));
        } else {
            ResultFile.write(json, result);
            out.println(ResultTable.of(result));
            out.println("written: " + json);
        }
        return 0;
    }
}

package dev.millrace.bench.command;

import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Workload;
import dev.millrace.bench.workload.Workloads;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which workloads there are. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the workloads and who does them.")
final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Workload workload : Workloads.all()) {
            out.printf("%-14s %s%n", workload.name(), workload.question());
            out.printf(
                    "%-14s %s%n",
                    "", workload.contenders().stream().map(Contender::name).collect(Collectors.joining(", ")));
        }
        return 0;
    }
}

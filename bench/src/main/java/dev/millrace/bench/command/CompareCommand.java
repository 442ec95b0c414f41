package dev.millrace.bench.command;

import dev.millrace.bench.run.Json;
import dev.millrace.bench.run.ResultFile;
import dev.millrace.bench.workload.Contender;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Says whether the engine became slower, by its ratio to the rivals of the same run: two runs on two days, or two machines,
 * can be compared by nothing else.
 */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Compares two results of the same workload by the engine's ratio to each rival of its own run.")
final class CompareCommand implements Callable<Integer> {
    static final int SLOWER = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "Result of an earlier run.")
    private Path before;

    @Parameters(index = "1", paramLabel = "AFTER", description = "Result of a later run.")
    private Path after;

    @Option(
            names = "--tolerance",
            paramLabel = "PERCENT",
            defaultValue = "10",
            description =
                    "How much of the ratio may be lost. Default: 10. If more is lost to every rival, the exit code is 3.")
    private double tolerance;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> first = ResultFile.read(before);
        Map<String, Object> second = ResultFile.read(after);
        if (!first.get("workload").equals(second.get("workload"))
                || !first.get("parameters").equals(second.get("parameters"))) {
            throw new IllegalArgumentException("different questions: before=" + first.get("workload") + " "
                    + first.get("parameters") + ", after=" + second.get("workload") + " " + second.get("parameters"));
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean isSlower = true;
        for (Map<String, Object> rival : Json.list(first, "contenders")) {
            String name = String.valueOf(rival.get("name"));
            if (!name.equals(Contender.ENGINE)) {
                double was = ratio(first, name);
                double is = ratio(second, name);
                double change = (is / was - 1) * 100;
                isSlower &= change < -tolerance;
                out.printf(Locale.ROOT, "%-20s %6.3f -> %6.3f  %+6.1f %%%n", name, was, is, change);
            }
        }
        out.println(isSlower ? "slower against every rival" : "not slower");
        return isSlower ? SLOWER : 0;
    }

    private static double ratio(Map<String, Object> result, String rival) {
        return rate(result, Contender.ENGINE) / rate(result, rival);
    }

    private static double rate(Map<String, Object> result, String name) {
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        return contenders.stream()
                .filter(contender -> name.equals(contender.get("name")))
                .mapToDouble(contender -> Json.number(contender, "eventsPerSecond", "median"))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such contender in the result: contender=" + name));
    }
}

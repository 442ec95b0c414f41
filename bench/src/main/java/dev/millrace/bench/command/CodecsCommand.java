package dev.millrace.bench.command;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the comparisons of codecs and hashes, and prints them as tables of Markdown. */
@Command(
        name = "codecs",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Compares the codecs and the hash with their peers, and prints one table each.")
final class CodecsCommand implements Callable<Integer> {
    private static final long QUICK_MILLIS = 200;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "One JVM and less than a second each: some minutes, and rough.")
    private boolean quick;

    /** One measurement. */
    record Figure(double nanos, double errorNanos, double garbageBytes) {}

    @Override
    public Integer call() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("dev\\.millrace\\.bench\\.(Small|Large)StructCodecs\\.")
                .include("dev\\.millrace\\.bench\\.KeyHashing\\.")
                .addProfiler(GCProfiler.class);
        if (quick) {
            options.forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(QUICK_MILLIS))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(QUICK_MILLIS))
                    .verbosity(VerboseMode.SILENT);
        }
        spec.commandLine().getOut().print(CodecTable.of(figures(new Runner(options.build()).run())));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private static Map<String, Figure> figures(Collection<RunResult> results) {
        Map<String, Figure> figures = new TreeMap<>();
        for (RunResult each : results) {
            String name = each.getParams().getBenchmark();
            String simple = name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
            String size = each.getParams().getParam("keyBytes");
            Result<?> garbage = each.getSecondaryResults().get("gc.alloc.rate.norm");
            figures.put(
                    size == null ? simple : simple + ':' + size,
                    new Figure(
                            each.getPrimaryResult().getScore(),
                            each.getPrimaryResult().getScoreError(),
                            garbage == null ? Double.NaN : garbage.getScore()));
        }
        return figures;
    }

    /** A number for people: two digits where it is small. */
    static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }
}

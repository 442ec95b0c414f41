package dev.millrace.bench;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code millrace bench codecs [--quick]}: runs the comparisons of codecs and hashes, and prints them as tables of Markdown. */
final class CodecsCommand {
    static final String NAME = "codecs";

    private static final String QUICK = "--quick";
    private static final long QUICK_MILLIS = 200;

    private CodecsCommand() {}

    /** One measurement. */
    record Figure(double nanos, double errorNanos, double garbageBytes) {}

    /** Returns the exit code. */
    static int run(List<String> arguments) {
        if (!arguments.isEmpty() && !arguments.equals(List.of(QUICK))) {
            System.err.println("millrace: unknown arguments: " + arguments + "; known is " + QUICK);
            return 2;
        }
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("dev\\.millrace\\.bench\\.(Small|Large)StructCodecs\\.")
                .include("dev\\.millrace\\.bench\\.KeyHashing\\.")
                .addProfiler(GCProfiler.class);
        if (!arguments.isEmpty()) {
            options.forks(1)
                    .warmupIterations(2)
                    .warmupTime(TimeValue.milliseconds(QUICK_MILLIS))
                    .measurementIterations(3)
                    .measurementTime(TimeValue.milliseconds(QUICK_MILLIS))
                    .verbosity(VerboseMode.SILENT);
        }
        try {
            System.out.print(CodecTable.of(figures(new Runner(options.build()).run())));
            return 0;
        } catch (RunnerException e) {
            System.err.println("millrace: " + e.getMessage());
            return 1;
        }
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

package dev.millrace.bench.command;

import dev.millrace.bench.tune.Knob;
import dev.millrace.bench.tune.Tuning;
import dev.millrace.bench.workload.Workload;
import dev.millrace.bench.workload.Workloads;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tries settings. */
@Command(
        name = "tune",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Tries settings of the engine on a workload and prints what to set and what it buys.",
            "",
            "Each value runs alone beside the defaults, in turns. A setting is better if the worst of its runs beat the best"
                    + " of the defaults; those that are better are then measured together."
        })
final class TuneCommand implements Callable<Integer> {
    private static final int QUICK_SHRINK = 10;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "WORKLOAD",
            arity = "0..1",
            defaultValue = "keyed-count",
            description =
                    "See: millrace bench list. Default: keyed-count. Of keyed-latency, the 99th percentile counts.")
    private String name;

    @Mixin
    private RunOptions options;

    @Option(
            names = "--sweep",
            paramLabel = "KEY=VALUE,...",
            description = "Try these values of this setting, instead of the usual ones. Can be given more than once.")
    private List<String> sweeps = List.of();

    @Option(names = "--runs", paramLabel = "N", defaultValue = "5", description = "Rounds that count. Default: 5.")
    private int runs;

    @Option(names = "--quick", description = "A tenth of the events: some minutes.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        if (runs < 2 || runs > 1000) {
            throw new IllegalArgumentException("rounds must be from 2 to 1000: runs=" + runs);
        }
        List<Knob> knobs = sweeps.isEmpty()
                ? Knob.usual()
                : sweeps.stream().map(Knob::parse).toList();
        Workload workload = Workloads.named(name);
        PrintWriter out = spec.commandLine().getOut();
        Tuning tuning = new Tuning(workload, options.parameters(workload, quick ? QUICK_SHRINK : 1), knobs, runs, out);
        ProgressBar bar = new ProgressBar(spec.commandLine().getErr(), tuning.runCount(), System::nanoTime);
        tuning.run((variant, round) -> bar.begin((round == 0 ? "warm-up" : "round " + round) + ", " + variant));
        return 0;
    }
}

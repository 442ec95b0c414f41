package dev.millrace.bench.command;

import dev.millrace.bench.epoch.EpochFigures;
import dev.millrace.state.StoreKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What epochs cost, and how soon they are durable. */
@Command(
        name = "epochs",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Measures commits, stalls, recovery, the stores' catching up, and what epochs cost a job.")
final class EpochsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "FIGURE",
            split = ",",
            description = "Which figures: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<EpochFigures.Figure> only = List.of(EpochFigures.Figure.values());

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "MAPDB",
            description = "Of the jobs: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private StoreKind store;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "Where state is kept meanwhile, and the device that is measured. Default: a temporary directory.")
    private Path scratch;

    @Option(names = "--quick", description = "A hundredth of the entries: whether it runs, no figures.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        EpochFigures figures = new EpochFigures(store, scratch, quick ? 100 : 1, out::println);
        for (EpochFigures.Figure figure : only) {
            figures.measure(figure);
            out.flush();
        }
        return 0;
    }
}

package dev.millrace.examples;

import dev.millrace.engine.StateReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a state directory holds. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Prints what a state directory holds: whose it is, which epochs are committed, where sources, outputs and states"
                    + " stand, what the store has, and what a job would do first if it were started with it.",
            ""
        },
        footer = {
            "",
            "Nothing is changed, and a job may be running in the directory. A damaged directory is told about as far as it"
                    + " can be read; the exit code is 2 then.",
            "",
            "Examples:",
            "  millrace inspect my-state",
            "  millrace inspect my-state --epochs 100",
            "  millrace inspect my-state --quick           without sizes of states, for large ones"
        })
final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "STATE_DIR", description = "The state directory of a job.")
    private Path directory;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "" + StateReport.DEFAULT_EPOCHS,
            description = "How many of the last epochs in the log to show one by one. Default: ${DEFAULT-VALUE}.")
    private int epochCount;

    @Option(
            names = "--quick",
            description = "Do not read the store: sizes of states are not told, nor damage inside of its files.")
    private boolean isQuick;

    @Override
    public Integer call() {
        if (epochCount < 0) {
            throw new IllegalArgumentException("number of epochs is negative: epochs=" + epochCount);
        }
        StateReport report = isQuick ? StateReport.quickly(directory) : StateReport.of(directory);
        spec.commandLine().getOut().print(report.text(epochCount));
        spec.commandLine().getOut().flush();
        if (report.problems().isEmpty()) {
            return 0;
        }
        spec.commandLine()
                .getErr()
                .println("millrace: state directory has problems: directory=" + directory + ", count="
                        + report.problems().size() + "; see the end of the report");
        return Main.REFUSED;
    }
}

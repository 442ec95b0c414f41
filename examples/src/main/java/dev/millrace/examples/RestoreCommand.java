package dev.millrace.examples;

import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.Savepoints;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a state directory of a savepoint. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Makes a state directory of a savepoint. A job that is started with it goes on from the savepoint's epoch; outputs"
                    + " that went further are cut back to it.",
            ""
        },
        footer = {
            "",
            "If it is ended before it is done, run it again with the same directory.",
            "",
            "Example:",
            "  millrace restore --from my-savepoint new-state --store rocksdb",
            "  millrace restore --from my-savepoint new-state --store-of totals-per-route=rocksdb"
        })
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from", required = true, paramLabel = "SAVEPOINT", description = "The savepoint.")
    private Path savepoint;

    @Parameters(
            index = "0",
            paramLabel = "STATE_DIR",
            description = "The state directory to be: one that is not there, or empty.")
    private Path directory;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "MAPDB",
            description = "The store of the state directory: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private StoreKind store;

    @Option(
            names = "--store-of",
            paramLabel = "STATE=STORE",
            description =
                    "A store for one state, by its name as 'millrace inspect' prints it. Can be given more than once. Default: the"
                            + " store of its own that it had, or that of --store.")
    private Map<String, StoreKind> storesOfStates = new TreeMap<>();

    @Override
    public Integer call() {
        SavepointReport report =
                Savepoints.restore(savepoint, EngineConfig.of(directory).store(store), storesOfStates);
        spec.commandLine().getOut().println(SavepointCommand.text(report));
        spec.commandLine().getOut().println("restored: state=" + directory + ", store=" + store);
        storesOfStates.forEach((state, kind) -> spec.commandLine().getOut().println("  " + state + ": " + kind));
        return 0;
    }
}

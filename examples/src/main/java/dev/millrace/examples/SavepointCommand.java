package dev.millrace.examples;

import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.Savepoints;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a savepoint of a state directory, or compares one with its checksums. */
@Command(
        name = "savepoint",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Copies what a job committed last into a directory of its own: a savepoint, which needs no store and from which a"
                    + " job can go on with another store, parallelism or graph.",
            ""
        },
        footer = {
            "",
            "No job may run in the state directory; a program takes savepoints of a running job with Job.savepoint.",
            "",
            "Examples:",
            "  millrace savepoint my-state my-savepoint",
            "  millrace savepoint --verify my-savepoint"
        })
final class SavepointCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "STATE_DIR", description = "The state directory, or the savepoint to verify.")
    private Path directory;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TARGET",
            description = "Where the savepoint goes: a directory that is not there, or empty.")
    private Path target;

    @Option(names = "--verify", description = "Read a savepoint and compare it with its checksums.")
    private boolean verifies;

    @Override
    public Integer call() {
        if (verifies == (target != null)) {
            throw new IllegalArgumentException(
                    "give a state directory and a target, or --verify and a savepoint; see millrace savepoint --help");
        }
        SavepointReport report = verifies ? Savepoints.verify(directory) : Savepoints.take(directory, target);
        spec.commandLine().getOut().println(text(report));
        return 0;
    }

    static String text(SavepointReport report) {
        return String.format(
                Locale.ROOT,
                "savepoint: job=%s, epoch=%d, entries=%d, sizeBytes=%d, directory=%s",
                report.job(),
                report.epoch(),
                report.entryCount(),
                report.sizeBytes(),
                report.directory());
    }
}

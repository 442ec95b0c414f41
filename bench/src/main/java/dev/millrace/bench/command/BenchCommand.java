package dev.millrace.bench.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * {@code millrace bench}: what there is to measure.
 *
 * <p>Exit codes: 0 for success, 2 for what the caller can put right, with one line on standard error, 1 for a fault, with its
 * stack trace.
 */
@Command(
        name = "millrace bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Measures Millrace, and who else does the same, on this machine.",
        subcommands = {
            ListCommand.class,
            RunCommand.class,
            AllCommand.class,
            MicroCommand.class,
            AllocatorCommand.class,
            HandOverCommand.class,
            FootprintCommand.class,
            CodecsCommand.class,
            IndexCommand.class,
            EpochsCommand.class,
            TuneCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {"", "millrace bench REGEX is short for millrace bench micro REGEX."})
public final class BenchCommand {
    static final int FAULT = 1;
    static final int REFUSED = 2;

    private static final Set<String> OPTIONS = Set.of("-h", "--help", "-V", "--version");

    private BenchCommand() {}

    /** Runs a command and returns its exit code. */
    public static int run(String[] args) {
        return run(
                args,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }

    static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new BenchCommand())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Long.class, Numbers::count)
                .registerConverter(long.class, Numbers::count)
                .registerConverter(Duration.class, Numbers::duration)
                .setParameterExceptionHandler(BenchCommand::refuse)
                .setExecutionExceptionHandler(BenchCommand::fail);
        if (args.length == 0) {
            line.usage(out);
            return 0;
        }
        boolean isKnown = line.getSubcommands().containsKey(args[0]) || OPTIONS.contains(args[0]);
        if (!isKnown || args[0].equals("micro")) {
            return MicroCommand.run(List.of(args).subList(isKnown ? 1 : 0, args.length));
        }
        return line.execute(args);
    }

    private static int refuse(ParameterException error, String[] args) {
        error.getCommandLine().getErr().println("millrace bench: " + error.getMessage());
        return REFUSED;
    }

    private static int fail(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        if (error instanceof IllegalArgumentException) {
            command.getErr().println("millrace bench: " + error.getMessage());
            return REFUSED;
        }
        error.printStackTrace(command.getErr());
        return FAULT;
    }
}

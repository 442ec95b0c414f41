package dev.millrace.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.examples.crash.CrashLifeCommand;
import dev.millrace.examples.crash.CrashTestCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line.
 *
 * <p>Exit codes: 0 for success, 2 for what the caller can put right, with one line on standard error, 1 for a fault of the
 * program, with its stack trace.
 */
@Command(
        name = "millrace",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Runs what comes with Millrace, an embedded streaming engine.",
        subcommands = {
            DemoCommand.class,
            InspectCommand.class,
            SavepointCommand.class,
            RestoreCommand.class,
            CrashTestCommand.class,
            CrashLifeCommand.class,
            SchemaCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "The launcher adds two commands: millrace bench measures (see its --help), millrace numa-test checks, under"
                    + " emulation, where memory lies on machines with several nodes."
        })
public final class Main implements Callable<Integer> {
    static final int FAULT = 1;
    static final int REFUSED = 2;

    @Spec
    private CommandSpec spec;

    @Option(names = "--home", hidden = true, defaultValue = ".", description = "Where the data files of the demo are.")
    private Path home;

    @Option(names = "--terminal", hidden = true, description = "Standard output is a terminal.")
    private boolean terminal;

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args, new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8)));
    }

    /** Runs a command and returns its exit code. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler(Main::fail)
                .execute(args);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing; try: millrace demo, millrace --help");
    }

    Path home() {
        return home;
    }

    boolean isTerminal() {
        return terminal;
    }

    private static int refuse(ParameterException error, String[] args) {
        String line = "millrace: "
                + (error instanceof UnmatchedArgumentException unmatched
                        ? unknown(unmatched)
                        : Failures.oneLine(error.getMessage()));
        error.getCommandLine().getErr().println(line);
        return REFUSED;
    }

    private static String unknown(UnmatchedArgumentException error) {
        String first = error.getUnmatched().get(0);
        String what = error.isUnknownOption() ? "option" : "argument";
        List<String> suggestions = error.getSuggestions();
        return "unknown " + what + ": " + first
                + (suggestions.isEmpty() ? "; see --help" : "; did you mean " + String.join(" or ", suggestions) + "?");
    }

    private static int fail(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        String refusal = Failures.refusal(error);
        if (refusal != null) {
            command.getErr().println("millrace: " + refusal);
            return REFUSED;
        }
        error.printStackTrace(command.getErr());
        return FAULT;
    }

    /** Reads the version that the build wrote down. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            Properties properties = new Properties();
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException("version.properties cannot be read", e);
            }
            return new String[] {
                "millrace " + properties.getProperty("version"),
                "${java.vendor} Java ${java.version}, ${os.name} ${os.arch}"
            };
        }
    }
}

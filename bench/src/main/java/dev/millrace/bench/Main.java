package dev.millrace.bench;

import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs micro-benchmarks: {@code millrace bench [micro] [REGEX] [JMH options]}.
 *
 * <p>{@code millrace bench codecs [--quick]} runs the comparisons of codecs and prints one table.
 *
 * <p>Everything behind the command is JMH's own; {@code -h} prints what it knows, {@code -l} lists what there is.
 */
public final class Main {
    private static final String RESULTS = "jmh-results.json";

    private Main() {}

    /** Runs what the arguments name. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals(CodecsCommand.NAME)) {
            System.exit(CodecsCommand.run(List.of(args).subList(1, args.length)));
        }
        CommandLineOptions options;
        try {
            options = new CommandLineOptions(withoutCommand(args));
        } catch (CommandLineOptionException e) {
            System.err.println("millrace: " + e.getMessage());
            System.exit(2);
            return;
        }
        if (options.shouldHelp()) {
            options.showHelp();
        } else if (options.shouldList()) {
            new Runner(options).list();
        } else {
            run(options);
        }
    }

    private static void run(CommandLineOptions options) {
        ChainedOptionsBuilder withResults = new OptionsBuilder().parent(options);
        if (!options.getResult().hasValue() && options.getResultFormat().hasValue()) {
            withResults.result(RESULTS).resultFormat(ResultFormatType.JSON);
        }
        try {
            new Runner(withResults.build()).run();
        } catch (RunnerException e) {
            System.err.println("millrace: " + e.getMessage());
            System.exit(1);
        }
    }

    private static String[] withoutCommand(String[] args) {
        boolean hasCommand = args.length > 0 && args[0].equals("micro");
        return hasCommand ? Arrays.copyOfRange(args, 1, args.length) : args;
    }
}

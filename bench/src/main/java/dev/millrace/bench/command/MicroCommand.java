package dev.millrace.bench.command;

import dev.millrace.bench.memory.PeerFlags;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;

/** Runs micro-benchmarks. Everything behind the command is JMH's own; {@code -h} prints what it knows, {@code -l} what there is. */
@Command(
        name = "micro",
        description = {
            "Runs the micro-benchmarks whose names match: millrace bench micro REGEX [JMH options].",
            "-l lists what there is, -h prints JMH's options, -prof gc adds garbage."
        })
final class MicroCommand implements Callable<Integer> {
    private static final String RESULTS = "jmh-results.json";

    @Override
    public Integer call() {
        return run(List.of());
    }

    static int run(List<String> args) {
        CommandLineOptions options;
        try {
            options = new CommandLineOptions(args.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            System.err.println("millrace bench: " + e.getMessage());
            return BenchCommand.REFUSED;
        }
        try {
            if (options.shouldHelp()) {
                options.showHelp();
            } else if (options.shouldList()) {
                new Runner(options).list();
            } else {
                new Runner(withResults(options)).run();
            }
            return 0;
        } catch (RunnerException e) {
            System.err.println("millrace bench: " + e.getMessage());
            return BenchCommand.FAULT;
        } catch (IOException e) {
            System.err.println("millrace bench: help cannot be printed: " + e.getMessage());
            return BenchCommand.FAULT;
        }
    }

    private static org.openjdk.jmh.runner.options.Options withResults(CommandLineOptions options) {
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(options);
        // In front: what a benchmark appends for itself has to stay.
        if (!options.getJvmArgsPrepend().hasValue()) {
            builder.jvmArgsPrepend(PeerFlags.forJmh().toArray(String[]::new));
        }
        if (!options.getResult().hasValue() && options.getResultFormat().hasValue()) {
            builder.result(RESULTS).resultFormat(ResultFormatType.JSON);
        }
        return builder.build();
    }
}

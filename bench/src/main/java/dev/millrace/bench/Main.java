package dev.millrace.bench;

import dev.millrace.bench.Probe.Subject;
import dev.millrace.bench.peer.PeerKind;
import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs measurements.
 *
 * <ul>
 *   <li>{@code millrace bench [micro] [REGEX] [JMH options]}: micro-benchmarks. Everything behind the command is JMH's own;
 *       {@code -h} prints what it knows, {@code -l} lists what there is.
 *   <li>{@code millrace bench allocator [--quick]}: the allocator beside its peers, as one table.
 *   <li>{@code millrace bench hand-over PEER SIZE_BYTES}, {@code millrace bench footprint PEER SIZE_BYTES}: one line of that
 *       table that is not JMH's.
 * </ul>
 */
public final class Main {
    private static final String RESULTS = "jmh-results.json";

    private Main() {}

    /** Runs what the arguments name. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && runOwn(args)) {
            return;
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

    /** Runs a measurement that is not JMH's. Says whether the arguments named one. */
    private static boolean runOwn(String[] args) throws Exception {
        switch (args[0]) {
            case "allocator" -> {
                boolean isQuick = args.length == 2 && args[1].equals("--quick");
                if (args.length > 1 && !isQuick) {
                    refuse("usage: millrace bench allocator [--quick]");
                }
                AllocatorTable.print(isQuick);
                return true;
            }
            case "hand-over" -> probe(Subject.HAND_OVER, args);
            case "footprint" -> probe(Subject.FOOTPRINT, args);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void probe(Subject subject, String[] args) throws IOException, InterruptedException {
        try {
            PeerKind peer = PeerKind.valueOf(args[1]);
            System.out.printf("%.1f%n", Probe.ask(subject, peer, Integer.parseInt(args[2]), false));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            refuse("usage: millrace bench " + args[0] + " PEER SIZE_BYTES; peers: " + PeerKind.available());
        }
    }

    private static void refuse(String message) {
        System.err.println("millrace: " + message);
        System.exit(2);
    }

    private static void run(CommandLineOptions options) {
        ChainedOptionsBuilder withResults = new OptionsBuilder().parent(options);
        // In front: what a benchmark appends for itself has to stay.
        if (!options.getJvmArgsPrepend().hasValue()) {
            withResults.jvmArgsPrepend(PeerFlags.forJmh().toArray(String[]::new));
        }
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

package dev.millrace.examples;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.stream.CsvSource;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import dev.millrace.examples.flights.Flight;
import dev.millrace.examples.flights.FlightsPipeline;
import dev.millrace.state.StoreKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs the flights job on a file and says how it went. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Aggregates the flights of a month in three ways: per airport and hour, per route, and per airport and stretch of"
                    + " activity. The results are hourly.csv, routes.csv and sessions.csv; late.csv gets the flights that"
                    + " came after their hour had closed.",
            ""
        },
        footer = {
            "",
            "Durations are whole numbers with ms, s, m or h. Sizes are whole numbers with KiB, MiB or GiB.",
            "",
            "Examples:",
            "  millrace demo",
            "  millrace demo --parallelism 2 --store rocksdb",
            "  millrace demo --config millrace.conf --print-config",
            "  millrace demo --max-disorder 2h             late flights go to late.csv",
            "  millrace demo --state my-state --rate 50000 interrupt it, run it again: it goes on"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String SHIPPED_INPUT = "examples/data/flights-2001-01.csv.gz";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Main main;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "CSV file of flights, gzipped if it ends in .gz. Default: January 2001, which comes with the program.")
    private @Nullable Path input;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "millrace-out",
            description = "Where the results go; results of an earlier job are replaced. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where committed state is kept: run again with the same one, and the job goes on where it was."
                            + " Default: a new temporary directory, removed at the end.")
    private @Nullable Path state;

    @Option(names = "--parallelism", paramLabel = "N", description = "Partitions of each grouping. Default: 1.")
    private @Nullable Integer parallelism;

    @Option(
            names = "--store",
            paramLabel = "mapdb|rocksdb",
            description = "What committed state is folded into. Default: mapdb.")
    private @Nullable StoreKind store;

    @Option(
            names = "--epoch-interval",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Time between two commits. Default: 100ms.")
    private @Nullable Duration epochInterval;

    @Option(
            names = "--max-disorder",
            paramLabel = "TIME",
            defaultValue = "30h",
            converter = DurationConverter.class,
            description = "How long to wait for flights that left late. Default: ${DEFAULT-VALUE}.")
    private Duration maxDisorder;

    @Option(
            names = "--rate",
            paramLabel = "EVENTS",
            defaultValue = "0",
            description = "Most events to read in a second. Default: 0, as many as can be.")
    private long eventsPerSecond;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "Budget of all off-heap memory. Default: 256MiB.")
    private @Nullable Long memoryBytes;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "File of settings of the engine; options given here come before it. Default: none.")
    private @Nullable Path configFile;

    @Option(
            names = "--print-config",
            description = "Print every setting, its value and where that comes from, and run nothing.")
    private boolean printsConfig;

    @Option(
            names = "--on-error",
            paramLabel = "fail|skip",
            defaultValue = "fail",
            description =
                    "What a malformed line does: stop the job, or be counted and skipped. Default: ${DEFAULT-VALUE}.")
    private OnError onError;

    /** What a malformed line does. */
    enum OnError {
        FAIL,
        SKIP
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (printsConfig) {
            out.print(config(Path.of("temporary")).describe());
            return 0;
        }
        Path results = output.toAbsolutePath().normalize();
        Pipeline pipeline = FlightsPipeline.build(source(), results, maxDisorder);
        try (DemoState kept = DemoState.at(state);
                Interruption interruption = new Interruption(kept, out)) {
            JobReport report = run(config(kept.path()), pipeline, interruption, out);
            new DemoSummary(report, results).print(out);
        }
        return 0;
    }

    /** The file first, then what was said on the command line. */
    private EngineConfig config(Path stateDirectory) {
        EngineConfig config = EngineConfig.of(stateDirectory);
        if (configFile != null) {
            config = config.with(configFile);
        }
        // Where state is kept is said by --state: whoever gives none wants it gone afterwards.
        config = config.stateDirectory(stateDirectory);
        config = memoryBytes == null ? config : config.memoryBytes(memoryBytes);
        config = parallelism == null ? config : config.parallelism(parallelism);
        config = store == null ? config : config.store(store);
        return epochInterval == null ? config : config.epochInterval(epochInterval);
    }

    private CsvSource<Flight> source() {
        Path file = input == null ? main.home().resolve(SHIPPED_INPUT) : input;
        CsvSource<Flight> source = Sources.csvFile(file, Flight.class).atMostPerSecond(eventsPerSecond);
        return onError == OnError.SKIP ? source.skipMalformed() : source;
    }

    private JobReport run(EngineConfig config, Pipeline pipeline, Interruption interruption, PrintWriter out)
            throws InterruptedException {
        try (Engine engine = Engine.open(config)) {
            Job job = engine.run(pipeline);
            interruption.closes(engine);
            out.println("running: parallelism=" + config.parallelism() + ", store=" + config.store() + ", state="
                    + (state == null ? "temporary" : state) + ", results=" + output);
            DemoProgress progress = DemoProgress.start(job, out, main.isTerminal());
            try {
                return interruption.await(job);
            } finally {
                progress.end();
            }
        }
    }
}

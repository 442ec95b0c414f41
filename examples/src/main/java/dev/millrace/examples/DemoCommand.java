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

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "1",
            description = "Partitions of each grouping. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--store",
            paramLabel = "mapdb|rocksdb",
            defaultValue = "mapdb",
            description = "What committed state is folded into. Default: ${DEFAULT-VALUE}.")
    private StoreKind store;

    @Option(
            names = "--epoch-interval",
            paramLabel = "TIME",
            defaultValue = "100ms",
            converter = DurationConverter.class,
            description = "Time between two commits. Default: ${DEFAULT-VALUE}.")
    private Duration epochInterval;

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
            defaultValue = "256MiB",
            converter = SizeConverter.class,
            description = "Budget of all off-heap memory. Default: ${DEFAULT-VALUE}.")
    private long memoryBytes;

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
        Path results = output.toAbsolutePath().normalize();
        Pipeline pipeline = FlightsPipeline.build(source(), results, maxDisorder);
        try (DemoState kept = DemoState.at(state);
                Interruption interruption = new Interruption(kept, out)) {
            EngineConfig config = EngineConfig.of(kept.path())
                    .memoryBytes(memoryBytes)
                    .parallelism(parallelism)
                    .store(store)
                    .epochInterval(epochInterval);
            JobReport report = run(config, pipeline, interruption, out);
            new DemoSummary(report, results).print(out);
        }
        return 0;
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
            out.println("running: parallelism=" + parallelism + ", store=" + store + ", state="
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

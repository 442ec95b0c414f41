package dev.millrace.examples.flights;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;

/** The demo's job: one source, three branches, each with a file of results. */
public final class FlightsPipeline {
    /** Per airport and hour, see {@link HourlyLine}. */
    public static final String HOURLY = "hourly";

    /** Per route over the whole input, see {@link RouteLine}. */
    public static final String ROUTES = "routes";

    /** Per airport and session, see {@link SessionLine}. */
    public static final String SESSIONS = "sessions";

    /** Flights that came after their hour had closed, as they were in the input. */
    public static final String LATE = "late";

    private static final Duration SESSION_GAP = Duration.ofMinutes(30);

    private FlightsPipeline() {}

    /**
     * Builds the pipeline.
     *
     * @param outputDirectory where {@code hourly.csv}, {@code routes.csv}, {@code sessions.csv} and {@code late.csv} go
     * @param maxDisorder how long an hour and a session stay open for flights that left late
     */
    public static Pipeline build(Source<Flight> source, Path outputDirectory, Duration maxDisorder) {
        Pipeline pipeline = Pipeline.named("flights");
        Stream<Flight> flights = pipeline.source("flights", source).eventTime(Flight::scheduled, maxDisorder);

        flights.keyBy(Flight::origin)
                .window(Window.tumbling(Duration.ofHours(1)))
                .onLate(late -> late.sink(LATE, Sinks.csvFile(file(outputDirectory, LATE), Flight.class)))
                .aggregate(
                        "delays-per-hour",
                        Aggregate.of(DelayTotals.NONE, DelayTotals::plus),
                        (origin, hour, totals) -> new HourlyLine(
                                origin,
                                hour.start(),
                                totals.flights(),
                                totals.delayed(),
                                totals.sumDelay(),
                                totals.maxDelay()))
                .sink(HOURLY, Sinks.csvFile(file(outputDirectory, HOURLY), HourlyLine.class));

        flights.keyBy(flight -> new Route(flight.origin(), flight.destination()))
                .aggregate(
                        "totals-per-route",
                        Aggregate.of(RouteTotals.NONE, RouteTotals::plus),
                        (route, whole, totals) -> new RouteLine(
                                route.origin(),
                                route.destination(),
                                totals.flights(),
                                totals.sumDelay(),
                                totals.sumDistance()))
                .sink(ROUTES, Sinks.csvFile(file(outputDirectory, ROUTES), RouteLine.class));

        flights.keyBy(Flight::origin)
                .window(Window.session(SESSION_GAP))
                .aggregate(
                        "busy-sessions",
                        Aggregate.counting(),
                        (origin, session, count) -> new SessionLine(origin, session.start(), session.end(), count))
                .sink(SESSIONS, Sinks.csvFile(file(outputDirectory, SESSIONS), SessionLine.class));
        return pipeline;
    }

    /** The file of one result. */
    public static Path file(Path outputDirectory, String name) {
        return outputDirectory.resolve(name + ".csv");
    }
}

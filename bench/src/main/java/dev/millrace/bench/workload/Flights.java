package dev.millrace.bench.workload;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The demo's job on the demo's data: a month of flights, parsed from a file, counted per airport and hour, per route, and per
 * airport and stretch of activity. The checksum is over the lines of all three results.
 */
public final class Flights implements Workload {
    static final Duration GAP = Duration.ofMinutes(30);

    private static final Duration MAX_DISORDER = Duration.ofHours(30);
    private static final long FLIGHTS = 508_239;
    private static final int PUNCTUAL_MINUTES = 15;

    /** A line of the input. */
    record Flight(Instant scheduled, int delay, int distance, String origin, String destination) {
        boolean isDelayed() {
            return delay > PUNCTUAL_MINUTES;
        }
    }

    /** A key of two components. */
    record Route(String origin, String destination) {}

    /** What is kept by airport and hour. */
    record Delays(long flights, long delayed, long sumDelay, int maxDelay) {
        static final Delays NONE = new Delays(0, 0, 0, Integer.MIN_VALUE);

        Delays plus(Flight flight) {
            return new Delays(
                    flights + 1,
                    delayed + (flight.isDelayed() ? 1 : 0),
                    sumDelay + flight.delay(),
                    Math.max(maxDelay, flight.delay()));
        }
    }

    /** What is kept by route. */
    record Sums(long flights, long sumDelay, long sumDistance) {
        static final Sums NONE = new Sums(0, 0, 0);

        Sums plus(Flight flight) {
            return new Sums(flights + 1, sumDelay + flight.delay(), sumDistance + flight.distance());
        }
    }

    /** A line of the first result. */
    record Hour(String origin, Instant start, Delays delays) {
        long term() {
            return Flights.term(
                    origin.hashCode(),
                    start.toEpochMilli(),
                    delays.flights(),
                    delays.delayed(),
                    delays.sumDelay(),
                    delays.maxDelay());
        }
    }

    /** A line of the second result. */
    record Total(Route route, Sums sums) {
        long term() {
            return Flights.term(
                    route.origin().hashCode(),
                    route.destination().hashCode(),
                    sums.flights(),
                    sums.sumDelay(),
                    sums.sumDistance());
        }
    }

    /** A line of the third result. */
    record Session(String origin, Instant start, Instant end, long flights) {
        long term() {
            return Flights.term(origin.hashCode(), start.toEpochMilli(), end.toEpochMilli(), flights);
        }
    }

    @Override
    public String name() {
        return "flights";
    }

    @Override
    public String question() {
        return "How fast is a job that people would write: a compressed file of text, three groupings, windows and sessions?";
    }

    @Override
    public long defaultEvents() {
        return FLIGHTS;
    }

    @Override
    public boolean hasFixedInput() {
        return true;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, Flights::engine),
                Contender.of("HashMap", (parameters, scratch) -> FlightsByHand.run(FlightsFile.find())));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return FlightsByHand.run(FlightsFile.find());
    }

    private static Outcome engine(Parameters parameters, Path scratch) throws Exception {
        ChecksumSink<Hour> hours = new ChecksumSink<>(Hour.class, scratch.resolve("hours"), Hour::term);
        ChecksumSink<Total> totals = new ChecksumSink<>(Total.class, scratch.resolve("totals"), Total::term);
        ChecksumSink<Session> sessions = new ChecksumSink<>(Session.class, scratch.resolve("sessions"), Session::term);
        Pipeline pipeline = Pipeline.named("flights");
        Stream<Flight> flights = pipeline.source("flights", Sources.csvFile(FlightsFile.find(), Flight.class))
                .eventTime(Flight::scheduled, MAX_DISORDER);
        flights.keyBy(Flight::origin)
                .window(Window.tumbling(Duration.ofHours(1)))
                .aggregate(
                        "delays-per-hour",
                        Aggregate.of(Delays.NONE, Delays::plus),
                        (origin, hour, delays) -> new Hour(origin, hour.start(), delays))
                .sink("hours", hours);
        flights.keyBy(flight -> new Route(flight.origin(), flight.destination()))
                .aggregate(
                        "totals-per-route",
                        Aggregate.of(Sums.NONE, Sums::plus),
                        (route, whole, sums) -> new Total(route, sums))
                .sink("totals", totals);
        flights.keyBy(Flight::origin)
                .window(Window.session(GAP))
                .aggregate(
                        "busy-sessions",
                        Aggregate.counting(),
                        (origin, session, count) -> new Session(origin, session.start(), session.end(), count))
                .sink("sessions", sessions);
        return EngineRun.of(pipeline, List.of(hours, totals, sessions), parameters, scratch);
    }

    /** What the results of a run add up to. */
    static Outcome outcome(Map<String, Map<Instant, Delays>> hours, Map<Route, Sums> totals, List<Session> sessions) {
        long outputs = (long) totals.size() + sessions.size();
        long checksum = sessions.stream().mapToLong(Session::term).sum();
        for (Map.Entry<Route, Sums> total : totals.entrySet()) {
            checksum += new Total(total.getKey(), total.getValue()).term();
        }
        for (Map.Entry<String, Map<Instant, Delays>> airport : hours.entrySet()) {
            outputs += airport.getValue().size();
            for (Map.Entry<Instant, Delays> hour : airport.getValue().entrySet()) {
                checksum += new Hour(airport.getKey(), hour.getKey(), hour.getValue()).term();
            }
        }
        return Outcome.of(outputs, checksum);
    }

    private static long term(long... fields) {
        long term = 0;
        for (long field : fields) {
            term = Mix.term(term, field);
        }
        return term;
    }
}

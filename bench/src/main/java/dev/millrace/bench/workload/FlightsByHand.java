package dev.millrace.bench.workload;

import dev.millrace.bench.workload.Flights.Delays;
import dev.millrace.bench.workload.Flights.Flight;
import dev.millrace.bench.workload.Flights.Route;
import dev.millrace.bench.workload.Flights.Session;
import dev.millrace.bench.workload.Flights.Sums;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The flights as a program that runs once and keeps everything until the end: one thread, plain maps, no epochs, nothing durable,
 * results when the whole file was read.
 */
final class FlightsByHand {
    private static final int COLUMNS = 5;

    private final Map<String, Map<Instant, Delays>> hours = new HashMap<>();
    private final Map<Route, Sums> totals = new HashMap<>();
    private final Map<String, List<Instant>> times = new HashMap<>();

    private FlightsByHand() {}

    static Outcome run(Path file) {
        FlightsByHand flights = new FlightsByHand();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            lines.readLine(); // the names of the columns
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                flights.add(parse(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("flights cannot be read: file=" + file, e);
        }
        return Flights.outcome(flights.hours, flights.totals, flights.sessions());
    }

    private static Flight parse(String line) {
        String[] columns = line.split(",", COLUMNS);
        String time = columns[0];
        LocalDateTime scheduled = LocalDateTime.of(
                Integer.parseInt(time, 0, 4, 10),
                Integer.parseInt(time, 5, 7, 10),
                Integer.parseInt(time, 8, 10, 10),
                Integer.parseInt(time, 11, 13, 10),
                Integer.parseInt(time, 14, 16, 10));
        return new Flight(
                scheduled.toInstant(ZoneOffset.UTC),
                Integer.parseInt(columns[1]),
                Integer.parseInt(columns[2]),
                columns[3],
                columns[4]);
    }

    private void add(Flight flight) {
        Map<Instant, Delays> ofAirport = hours.computeIfAbsent(flight.origin(), origin -> new HashMap<>());
        Instant hour = flight.scheduled().truncatedTo(ChronoUnit.HOURS);
        ofAirport.put(hour, ofAirport.getOrDefault(hour, Delays.NONE).plus(flight));
        Route route = new Route(flight.origin(), flight.destination());
        totals.put(route, totals.getOrDefault(route, Sums.NONE).plus(flight));
        times.computeIfAbsent(flight.origin(), origin -> new ArrayList<>()).add(flight.scheduled());
    }

    private List<Session> sessions() {
        List<Session> sessions = new ArrayList<>();
        for (Map.Entry<String, List<Instant>> airport : times.entrySet()) {
            List<Instant> sorted = airport.getValue();
            Collections.sort(sorted);
            int first = 0;
            for (int i = 1; i <= sorted.size(); i++) {
                Instant end = sorted.get(i - 1).plus(Flights.GAP);
                if (i == sorted.size() || !sorted.get(i).isBefore(end)) {
                    sessions.add(new Session(airport.getKey(), sorted.get(first), end, i - first));
                    first = i;
                }
            }
        }
        return sessions;
    }
}

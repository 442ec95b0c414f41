package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.stream.Sources;
import dev.millrace.examples.flights.Flight;
import dev.millrace.examples.flights.FlightsPipeline;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The three results of the shipped month, compared with those of another program. */
class GoldenTest {
    private static final long FLIGHTS = 508_239;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, MAPDB", "2, MAPDB", "4, MAPDB", "1, ROCKSDB", "2, ROCKSDB", "4, ROCKSDB"})
    void theResultsAreTheSameForAnyParallelismAndStore(int parallelism, StoreKind store) throws InterruptedException {
        JobReport report = run(parallelism, store, Duration.ofHours(30));
        Golden.assertEqualTo(directory, "parallelism=" + parallelism + ", store=" + store);
        assertEquals(FLIGHTS, report.events());
        assertEquals(0, report.lateEvents());
        assertEquals(0, report.leakedOffHeapBytes());
        assertEquals(List.of(header()), Golden.read(FlightsPipeline.file(directory, FlightsPipeline.LATE)));
        for (String name : Golden.NAMES) {
            assertEquals(Golden.lines(name).size() - 1, report.rows().get(name), () -> "rows of " + name);
        }
    }

    /** An hour that closed early has its flights in two files: each flight is in exactly one of them. */
    @Test
    void lateFlightsAreInLateCsvAndNowhereElse() throws InterruptedException {
        run(2, StoreKind.MAPDB, Duration.ofHours(2));
        List<String> late = Golden.read(FlightsPipeline.file(directory, FlightsPipeline.LATE));
        assertEquals(header(), late.get(0));
        assertTrue(late.size() > 1_000, () -> "flights were up to 28 hours late: lines=" + late.size());

        Map<String, Long> flightsByHour = byHour(Golden.read(FlightsPipeline.file(directory, FlightsPipeline.HOURLY)));
        late.stream().skip(1).forEach(line -> flightsByHour.merge(hourOf(line), 1L, Long::sum));
        assertEquals(byHour(Golden.lines(FlightsPipeline.HOURLY)), flightsByHour);
    }

    private JobReport run(int parallelism, StoreKind store, Duration maxDisorder) throws InterruptedException {
        EngineConfig config = EngineConfig.of(directory.resolve("state"))
                .parallelism(parallelism)
                .store(store);
        try (Engine engine = Engine.open(config)) {
            return engine.run(FlightsPipeline.build(
                            Sources.csvFile(Invocation.FLIGHTS, Flight.class), directory, maxDisorder))
                    .await();
        }
    }

    private static String header() {
        return "scheduled,delay,distance,origin,destination";
    }

    /** Flights by airport and hour, from lines of hourly.csv. An hour that is there twice counts twice. */
    private static Map<String, Long> byHour(List<String> lines) {
        Map<String, Long> flights = new HashMap<>();
        lines.stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .forEach(
                        columns -> flights.merge(columns[0] + "," + columns[1], Long.parseLong(columns[2]), Long::sum));
        return flights;
    }

    private static String hourOf(String flight) {
        String[] columns = flight.split(",", -1);
        LocalDateTime scheduled = LocalDateTime.parse(columns[0], MINUTE);
        return columns[3] + "," + scheduled.withMinute(0).format(MINUTE);
    }
}

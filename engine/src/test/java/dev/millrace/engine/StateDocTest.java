package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sinks;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.testkit.Life;
import dev.millrace.engine.testkit.Lines;
import dev.millrace.engine.testkit.Ride;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/state.md. */
final class StateDocTest {
    record Alert(String station, long weight) {}

    record Rule(ValueState<Long> total, MapState<String, Long> byLine) implements KeyedProcess<String, Ride, Alert> {
        @Override
        public void on(Ride ride, Output<Alert> out) {
            total.update(sum -> sum + ride.weight());
            byLine.update(ride.line().name(), 0L, sum -> sum + ride.weight());
            out.timerAfter(Duration.ofMinutes(1));
        }

        @Override
        public void onTimer(String station, Timer timer, Output<Alert> out) {
            out.emit(new Alert(station, total.get()));
            total.clear();
            byLine.clear();
        }
    }

    @TempDir
    Path directory;

    private final List<Ride> all = Ride.random(new Random(1), 2000, 5, 0);

    private KeyedStream<String, Ride> rides(Pipeline pipeline) {
        Path input = Ride.write(directory.resolve("in.csv"), all);
        return pipeline.source("rides", Life.source(input))
                .eventTime(Ride::time, Duration.ZERO)
                .keyBy(Ride::station);
    }

    private List<String> run(Pipeline pipeline, Stream<Alert> alerts) throws InterruptedException {
        alerts.sink("alerts", Sinks.csvFile(directory.resolve("alerts.csv"), Alert.class));
        EngineConfig config =
                EngineConfig.of(directory.resolve("state")).parallelism(2).epochInterval(Duration.ofMillis(1));
        try (Life life = new Life(config, pipeline)) {
            life.untilDone();
        }
        return Lines.sorted(directory.resolve("alerts.csv"), "station,weight");
    }

    @Test
    void aLambdaOverOneValue() throws InterruptedException {
        Pipeline pipeline = Pipeline.named("doc");
        Stream<Alert> alerts = rides(pipeline)
                .stateful(
                        "rule",
                        State.value("armed", boolean.class, false),
                        (Ride ride, ValueState<Boolean> armed, Output<Alert> out) -> {
                            if (armed.get() && ride.weight() > 50) {
                                out.emit(new Alert(ride.station(), ride.weight()));
                            }
                            armed.set(ride.weight() < 10);
                        });
        Map<String, Boolean> armed = new HashMap<>();
        List<String> expected = new ArrayList<>();
        for (Ride ride : all) {
            if (armed.getOrDefault(ride.station(), false) && ride.weight() > 50) {
                expected.add(ride.station() + "," + ride.weight());
            }
            armed.put(ride.station(), ride.weight() < 10);
        }
        expected.sort(null);
        assertEquals(expected, run(pipeline, alerts));
    }

    @Test
    void aRecordThatIsTheLogic() throws InterruptedException {
        Pipeline pipeline = Pipeline.named("doc");
        Stream<Alert> alerts = rides(pipeline)
                .process(
                        "rule",
                        State.all(
                                State.value("total", Long.class, 0L),
                                State.map("byLine", String.class, Long.class),
                                Rule::new));
        long weights = run(pipeline, alerts).stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
                .sum();
        assertEquals(all.stream().mapToLong(Ride::weight).sum(), weights, "every ride is in one alert");
    }

    @Test
    void anExpiry() {
        State.MapOf<String, Long> seen =
                State.map("seen", String.class, Long.class).expiresAfter(Duration.ofDays(7), TimeKind.EVENT);
        assertTrue(seen.expiry() != null && seen.expiry().after().equals(Duration.ofDays(7)));
    }
}

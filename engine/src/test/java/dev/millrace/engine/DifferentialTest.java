package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.testkit.Oracle;
import dev.millrace.engine.testkit.Ride;
import dev.millrace.engine.testkit.Workload;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine against a plain loop: random inputs, all operators, every parallelism, both stores. */
final class DifferentialTest {
    private static final int SEEDS = 80;

    @TempDir
    Path directory;

    @Test
    void givesWhatAPlainLoopGives() throws InterruptedException {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed=" + seed, e);
            }
        }
    }

    private void run(long seed) throws InterruptedException {
        Random random = new Random(seed);
        int lagMillis = random.nextInt(4) == 0 ? 0 : random.nextInt(8000);
        int count = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(5000);
        List<Ride> rides = Ride.random(random, count, 1 + random.nextInt(100), lagMillis);
        Workload workload = Workload.random(random, lagMillis);
        Path home = directory.resolve("seed-" + seed);
        Path input = Ride.write(home.resolve(random.nextBoolean() ? "in.csv" : "in.csv.gz"), rides);
        EngineConfig config = EngineConfig.of(home.resolve("state"))
                .memory("128MiB")
                .parallelism(1 + (int) seed % 4)
                .store(seed % 8 < 4 ? StoreKind.MAPDB : StoreKind.ROCKSDB)
                .epochInterval(Duration.ofMillis(random.nextInt(4) == 0 ? 1000 : 2))
                .flow(flow -> flow(flow, random));
        try (Engine engine = Engine.open(config)) {
            JobReport report = engine.run(workload.pipeline(Sources.csvFile(input, Ride.class), home))
                    .await();
            workload.check(config.toString(), home, rides);
            assertEquals(count, report.events());
            assertEquals(0, report.leakedOffHeapBytes());
            assertEquals(new Oracle(workload, rides).lateLetters(), report.lateEvents());
        }
    }

    private static FlowConfig flow(FlowConfig usual, Random random) {
        return random.nextBoolean()
                ? usual
                : usual.pageBytes(4096 << random.nextInt(6))
                        .channelPages(2 << random.nextInt(3))
                        .batchEvents(1 + random.nextInt(2000))
                        .linger(Duration.ofMillis(random.nextInt(3)));
    }
}

package dev.millrace.bench.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class WorkloadsTest {
    @TempDir
    private Path directory;

    private static Parameters parameters(long events, long keys, Keys.Distribution distribution, long rate) {
        return new Parameters(
                events, keys, distribution, 2, Duration.ofMillis(50), StoreKind.MAPDB, rate, 64L << 20, Map.of());
    }

    @TestFactory
    List<DynamicTest> everyContenderGivesTheOutputsOfTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Workload workload : Workloads.all()) {
            for (Keys.Distribution distribution : distributionsOf(workload)) {
                Parameters parameters =
                        parameters(20_000, 500, distribution, workload.defaultRate() == 0 ? 0 : 1_000_000);
                for (Contender contender : workload.contenders()) {
                    String name = workload.name() + " " + distribution + " " + contender.name();
                    tests.add(DynamicTest.dynamicTest(name, () -> agrees(workload, contender, parameters)));
                }
            }
        }
        return tests;
    }

    @Test
    void aBudgetThatStateIsLargerThanChangesNoOutputAndIsMet() throws Exception {
        Workload workload = new BudgetedState(new KeyedCount(), 256 << 10);
        Parameters parameters = parameters(60_000, 20_000, Keys.Distribution.UNIFORM, 0);
        for (Contender contender : workload.contenders()) {
            agrees(workload, contender, parameters);
        }
        Outcome outcome = workload.contenders().get(0).run(parameters, Files.createTempDirectory(directory, "run"));
        assertTrue(Objects.requireNonNull(outcome.coldState()).evicted() > 10_000, outcome::toString);
        Outcome allFits = workload.contenders().get(1).run(parameters, Files.createTempDirectory(directory, "run"));
        assertEquals(0, Objects.requireNonNull(allFits.coldState()).evicted());
    }

    private static List<Keys.Distribution> distributionsOf(Workload workload) {
        return workload.hasFixedInput() ? List.of(Keys.Distribution.UNIFORM) : List.of(Keys.Distribution.values());
    }

    private void agrees(Workload workload, Contender contender, Parameters parameters) throws Exception {
        Outcome expected = workload.reference(parameters);
        Outcome outcome = contender.run(parameters, Files.createTempDirectory(directory, "run"));
        assertTrue(expected.outputs() > 0);
        assertEquals(expected.outputs(), outcome.outputs());
        assertEquals(expected.checksum(), outcome.checksum());
    }

    /** Computed with a program of a few lines in another language. */
    @Test
    void theReferencesAreTheSumsThatTheDefinitionsGive() {
        assertEquals(
                Outcome.of(10, 0xd59cc3e631543d9L),
                new KeyedCount().reference(parameters(1000, 10, Keys.Distribution.UNIFORM, 0)));
        Parameters bids = parameters(100_000, 1, Keys.Distribution.UNIFORM, 0);
        assertEquals(Outcome.of(92_000, 0xa4c735a04L), new NexmarkBids(NexmarkBids.Query.Q1).reference(bids));
        assertEquals(Outcome.of(407, 0xd12d438L), new NexmarkBids(NexmarkBids.Query.Q2).reference(bids));
        assertEquals(Outcome.of(603, 0x608b0a558c8e2371L), new NexmarkState(NexmarkState.Query.Q3).reference(bids));
        assertEquals(Outcome.of(11, 0xcf03fba30107bb8fL), new NexmarkState(NexmarkState.Query.Q5).reference(bids));
        assertEquals(Outcome.of(1195, 0xecaee925b8281a2L), new NexmarkState(NexmarkState.Query.Q8).reference(bids));
        assertEquals(Outcome.of(5, 4 + 10 + 16 + 22 + 28), handCountedMapFilter());
    }

    /** x = 1, 3, 5, 7, 9 of the first ten give even numbers: 4, 10, 16, 22, 28. */
    private static Outcome handCountedMapFilter() {
        return new MapFilter().reference(parameters(10, 1, Keys.Distribution.UNIFORM, 0));
    }

    @Test
    void mixesAsTheDefinitionSays() {
        assertEquals(0xd85d1d823d12cde7L, Mix.mix(0));
        assertEquals(0xa3ffdf0e74461f43L, Mix.mix(1));
        assertEquals(0x77a264ff872a127fL, Mix.mix(123456789));
        assertEquals(998, Mix.bounded(Mix.mix(3), 1000));
        assertEquals(0xc7b9d69dd1841e28L, Mix.term(7, 3));
    }

    @Test
    void zipfGivesTheFirstRankItsShare() {
        Keys keys = Keys.of(Keys.Distribution.ZIPF, 1000);
        long first = Mix.bounded(Mix.mix(0), 1000);
        long count = 0;
        for (long i = 0; i < 100_000; i++) {
            count += keys.at(i) == first ? 1 : 0;
        }
        double zeta = 0;
        for (int rank = 1; rank <= 1000; rank++) {
            zeta += 1 / Math.pow(rank, 0.99);
        }
        assertEquals(1 / zeta, count / 100_000.0, 0.01);
    }

    @Test
    void latencyIsCountedForEveryEventAfterTheFirstOnes() throws Exception {
        Workload workload = Workloads.named("keyed-latency");
        Parameters parameters = parameters(10_000, 100, Keys.Distribution.UNIFORM, 1_000_000);
        for (Contender contender : workload.contenders()) {
            Outcome outcome = contender.run(parameters, Files.createTempDirectory(directory, "run"));
            assertEquals(8_000, Objects.requireNonNull(outcome.latencyNanos()).getTotalCount(), contender.name());
        }
    }

    @Test
    void anEventIsDueAtItsTimeHoweverLateItIsTaken() {
        long[] now = {5_000};
        KeyedLatency.OnTime events =
                new KeyedLatency.OnTime(100, 1_000_000, Keys.of(Keys.Distribution.UNIFORM, 10), () -> now[0]);
        assertEquals(5_000, due(events), "the first one starts the loop");
        assertFalse(events.advance(), "a microsecond before its time");
        now[0] = 1_000_000_000; // nobody took any for a second
        for (long i = 1; i < 100; i++) {
            assertEquals(5_000 + 1_000 * i, due(events));
        }
        assertTrue(events.isFinished());
    }

    private static long due(KeyedLatency.OnTime events) {
        assertTrue(events.advance());
        return ((KeyedLatency.Due) events.event()).dueNanos();
    }

    @Test
    void settingsReachTheEngine() throws Exception {
        Workload workload = Workloads.named("keyed-count");
        Parameters parameters = parameters(1_000, 10, Keys.Distribution.UNIFORM, 0);
        Path scratch = Files.createTempDirectory(directory, "run");
        Contender engine = workload.contenders().get(0);
        engine.run(parameters.with(Map.of("store", "rocksdb")), scratch);
        assertTrue(Files.exists(scratch.resolve("state")));
        Parameters wrong = parameters.with(Map.of("memory.huge-pages", "perhaps"));
        assertThrows(
                IllegalArgumentException.class, () -> engine.run(wrong, Files.createTempDirectory(directory, "run")));
    }

    @Test
    void refusesANameThatNoWorkloadHas() {
        IllegalArgumentException error =
                assertThrows(IllegalArgumentException.class, () -> Workloads.named("keyed-cuont"));
        assertTrue(error.getMessage().contains("keyed-count"), error.getMessage());
    }
}

package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.testkit.TestInput;
import org.junit.jupiter.api.Test;

/**
 * Graphs that chance drew, under a scheduler that chance drives, over short channels. For more of them than every build
 * runs: {@code -Dmillrace.test.graphs=10000}.
 */
final class RandomGraphTest {
    private static final int GRAPHS = Integer.getInteger("millrace.test.graphs", 100);
    private static final long FIRST_SEED = Long.getLong("millrace.test.graphs.from", 0);
    private static final int ENTRIES = 4;
    private static final int SLOWER = 1000;
    private static final FlowConfig SMALL_PAGES =
            FlowConfig.DEFAULT.pageBytes(4096).channelPages(ENTRIES).batchEvents(64);

    record Count(long number) {}

    @Test
    void everyGraphComesToItsEndWithTheResultsOfAPlainProgram() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        int parallelism = 1 + Math.floorMod(seed, 4);
        try {
            RandomGraph graph = new RandomGraph(seed);
            try (SteppedJob job = new SteppedJob(graph.pipeline(), parallelism, seed, SMALL_PAGES, Recovery.NONE)) {
                job.runToItsEnd(200 + Math.floorMod(seed * 31, 300));
            }
            assertEquals(graph.expected(), graph.found());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "graph is wrong: run with -Dmillrace.test.graphs.from=" + seed + " -Dmillrace.test.graphs=1", e);
        }
    }

    /** A thousand times slower than what is before them, in turns. */
    private static long mostLiveBytes(int events, String slowTask) {
        TestInput<Count> numbers = TestInput.of(Count.class);
        for (int i = 0; i < events; i++) {
            numbers.send(new Count(i));
        }
        Pipeline pipeline = Pipeline.named("slow");
        long[] count = {0};
        numbers.end();
        pipeline.source("numbers", numbers)
                .rebalance()
                .filter(number -> number.number() % 2 == 0)
                .keyBy(number -> number.number() % 64)
                .aggregate("counts", Aggregate.<Count>counting(), (key, window, n) -> n)
                .forEach("total", n -> count[0] += n);
        try (SteppedJob job = new SteppedJob(pipeline, 2, 7, SMALL_PAGES, Recovery.NONE)) {
            job.watchMemory().scheduler().slowDown(slowTask, SLOWER);
            job.runToItsEnd(100_000);
            assertEquals(events / 2, count[0]);
            return job.mostLiveBytes();
        }
    }

    @Test
    void memoryIsAsFlatAsTheChannelsAreShortWhoeverIsSlow() {
        // From the source to two tasks, and from each of these to two others.
        long channelBytes = 6 * ((ENTRIES + 2L) * SMALL_PAGES.pageBytes());
        long fewest = mostLiveBytes(4_000, "no such task");
        for (String slow : new String[] {"keyed-1/0", "rebalanced-1/1"}) {
            long few = mostLiveBytes(20_000, slow);
            long many = mostLiveBytes(80_000, slow);
            assertTrue(many <= fewest + channelBytes, "slow=" + slow + ", bytes=" + many + ", unslowed=" + fewest);
            assertTrue(many <= few + channelBytes / 2, "slow=" + slow + ", few=" + few + ", many=" + many);
        }
    }
}

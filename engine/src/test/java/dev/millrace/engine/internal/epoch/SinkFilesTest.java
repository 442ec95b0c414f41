package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.engine.stream.Sources;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class SinkFilesTest {
    private static final FileOps FILES = FileOps.real();

    @TempDir
    Path directory;

    private DurableState open(String name) {
        return DurableState.open(FILES, directory.resolve(name), DurableStateConfig.of("job", "1", StoreKind.MAPDB));
    }

    private static void refuses(String message, Executable action) {
        String told = assertThrows(OutputException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    /** Commits an epoch in which each sink wrote one text. */
    private static void commit(DurableState state, SinkFiles sinks, long epoch, String... texts) {
        long[] added = new long[texts.length];
        for (int sinkId = 0; sinkId < texts.length; sinkId++) {
            state.appendSink(epoch, sinkId, TestSink.bytes(texts[sinkId]));
            added[sinkId] = texts[sinkId].length();
        }
        Map<String, Long> counters = new HashMap<>();
        sinks.noteDurable(counters);
        state.commit(new CommitRecord(epoch, false, Map.of(), sinks.lengthsWith(added), Map.of(), counters, Map.of()));
    }

    @Test
    void appliesCommittedBytesToTheFilesTheyAreFor() {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        try (DurableState state = open("state");
                SinkFiles sinks =
                        SinkFiles.begin(FILES, state, List.of(TestSink.node("b", one), TestSink.node("a", two)))) {
            assertEquals(2, sinks.count());
            commit(state, sinks, 1, "1\n", "22\n");
            state.appendSink(2, 0, TestSink.bytes("of the next epoch"));
            assertEquals(TestSink.HEAD, TestSink.text(one), "committed is not applied");
            assertEquals(5, sinks.apply(1, Runnable::run));
            assertEquals(TestSink.HEAD + "1\n", TestSink.text(one));
            assertEquals(TestSink.HEAD + "22\n", TestSink.text(two));
            assertEquals(0, sinks.apply(1, Runnable::run), "twice is once");
            assertEquals(Map.of("b", 7L, "a", 18L), sinks.lengthsWith(new long[] {0, 10}));
            assertEquals(0, sinks.durableEpoch());
            sinks.force();
            assertEquals(1, sinks.durableEpoch());
        }
    }

    @Test
    void resumeWritesAgainWhatACrashLost() {
        Path out = directory.resolve("out");
        List<SinkNode> nodes = List.of(TestSink.node("s", out));
        try (DurableState state = open("state")) {
            SinkFiles sinks = SinkFiles.begin(FILES, state, nodes);
            commit(state, sinks, 1, "1\n");
            sinks.apply(1, Runnable::run);
            sinks.force();
            commit(state, sinks, 2, "22\n");
            sinks.apply(2, Runnable::run);
            commit(state, sinks, 3, "333\n");
            sinks.close();
        }
        String all = TestSink.HEAD + "1\n22\n333\n";
        String durable = TestSink.HEAD + "1\n";
        for (String left :
                new String[] {durable, durable + "22", durable + "\0\0\0\0\0\0", all, all + "never committed\n"}) {
            TestSink.write(out, left);
            try (DurableState state = open("state")) {
                SinkFiles sinks =
                        SinkFiles.resume(FILES, state, nodes, state.lastCommit().orElseThrow());
                assertEquals(all, TestSink.text(out), left);
                assertEquals(1, sinks.durableEpoch());
                sinks.close();
            }
        }
        TestSink.write(out, durable.substring(1));
        try (DurableState state = open("state")) {
            CommitRecord commit = state.lastCommit().orElseThrow();
            refuses(
                    "output is shorter than what was committed: sink=s",
                    () -> SinkFiles.resume(FILES, state, nodes, commit));
        }
    }

    @Test
    void losesNothingOverManyCrashes() {
        for (long seed = 1; seed <= 8; seed++) {
            Random random = new Random(seed);
            String[] expected = {TestSink.HEAD, TestSink.HEAD, TestSink.HEAD};
            Path[] outs = new Path[expected.length];
            for (int i = 0; i < outs.length; i++) {
                outs[i] = directory.resolve("out-" + seed + "-" + i);
            }
            List<SinkNode> nodes =
                    List.of(TestSink.node("a", outs[0]), TestSink.node("b", outs[1]), TestSink.node("c", outs[2]));
            long[] durable = new long[outs.length];
            long epoch = 0;
            for (int life = 0; life < 6; life++) {
                String context = "seed=" + seed + ", life=" + life;
                try (DurableState state = open("state-" + seed)) {
                    SinkFiles sinks = epoch == 0
                            ? SinkFiles.begin(FILES, state, nodes)
                            : SinkFiles.resume(
                                    FILES, state, nodes, state.lastCommit().orElseThrow());
                    for (int i = 0; epoch > 0 && i < outs.length; i++) {
                        assertEquals(expected[i], TestSink.text(outs[i]), context);
                    }
                    for (int more = 1 + random.nextInt(6); more > 0; more--) {
                        epoch++;
                        String[] texts = new String[outs.length];
                        for (int i = 0; i < outs.length; i++) {
                            texts[i] = "x".repeat(random.nextInt(50)) + epoch + "\n";
                            expected[i] += texts[i];
                        }
                        commit(state, sinks, epoch, texts);
                        Map<String, Long> noted =
                                state.lastCommit().orElseThrow().counters();
                        for (int i = 0; i < outs.length; i++) {
                            durable[i] = noted.get("sink." + nodes.get(i).name() + ".durableBytes");
                        }
                        if (more > 1 || random.nextBoolean()) { // the last may be killed before it is applied
                            sinks.apply(epoch, Runnable::run);
                        }
                        if (random.nextInt(3) == 0) {
                            sinks.force();
                        }
                    }
                    sinks.close();
                }
                for (int i = 0; i < outs.length; i++) {
                    damage(outs[i], durable[i], random);
                }
            }
        }
    }

    /** Leaves of a file what is durable, and of the rest what a crash may leave. */
    private static void damage(Path file, long durableBytes, Random random) {
        String text = TestSink.text(file);
        int kept = (int) durableBytes + random.nextInt(text.length() - (int) durableBytes + 1);
        TestSink.write(file, text.substring(0, kept) + "\0".repeat(random.nextInt(100)));
    }

    @Test
    void refusesTwoThatWantOneFile() {
        Path out = directory.resolve("out");
        Path sameOut = directory.resolve("below/../out");
        SourceNode source = new SourceNode("in", Sources.csvFile(directory.resolve("in"), String.class));
        SinkFiles.check(FILES, List.of(TestSink.node("a", out)), List.of(source));
        refuses(
                "output is taken: sink=a, sink=b, file=" + sameOut,
                () -> SinkFiles.check(
                        FILES, List.of(TestSink.node("a", out), TestSink.node("b", sameOut)), List.of(source)));
        refuses(
                "output is taken: source=in, sink=a",
                () -> SinkFiles.check(FILES, List.of(TestSink.node("a", directory.resolve("in"))), List.of(source)));
    }
}

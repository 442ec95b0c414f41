package dev.millrace.bench.workload;

import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** NEXMark's queries that keep state: q3 joins for ever, q5 counts in sliding windows, q8 joins in windows. */
public final class NexmarkState implements Workload {
    /** The category that q3 looks for. */
    static final long CATEGORY = 10;

    /** The window of q5 and of q8. */
    static final Duration WINDOW = Duration.ofSeconds(10);

    /** The distance of q5's windows. */
    static final Duration SLIDE = Duration.ofSeconds(2);

    /** Slices of a window of q5. */
    static final int SLICES = 5;

    /** What q8 has in its terms in place of a count. */
    static final long NEW = 8;

    /** Which of them. */
    public enum Query {
        /** Who sells in some states, with each of their auctions of a category. */
        Q3,
        /** The auctions with most bids. */
        Q5,
        /** Who sells in the window in which they registered. */
        Q8
    }

    private final Query query;

    /** The workload of a query. */
    public NexmarkState(Query query) {
        this.query = query;
    }

    static boolean isLocal(String state) {
        return state.equals("OR") || state.equals("ID") || state.equals("CA");
    }

    @Override
    public String name() {
        return switch (query) {
            case Q3 -> "nexmark-q3";
            case Q5 -> "nexmark-q5";
            case Q8 -> "nexmark-q8";
        };
    }

    @Override
    public String question() {
        return switch (query) {
            case Q3 -> "What does it cost to join two streams for ever?";
            case Q5 -> "What does it cost to find the most wanted of each sliding window?";
            case Q8 -> "What does it cost to join two streams window by window?";
        };
    }

    @Override
    public long defaultEvents() {
        return 20_000_000;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, this::engine),
                Contender.of("hand-written", (parameters, scratch) -> fused(parameters)),
                Contender.of("disruptor+fastutil", (parameters, scratch) -> disruptor(parameters)));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return fused(parameters);
    }

    private Outcome engine(Parameters parameters, Path scratch) throws Exception {
        ChecksumSink<NexmarkPipelines.Pair> sink = new ChecksumSink<>(
                NexmarkPipelines.Pair.class, scratch.resolve("out"), pair -> Mix.term(pair.left(), pair.right()));
        Pipeline pipeline = Pipeline.named(name());
        NexmarkPipelines.of(query, pipeline, parameters.events()).sink("pairs", sink);
        return EngineRun.of(pipeline, sink, parameters, scratch);
    }

    private Outcome fused(Parameters parameters) {
        NexmarkByHand work = NexmarkByHand.of(query);
        for (long i = 0; i < parameters.events(); i++) {
            work.feed(i, work);
        }
        work.finish();
        return work.outcome();
    }

    private Outcome disruptor(Parameters parameters) throws InterruptedException {
        NexmarkByHand work = NexmarkByHand.of(query);
        RingStage ring = new RingStage(List.of(work));
        RingStage.Consumer publisher = (first, second) -> ring.publish(0, first, second);
        for (long i = 0; i < parameters.events(); i++) {
            work.feed(i, publisher);
        }
        ring.finish();
        work.finish();
        return work.outcome();
    }
}

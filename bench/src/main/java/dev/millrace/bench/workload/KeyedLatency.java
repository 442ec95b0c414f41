package dev.millrace.bench.workload;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The work of {@link KeyedCount} in an open loop: events are due at a fixed rate whether the engine keeps up or not, and the
 * latency of an event counts from when it was due (Tene, "How NOT to Measure Latency": no coordinated omission). The first two
 * seconds are left out.
 */
public final class KeyedLatency implements Workload {
    private static final long LEFT_OUT_NANOS = 2_000_000_000L;
    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    private static final long VALUE_MASK = 0xff;

    /** What comes in, with the time it was due. */
    record Due(KeyedCount.Key key, long value, long dueNanos, boolean counts) {}

    @Override
    public String name() {
        return "keyed-latency";
    }

    @Override
    public String question() {
        return "How long after it was due is an event counted?";
    }

    @Override
    public long defaultEvents() {
        return 1_000_000;
    }

    @Override
    public long defaultKeys() {
        return 1_000_000;
    }

    @Override
    public long defaultRate() {
        return 100_000;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, KeyedLatency::engine),
                Contender.of("disruptor+fastutil", (parameters, scratch) -> disruptor(parameters)));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return new KeyedCount().reference(parameters);
    }

    private static Histogram newHistogram() {
        return new ConcurrentHistogram(LONGEST_NANOS, 3);
    }

    private static Outcome engine(Parameters parameters, Path scratch) throws Exception {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        Histogram latencies = newHistogram();
        ChecksumSink<KeyedCount.Result> sink = new ChecksumSink<>(
                KeyedCount.Result.class, scratch.resolve("out"), result -> Mix.term(result.key(), result.count()));
        Pipeline pipeline = Pipeline.named("keyed-latency");
        pipeline.source(
                        "events",
                        new IndexSource<>(
                                Due.class, () -> new OnTime(parameters.events(), parameters.eventsPerSecond(), keys)))
                .keyBy(Due::key)
                .aggregate(
                        "totals",
                        Aggregate.<Due, KeyedCount.Total>of(new KeyedCount.Total(0, 0), (total, event) -> {
                            if (event.counts()) {
                                latencies.recordValue(System.nanoTime() - event.dueNanos());
                            }
                            return new KeyedCount.Total(total.count() + 1, total.sum() + event.value());
                        }),
                        (key, whole, total) -> new KeyedCount.Result(key.number(), total.count()))
                .sink("results", sink);
        return EngineRun.of(pipeline, sink, parameters, scratch).withLatency(latencies);
    }

    private static Outcome disruptor(Parameters parameters) throws InterruptedException {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        Histogram latencies = newHistogram();
        LongCounts counts = new LongCounts();
        OnTime events = new OnTime(parameters.events(), parameters.eventsPerSecond(), keys);
        RingStage ring = new RingStage(List.of((key, dueNanos) -> {
            if (dueNanos != 0) {
                latencies.recordValue(System.nanoTime() - dueNanos);
            }
            counts.add(key, 0);
        }));
        while (!events.isFinished()) {
            if (!events.advance()) {
                Thread.onSpinWait();
            } else {
                Due event = (Due) events.event();
                ring.publish(0, event.key().number(), event.counts() ? event.dueNanos() : 0);
            }
        }
        ring.finish();
        return counts.outcome().withLatency(latencies);
    }

    /** Events come when they are due; those that nobody took then come at once, and are as late as they are. */
    static final class OnTime extends IndexReader {
        private final Keys keys;
        private final long leftOut;
        private long due;

        OnTime(long events, long eventsPerSecond, Keys keys) {
            this(events, eventsPerSecond, keys, System::nanoTime);
        }

        OnTime(long events, long eventsPerSecond, Keys keys, LongSupplier clock) {
            super(events, eventsPerSecond, clock);
            this.keys = keys;
            leftOut = Math.min(events / 5, (long) (LEFT_OUT_NANOS / 1e9 * eventsPerSecond));
        }

        @Override
        public boolean advance() {
            if (!hasNext()) {
                return false;
            }
            due = dueNanos();
            if (nowNanos() - due < 0) {
                return false;
            }
            index++;
            return true;
        }

        @Override
        public Object event() {
            long i = index - 1;
            KeyedCount.Key key = new KeyedCount.Key(keys.at(i)); // before the event, see KeyedCount
            return new Due(key, i & VALUE_MASK, due, i >= leftOut);
        }
    }
}

package dev.millrace.bench.workload;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** With state: counts and sums by key. */
public final class KeyedCount implements Workload {
    /** What comes in. */
    record Event(Key key, long value) {}

    /** A record, so that no box is made of it. */
    record Key(long number) {}

    /** What is kept by key. */
    record Total(long count, long sum) {}

    /** What goes out. */
    record Result(long key, long count) {}

    private static final long VALUE_MASK = 0xff;

    @Override
    public String name() {
        return "keyed-count";
    }

    @Override
    public String question() {
        return "What does an event cost that changes the state of its key?";
    }

    @Override
    public long defaultEvents() {
        return 20_000_000;
    }

    @Override
    public long defaultKeys() {
        return 1_000_000;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, KeyedCount::engine),
                Contender.of("hand-written", (parameters, scratch) -> fused(parameters)),
                Contender.of("disruptor+fastutil", (parameters, scratch) -> disruptor(parameters)),
                Contender.of("HashMap", (parameters, scratch) -> hashMap(parameters)),
                Contender.of("java.util.stream", (parameters, scratch) -> streams(parameters)));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return fused(parameters);
    }

    private static Outcome engine(Parameters parameters, Path scratch) throws Exception {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        ChecksumSink<Result> sink = new ChecksumSink<>(
                Result.class, scratch.resolve("out"), result -> Mix.term(result.key(), result.count()));
        Pipeline pipeline = Pipeline.named("keyed-count");
        pipeline.source("events", new IndexSource<>(Event.class, () -> new Events(parameters.events(), keys)))
                .keyBy(Event::key)
                .aggregate(
                        "totals",
                        Aggregate.<Event, Total>of(
                                new Total(0, 0),
                                (total, event) -> new Total(total.count() + 1, total.sum() + event.value())),
                        (key, whole, total) -> new Result(key.number(), total.count()))
                .sink("results", sink);
        return EngineRun.of(pipeline, sink, parameters, scratch);
    }

    private static Outcome fused(Parameters parameters) {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        LongCounts counts = new LongCounts();
        for (long i = 0; i < parameters.events(); i++) {
            counts.add(keys.at(i), i & VALUE_MASK);
        }
        return counts.outcome();
    }

    private static Outcome disruptor(Parameters parameters) throws InterruptedException {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        List<Long2ObjectOpenHashMap<long[]>> tables = new ArrayList<>();
        List<RingStage.Consumer> consumers = new ArrayList<>();
        for (int consumer = 0; consumer < parameters.parallelism(); consumer++) {
            Long2ObjectOpenHashMap<long[]> table = new Long2ObjectOpenHashMap<>();
            tables.add(table);
            consumers.add((key, value) -> {
                long[] total = table.get(key);
                if (total == null) {
                    total = new long[2];
                    table.put(key, total);
                }
                total[0]++;
                total[1] += value;
            });
        }
        RingStage ring = new RingStage(consumers);
        for (long i = 0; i < parameters.events(); i++) {
            long key = keys.at(i);
            ring.publish((int) Mix.bounded(Mix.mix(key), consumers.size()), key, i & VALUE_MASK);
        }
        ring.finish();
        long outputs = 0;
        long checksum = 0;
        for (Long2ObjectOpenHashMap<long[]> table : tables) {
            outputs += table.size();
            for (Long2ObjectMap.Entry<long[]> entry : table.long2ObjectEntrySet()) {
                checksum += Mix.term(entry.getLongKey(), entry.getValue()[0]);
            }
        }
        return Outcome.of(outputs, checksum);
    }

    private static Outcome hashMap(Parameters parameters) {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        Map<Key, Total> totals = new HashMap<>();
        for (long i = 0; i < parameters.events(); i++) {
            Event event = new Event(new Key(keys.at(i)), i & VALUE_MASK);
            totals.merge(
                    event.key(),
                    new Total(1, event.value()),
                    (total, one) -> new Total(total.count() + 1, total.sum() + one.sum()));
        }
        return outcome(totals);
    }

    private static Outcome streams(Parameters parameters) {
        Keys keys = Keys.of(parameters.distribution(), parameters.keys());
        Map<Key, Total> totals = LongStream.range(0, parameters.events())
                .mapToObj(i -> new Event(new Key(keys.at(i)), i & VALUE_MASK))
                .collect(Collectors.toMap(
                        Event::key,
                        event -> new Total(1, event.value()),
                        (left, right) -> new Total(left.count() + right.count(), left.sum() + right.sum())));
        return outcome(totals);
    }

    private static Outcome outcome(Map<Key, Total> totals) {
        long checksum = 0;
        for (Map.Entry<Key, Total> entry : totals.entrySet()) {
            checksum += Mix.term(entry.getKey().number(), entry.getValue().count());
        }
        return Outcome.of(totals.size(), checksum);
    }

    private static final class Events extends IndexReader {
        private final Keys keys;

        Events(long events, Keys keys) {
            super(events, 0);
            this.keys = keys;
        }

        @Override
        public boolean advance() {
            return goOn();
        }

        @Override
        public Object event() {
            long i = index - 1;
            // Before the event: the JIT takes a record apart that was there when the one around it was made, and no
            // other.
            Key key = new Key(keys.at(i));
            return new Event(key, i & VALUE_MASK);
        }
    }
}

package dev.millrace.bench.workload;

import dev.millrace.engine.stream.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Without state: y = 3x + 1, keep the even ones. */
public final class MapFilter implements Workload {
    /** What comes in. */
    record X(long x) {}

    /** What goes out. */
    record Y(long y) {}

    @Override
    public String name() {
        return "map-filter";
    }

    @Override
    public String question() {
        return "What does an event cost that only passes through?";
    }

    @Override
    public long defaultEvents() {
        return 100_000_000;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, MapFilter::engine),
                Contender.of("hand-written", (parameters, scratch) -> fused(parameters)),
                Contender.of("disruptor", (parameters, scratch) -> disruptor(parameters)),
                Contender.of("java.util.stream", (parameters, scratch) -> streams(parameters)));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return fused(parameters);
    }

    private static Outcome engine(Parameters parameters, Path scratch) throws InterruptedException {
        ChecksumSink<Y> sink = new ChecksumSink<>(Y.class, scratch.resolve("out"), Y::y);
        Pipeline pipeline = Pipeline.named("map-filter");
        pipeline.source("x", new IndexSource<>(X.class, () -> new Numbers(parameters.events())))
                .map(x -> new Y(3 * x.x() + 1))
                .filter(y -> (y.y() & 1) == 0)
                .sink("y", sink);
        return EngineRun.of(pipeline, sink, parameters, scratch);
    }

    private static Outcome fused(Parameters parameters) {
        long outputs = 0;
        long checksum = 0;
        for (long x = 0; x < parameters.events(); x++) {
            long y = 3 * x + 1;
            if ((y & 1) == 0) {
                outputs++;
                checksum += y;
            }
        }
        return Outcome.of(outputs, checksum);
    }

    private static Outcome disruptor(Parameters parameters) throws InterruptedException {
        long[] sums = new long[2];
        RingStage ring = new RingStage(List.of((first, second) -> {
            if ((first & 1) == 0) {
                sums[0]++;
                sums[1] += first;
            }
        }));
        for (long x = 0; x < parameters.events(); x++) {
            ring.publish(0, 3 * x + 1, 0);
        }
        ring.finish();
        return Outcome.of(sums[0], sums[1]);
    }

    private static Outcome streams(Parameters parameters) {
        long[] sums = LongStream.range(0, parameters.events())
                .mapToObj(X::new)
                .map(x -> new Y(3 * x.x() + 1))
                .filter(y -> (y.y() & 1) == 0)
                .collect(
                        () -> new long[2],
                        (total, y) -> {
                            total[0]++;
                            total[1] += y.y();
                        },
                        (left, right) -> {
                            left[0] += right[0];
                            left[1] += right[1];
                        });
        return Outcome.of(sums[0], sums[1]);
    }

    private static final class Numbers extends IndexReader {
        Numbers(long events) {
            super(events, 0);
        }

        @Override
        public boolean advance() {
            return goOn();
        }

        @Override
        public Object event() {
            return new X(index - 1);
        }
    }
}

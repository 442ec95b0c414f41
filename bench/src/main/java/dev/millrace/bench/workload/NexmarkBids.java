package dev.millrace.bench.workload;

import dev.millrace.bench.workload.Nexmark.Bid;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Stream;
import java.nio.file.Path;
import java.util.List;

/** NEXMark's queries over bids alone: q1 converts prices, q2 looks for some auctions. */
public final class NexmarkBids implements Workload {
    private static final long WATCHED = 123;

    /** Which of the two. */
    public enum Query {
        /** Prices in another currency. */
        Q1,
        /** Bids on every 123rd auction. */
        Q2
    }

    /** What goes out. */
    record Quote(long auction, long price) {}

    private final Query query;

    /** The workload of a query. */
    public NexmarkBids(Query query) {
        this.query = query;
    }

    @Override
    public String name() {
        return switch (query) {
            case Q1 -> "nexmark-q1";
            case Q2 -> "nexmark-q2";
        };
    }

    @Override
    public String question() {
        return switch (query) {
            case Q1 -> "What does it cost to convert the price of every bid?";
            case Q2 -> "What does it cost to find one bid in 123?";
        };
    }

    @Override
    public long defaultEvents() {
        return 50_000_000;
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                Contender.of(Contender.ENGINE, this::engine),
                Contender.of("hand-written", (parameters, scratch) -> fused(parameters)),
                Contender.of("disruptor", (parameters, scratch) -> disruptor(parameters)));
    }

    @Override
    public Outcome reference(Parameters parameters) {
        return fused(parameters);
    }

    private Outcome engine(Parameters parameters, Path scratch) throws InterruptedException {
        ChecksumSink<Quote> sink =
                new ChecksumSink<>(Quote.class, scratch.resolve("out"), quote -> quote.price() + quote.auction());
        Pipeline pipeline = Pipeline.named(name());
        Stream<Bid> bids = pipeline.source("bids", new IndexSource<>(Bid.class, () -> new Bids(parameters.events())));
        Stream<Quote> quotes =
                switch (query) {
                    case Q1 -> bids.map(bid -> new Quote(bid.auction(), bid.price() * 908 / 1000));
                    case Q2 ->
                        bids.filter(bid -> bid.auction() % WATCHED == 0)
                                .map(bid -> new Quote(bid.auction(), bid.price()));
                };
        quotes.sink("quotes", sink);
        return EngineRun.of(pipeline, sink, parameters, scratch);
    }

    private Outcome fused(Parameters parameters) {
        long outputs = 0;
        long checksum = 0;
        boolean converts = query == Query.Q1;
        for (long i = 0; i < parameters.events(); i++) {
            if (Nexmark.isBid(i)) {
                Bid bid = Nexmark.bid(i);
                if (converts) {
                    outputs++;
                    checksum += bid.price() * 908 / 1000 + bid.auction();
                } else if (bid.auction() % WATCHED == 0) {
                    outputs++;
                    checksum += bid.price() + bid.auction();
                }
            }
        }
        return Outcome.of(outputs, checksum);
    }

    private Outcome disruptor(Parameters parameters) throws InterruptedException {
        long[] sums = new long[2];
        boolean converts = query == Query.Q1;
        RingStage ring = new RingStage(List.of((auction, price) -> {
            if (converts || auction % WATCHED == 0) {
                sums[0]++;
                sums[1] += auction + (converts ? price * 908 / 1000 : price);
            }
        }));
        for (long i = 0; i < parameters.events(); i++) {
            if (Nexmark.isBid(i)) {
                Bid bid = Nexmark.bid(i);
                ring.publish(0, bid.auction(), bid.price());
            }
        }
        ring.finish();
        return Outcome.of(sums[0], sums[1]);
    }

    private static final class Bids extends IndexReader {
        Bids(long events) {
            super(events, 0);
        }

        @Override
        public boolean advance() {
            while (hasNext() && !Nexmark.isBid(index)) {
                index++;
            }
            return goOn();
        }

        @Override
        public Object event() {
            return Nexmark.bid(index - 1);
        }
    }
}

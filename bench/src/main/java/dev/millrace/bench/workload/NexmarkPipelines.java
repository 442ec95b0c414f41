package dev.millrace.bench.workload;

import dev.millrace.bench.workload.Nexmark.Auction;
import dev.millrace.bench.workload.Nexmark.Person;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** NEXMark's queries with state as users write them. */
final class NexmarkPipelines {
    private static final Duration IN_ORDER = Duration.ZERO;

    private NexmarkPipelines() {}

    /** What goes out of each of them: person and auction, auction and count, or person and 8. */
    record Pair(long left, long right) {}

    /** A bid with its time. */
    record TimedBid(long auction, long price, Instant time) {}

    /** The key of a seller. */
    record Seller(long id) {}

    /** The key of what is sold. */
    record Item(long id) {}

    /** Bids on an auction in a window. */
    record Count(long auction, long bids, Instant end) {}

    /** The auctions with most bids so far. */
    record Top(long bids, List<Long> auctions) {
        static final Top NONE = new Top(0, List.of());

        Top plus(Count count) {
            if (count.bids() < bids) {
                return this;
            }
            List<Long> all = new ArrayList<>(count.bids() == bids ? auctions : List.of());
            all.add(count.auction());
            return new Top(count.bids(), all);
        }
    }

    static Stream<Pair> of(NexmarkState.Query query, Pipeline pipeline, long events) {
        return switch (query) {
            case Q3 -> localSellers(pipeline, events);
            case Q5 -> hotAuctions(pipeline, events);
            case Q8 -> newSellers(pipeline, events);
        };
    }

    private static Stream<Pair> hotAuctions(Pipeline pipeline, long events) {
        return pipeline.source("bids", new IndexSource<>(TimedBid.class, () -> new Bids(events)))
                .eventTime(TimedBid::time, IN_ORDER)
                .keyBy(bid -> new Item(bid.auction()))
                .window(Window.sliding(NexmarkState.WINDOW, NexmarkState.SLIDE))
                .aggregate("bids", Aggregate.counting(), (item, window, n) -> new Count(item.id(), n, window.end()))
                .keyBy(Count::end)
                .window(Window.tumbling(NexmarkState.SLIDE))
                .aggregate("top", Aggregate.of(Top.NONE, Top::plus), (end, window, top) -> top)
                .<Pair>flatMap((top, out) -> top.auctions().forEach(each -> out.emit(new Pair(each, top.bids()))));
    }
}

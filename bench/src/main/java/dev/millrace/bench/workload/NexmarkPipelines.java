package dev.millrace.bench.workload;

import dev.millrace.bench.workload.Nexmark.Auction;
import dev.millrace.bench.workload.Nexmark.Person;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedCoProcess;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.Timer;
import dev.millrace.engine.stream.ValueState;
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

    private static Stream<Pair> localSellers(Pipeline pipeline, long events) {
        return pipeline.source("persons", new IndexSource<>(Person.class, () -> new Persons(events)))
                .filter(person -> NexmarkState.isLocal(person.state()))
                .keyBy(person -> new Seller(person.id()))
                .join(pipeline.source("auctions", new IndexSource<>(Auction.class, () -> new Auctions(events)))
                        .filter(auction -> auction.category() == NexmarkState.CATEGORY)
                        .keyBy(auction -> new Seller(auction.seller())))
                .everyPair("local-sellers", (person, auction) -> new Pair(person.id(), auction.id()));
    }

    private static Stream<Pair> newSellers(Pipeline pipeline, long events) {
        return pipeline.source("persons", new IndexSource<>(Person.class, () -> new Persons(events)))
                .eventTime(Person::time, IN_ORDER)
                .keyBy(person -> new Seller(person.id()))
                .join(pipeline.source("auctions", new IndexSource<>(Auction.class, () -> new Auctions(events)))
                        .eventTime(Auction::time, IN_ORDER)
                        .keyBy(auction -> new Seller(auction.seller())))
                .process("new-sellers", NewSellers.state());
    }

    /** Knows of a person in which window they registered, and in which one they sold something before we knew. */
    record NewSellers(ValueState<Long> registered, MapState<Long, Boolean> sold)
            implements KeyedCoProcess<Seller, Person, Auction, Pair> {
        private static final long NONE = Long.MIN_VALUE;

        static State.Kind<NewSellers> state() {
            return State.all(
                    State.value("registered", Long.class, NONE),
                    State.map("sold", Long.class, Boolean.class),
                    NewSellers::new);
        }

        private static long windowOf(Output<Pair> out) {
            return out.timeMillis() / NexmarkState.WINDOW.toMillis();
        }

        @Override
        public void onLeft(Person person, Output<Pair> out) {
            if (sold.contains(windowOf(out))) {
                out.emit(new Pair(person.id(), NexmarkState.NEW));
            } else {
                registered.set(windowOf(out));
            }
            out.timerAfter(NexmarkState.WINDOW);
        }

        @Override
        public void onRight(Auction auction, Output<Pair> out) {
            long window = windowOf(out);
            if (registered.get() == window) {
                out.emit(new Pair(auction.seller(), NexmarkState.NEW));
                registered.clear();
            } else if (registered.get() == NONE) {
                sold.put(window, true);
                out.timerAfter(NexmarkState.WINDOW);
            }
        }

        /** The window is over. */
        @Override
        public void onTimer(Seller seller, Timer timer, Output<Pair> out) {
            registered.clear();
            sold.clear();
        }
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
            Nexmark.Bid bid = Nexmark.bid(index - 1);
            return new TimedBid(bid.auction(), bid.price(), Instant.ofEpochMilli(Nexmark.millis(index - 1)));
        }
    }

    private static final class Persons extends IndexReader {
        Persons(long events) {
            super(events, 0);
        }

        @Override
        public boolean advance() {
            while (hasNext() && !Nexmark.isPerson(index)) {
                index++;
            }
            return goOn();
        }

        @Override
        public Object event() {
            return Nexmark.person(index - 1);
        }
    }

    private static final class Auctions extends IndexReader {
        Auctions(long events) {
            super(events, 0);
        }

        @Override
        public boolean advance() {
            while (hasNext() && !Nexmark.isAuction(index)) {
                index++;
            }
            return goOn();
        }

        @Override
        public Object event() {
            return Nexmark.auction(index - 1);
        }
    }
}

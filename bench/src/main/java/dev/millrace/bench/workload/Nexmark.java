package dev.millrace.bench.workload;

import java.time.Instant;
import java.util.List;

/**
 * The events of NEXMark's auction site (Tucker, Tufte, Papadimos and Maier, 2002), each a function of its index: of every 50
 * events 1 is a person, 3 are auctions and 46 are bids. Ten events have the same millisecond.
 */
final class Nexmark {
    private static final int ROUND = 50;
    private static final int FIRST_BID = 4;
    private static final long FIRST_ID = 1000;
    private static final long HOT_AUCTION_ROUND = 100;
    private static final long AUCTIONS_IN_FLIGHT = 100;
    private static final int AUCTIONS_PER_ROUND = 3;
    private static final long FIRST_MILLIS = 1_436_918_400_000L;
    private static final int EVENTS_PER_MILLI = 10;
    private static final long MOST_SELLERS = 1000;
    private static final List<String> NAMES =
            List.of("Peter", "Paula", "Luke", "Johanna", "Saul", "Vicky", "Kate", "Walter");
    private static final List<String> CITIES = List.of(
            "Phoenix",
            "Los Angeles",
            "San Francisco",
            "Boise",
            "Portland",
            "Bend",
            "Redmond",
            "Seattle",
            "Kent",
            "Cheyenne");
    private static final List<String> STATES = List.of("AZ", "CA", "ID", "OR", "WA", "WY");

    private Nexmark() {}

    /** Somebody who registers. */
    record Person(long id, String name, String city, String state, Instant time) {}

    /** Something to be sold. */
    record Auction(long id, long seller, long category, long initialBid, Instant time) {}

    /** A bid. */
    record Bid(long auction, long bidder, long price) {}

    static boolean isBid(long index) {
        return index % ROUND >= FIRST_BID;
    }

    static boolean isPerson(long index) {
        return index % ROUND == 0;
    }

    static boolean isAuction(long index) {
        return index % ROUND > 0 && index % ROUND < FIRST_BID;
    }

    /** When an event happened, in epoch milliseconds. */
    static long millis(long index) {
        return FIRST_MILLIS + index / EVENTS_PER_MILLI;
    }

    /** The person of an index that has one. */
    static Person person(long index) {
        long h = Mix.mix(index);
        return new Person(
                FIRST_ID + index / ROUND,
                NAMES.get((int) (h & 7)),
                CITIES.get((int) ((h >>> 8) % CITIES.size())),
                state(h),
                Instant.ofEpochMilli(millis(index)));
    }

    /** The auction of an index that has one. */
    static Auction auction(long index) {
        long h = Mix.mix(index);
        return new Auction(
                FIRST_ID + AUCTIONS_PER_ROUND * (index / ROUND) + index % ROUND - 1,
                seller(index, h),
                category(h),
                100 + (h >>> 20 & 0xfffff),
                Instant.ofEpochMilli(millis(index)));
    }

    /** The number of the person or the auction of an index. */
    static long id(long index) {
        return isPerson(index)
                ? FIRST_ID + index / ROUND
                : FIRST_ID + AUCTIONS_PER_ROUND * (index / ROUND) + index % ROUND - 1;
    }

    static String state(long h) {
        return STATES.get((int) ((h >>> 24) % STATES.size()));
    }

    static long category(long h) {
        return 10 + (h >>> 4 & 0xffff) % 5;
    }

    static long seller(long index, long h) {
        long lastPerson = index / ROUND;
        if ((h & 3) > 0) {
            return FIRST_ID + lastPerson / 4 * 4;
        }
        long among = Math.min(lastPerson, MOST_SELLERS);
        return FIRST_ID + lastPerson - among + (h >>> 16 & 0x7fffffff) % (among + 1);
    }

    /** The bid of an index that has one. */
    static Bid bid(long index) {
        long h = Mix.mix(index);
        return new Bid(bidOn(index, h), bidder(index, h), 100 + (h >>> 20 & 0xfffff));
    }

    static long bidOn(long index, long h) {
        long last = AUCTIONS_PER_ROUND * (index / ROUND) + AUCTIONS_PER_ROUND - 1;
        if ((h & 1) != 0) {
            return FIRST_ID + last / HOT_AUCTION_ROUND * HOT_AUCTION_ROUND;
        }
        long first = Math.max(last - AUCTIONS_IN_FLIGHT, 0);
        return FIRST_ID + first + (h >>> 16 & 0x7fffffff) % (last - first + 1);
    }

    private static long bidder(long index, long h) {
        return FIRST_ID + (h >>> 8 & 0xffff) % (index / ROUND + 1);
    }
}

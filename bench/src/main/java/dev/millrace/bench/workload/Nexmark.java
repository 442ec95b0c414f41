package dev.millrace.bench.workload;

/**
 * The bids of NEXMark's auction site (Tucker, Tufte, Papadimos and Maier, 2002), each a function of its index: of every 50
 * events 1 is a person, 3 are auctions and 46 are bids.
 */
final class Nexmark {
    private static final int ROUND = 50;
    private static final int FIRST_BID = 4;
    private static final long FIRST_ID = 1000;
    private static final long HOT_AUCTION_ROUND = 100;
    private static final long AUCTIONS_IN_FLIGHT = 100;
    private static final int AUCTIONS_PER_ROUND = 3;

    private Nexmark() {}

    /** A bid. */
    record Bid(long auction, long bidder, long price) {}

    static boolean isBid(long index) {
        return index % ROUND >= FIRST_BID;
    }

    /** The bid of an index that has one. */
    static Bid bid(long index) {
        long h = Mix.mix(index);
        return new Bid(auction(index, h), bidder(index, h), 100 + (h >>> 20 & 0xfffff));
    }

    private static long auction(long index, long h) {
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

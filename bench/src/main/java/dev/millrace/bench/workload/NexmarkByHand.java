package dev.millrace.bench.workload;

import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayDeque;

/** NEXMark's queries with state, as a careful team writes them by hand: primitive maps of fastutil, used by one thread. */
abstract class NexmarkByHand implements RingStage.Consumer {
    private long outputs;
    private long checksum;

    /** Shows it the event of an index; pairs of numbers, so that a ring can carry them. */
    abstract void feed(long index, RingStage.Consumer next);

    /** Fires what is still open. */
    abstract void finish();

    final void emit(long term) {
        outputs++;
        checksum += term;
    }

    final Outcome outcome() {
        return Outcome.of(outputs, checksum);
    }

    /** The work of a query. */
    static NexmarkByHand of(NexmarkState.Query query) {
        return switch (query) {
            case Q3 -> new LocalSellers();
            case Q5 -> new HotAuctions();
            case Q8 -> new NewSellers();
        };
    }

    /** Auctions of one category by persons of three states. A negative number is an auction, the other its seller. */
    private static final class LocalSellers extends NexmarkByHand {
        private final LongOpenHashSet persons = new LongOpenHashSet();
        private final Long2LongOpenHashMap lastWaiting = new Long2LongOpenHashMap();
        /** Auctions whose seller is not known, each with the one before it of the same seller. */
        private final LongArrayList waiting = new LongArrayList();

        LocalSellers() {
            lastWaiting.defaultReturnValue(-1);
        }

        @Override
        void feed(long index, RingStage.Consumer next) {
            if (Nexmark.isPerson(index)) {
                if (NexmarkState.isLocal(Nexmark.state(Mix.mix(index)))) {
                    next.accept(Nexmark.id(index), 0);
                }
            } else if (Nexmark.isAuction(index)) {
                long h = Mix.mix(index);
                if (Nexmark.category(h) == NexmarkState.CATEGORY) {
                    next.accept(-Nexmark.id(index), Nexmark.seller(index, h));
                }
            }
        }

        @Override
        public void accept(long first, long seller) {
            if (first > 0) {
                persons.add(first);
                for (long i = lastWaiting.remove(first); i >= 0; i = waiting.getLong((int) i + 1)) {
                    emit(Mix.term(first, waiting.getLong((int) i)));
                }
            } else if (persons.contains(seller)) {
                emit(Mix.term(seller, -first));
            } else {
                long before = lastWaiting.put(seller, waiting.size());
                waiting.add(-first);
                waiting.add(before);
            }
        }

        @Override
        void finish() {
            // There is nothing open: each pair goes out when its second half comes.
        }
    }

    /** The auctions with most bids of each window: one map a slice of two seconds, five slices a window. */
    private static final class HotAuctions extends NexmarkByHand {
        private final ArrayDeque<Long2LongOpenHashMap> slices = new ArrayDeque<>();
        private long slice = -1;

        @Override
        void feed(long index, RingStage.Consumer next) {
            if (Nexmark.isBid(index)) {
                next.accept(Nexmark.bidOn(index, Mix.mix(index)), Nexmark.millis(index));
            }
        }

        @Override
        public void accept(long auction, long millis) {
            long now = millis / NexmarkState.SLIDE.toMillis();
            if (slice < 0) {
                slice = now;
                slices.add(new Long2LongOpenHashMap());
            }
            for (; slice < now; slice++) {
                fire();
                slices.add(new Long2LongOpenHashMap());
            }
            slices.getLast().addTo(auction, 1);
        }

        @Override
        void finish() {
            for (long i = 0; slice >= 0 && i < NexmarkState.SLICES; i++) {
                fire();
                slices.add(new Long2LongOpenHashMap());
            }
        }

        private void fire() {
            Long2LongOpenHashMap counts = new Long2LongOpenHashMap();
            long most = 0;
            for (Long2LongOpenHashMap each : slices) {
                for (Long2LongMap.Entry entry : each.long2LongEntrySet()) {
                    long count = counts.addTo(entry.getLongKey(), entry.getLongValue()) + entry.getLongValue();
                    most = Math.max(most, count);
                }
            }
            for (Long2LongMap.Entry entry : counts.long2LongEntrySet()) {
                if (entry.getLongValue() == most) {
                    emit(Mix.term(entry.getLongKey(), most));
                }
            }
            if (slices.size() == NexmarkState.SLICES) {
                slices.removeFirst();
            }
        }
    }

    /** Persons who sell something in the window in which they registered. A negative number is a seller. */
    private static final class NewSellers extends NexmarkByHand {
        private final LongOpenHashSet persons = new LongOpenHashSet();
        private final LongOpenHashSet sellers = new LongOpenHashSet();
        private long window = -1;

        @Override
        void feed(long index, RingStage.Consumer next) {
            if (Nexmark.isPerson(index)) {
                next.accept(Nexmark.id(index), Nexmark.millis(index));
            } else if (Nexmark.isAuction(index)) {
                next.accept(-Nexmark.seller(index, Mix.mix(index)), Nexmark.millis(index));
            }
        }

        @Override
        public void accept(long person, long millis) {
            long now = millis / NexmarkState.WINDOW.toMillis();
            if (now != window) {
                finish();
                window = now;
            }
            if (person > 0) {
                persons.add(person);
            } else {
                sellers.add(-person);
            }
        }

        @Override
        void finish() {
            for (long person : persons) {
                if (sellers.contains(person)) {
                    emit(Mix.term(person, NexmarkState.NEW));
                }
            }
            persons.clear();
            sellers.clear();
        }
    }
}

package dev.millrace.state.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the epochs of a log are: for each committed epoch the stretch from its first part to its commit record, and for each epoch
 * under way where its parts begin. A few words an epoch; parts themselves are never kept. Used by the log's thread.
 */
final class CommittedEpochs {
    /** How many epochs may have parts in the log and no commit. */
    static final int MAX_PENDING = 1024;

    /**
     * A committed epoch.
     *
     * @param firstPart its first part, or the commit record if it has none
     * @param commit its commit record
     */
    record Span(long epoch, int attempt, Segment.Place firstPart, Segment.Place commit) {}

    private static final class Pending {
        final int attempt;
        final Segment.Place firstPart;
        int partCount;

        Pending(int attempt, Segment.Place firstPart) {
            this.attempt = attempt;
            this.firstPart = firstPart;
        }
    }

    private final TreeMap<Long, Span> spans = new TreeMap<>();
    private final Map<Long, Pending> pending = new HashMap<>();

    /** Whether there is room for the parts of one more epoch. */
    boolean accepts(long epoch) {
        return pending.size() < MAX_PENDING || pending.containsKey(epoch);
    }

    void part(long epoch, int attempt, Segment.Place place) {
        Pending known = pending.get(epoch);
        if (known == null || known.attempt != attempt) {
            known = new Pending(attempt, place);
            pending.put(epoch, known);
        }
        known.partCount++;
    }

    /** How many parts of an epoch were written in an attempt. */
    int partCount(long epoch, int attempt) {
        Pending known = pending.get(epoch);
        return known != null && known.attempt == attempt ? known.partCount : 0;
    }

    void commit(long epoch, int attempt, Segment.Place commit) {
        Pending known = pending.get(epoch);
        Segment.Place first = known != null && known.attempt == attempt ? known.firstPart : commit;
        spans.put(epoch, new Span(epoch, attempt, first, commit));
        pending.keySet().removeIf(e -> e <= epoch);
    }

    /** Forgets the parts that no commit followed. */
    void dropPending() {
        pending.clear();
    }

    /** Forgets the committed epochs up to and with one. */
    void dropThrough(long epoch) {
        spans.headMap(epoch, true).clear();
    }

    /** The committed epochs of a range, oldest first. */
    Collection<Span> spans(long afterEpoch, long upToEpoch) {
        return afterEpoch >= upToEpoch
                ? List.of()
                : spans.subMap(afterEpoch, false, upToEpoch, true).values();
    }

    /** The first committed epoch above one, or 0 if there is none. */
    long next(long afterEpoch) {
        Long next = spans.higherKey(afterEpoch);
        return next == null ? 0 : next;
    }
}

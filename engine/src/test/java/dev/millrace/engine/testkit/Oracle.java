package dev.millrace.engine.testkit;

import dev.millrace.engine.testkit.Workload.Place;
import dev.millrace.engine.testkit.Workload.Sum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;

/**
 * What a {@link Workload} gives, computed by one plain loop over the input: the definition that the engine is held to.
 * Time moves on after every 1024th event of the input and at its end.
 */
public final class Oracle {
    private static final int EVENTS_PER_WATERMARK = 1024;

    private final Workload workload;
    private final Map<String, List<String>> lines = new HashMap<>();
    private long lateLetters;
    private long watermark = Long.MIN_VALUE;

    private final Map<String, Map<Long, Sum>> windows = new HashMap<>();
    private final Map<Place, List<Session<Sum>>> sessions = new HashMap<>();
    private final Map<String, List<Session<String>>> letters = new HashMap<>();
    private final Map<String, Sum> totals = new HashMap<>();
    private final Map<String, Long> runs = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    private record Session<A>(long start, long end, A value) {}

    public Oracle(Workload workload, List<Ride> rides) {
        this.workload = workload;
        Workload.HEADERS.keySet().forEach(sink -> lines.put(sink, new ArrayList<>()));
        long latest = Long.MIN_VALUE;
        long count = 0;
        for (Ride ride : rides) {
            latest = Math.max(latest, ride.at());
            if (Workload.isKept(ride)) {
                add(Workload.changed(ride));
            }
            if (++count % EVENTS_PER_WATERMARK == 0) {
                watermark = Math.max(watermark, latest - workload.disorderMillis() - 1);
                closeSessions();
            }
        }
        watermark = Long.MAX_VALUE;
        closeSessions();
        finish();
        lines.values().forEach(list -> list.sort(null));
    }

    /** The sorted lines of an output. */
    public List<String> lines(String sink) {
        return lines.get(sink);
    }

    /** Rides that came too late for their session of letters. */
    public long lateLetters() {
        return lateLetters;
    }

    private void emit(String sink, Object... columns) {
        StringBuilder line = new StringBuilder();
        for (Object column : columns) {
            line.append(line.length() == 0 ? "" : ",").append(column);
        }
        lines.get(sink).add(line.toString());
    }

    private void add(Ride ride) {
        long start = Math.floorDiv(ride.at(), workload.windowMillis()) * workload.windowMillis();
        if (start + workload.windowMillis() - 1 <= watermark) {
            lines.get("lateRides").add(ride.csv());
        } else {
            windows.computeIfAbsent(ride.station(), s -> new HashMap<>()).merge(start, Sum.NONE.plus(ride), Sum::plus);
        }
        if (!join(sessions, Workload.place(ride), ride, Sum.NONE, Sum::plus, Sum::plus)) {
            lines.get("lateSessions").add(ride.csv());
        }
        if (!join(letters, ride.station(), ride, "", Workload::withLetter, Workload::union)) {
            lateLetters++;
        }
        totals.merge(ride.station(), Sum.NONE.plus(ride), Sum::plus);
        run(ride);
        name(ride);
    }

    /** Adds a ride to the open sessions of its key; false if it is late. */
    private <K, A> boolean join(
            Map<K, List<Session<A>>> all,
            K key,
            Ride ride,
            A initial,
            BiFunction<A, Ride, A> add,
            BinaryOperator<A> merge) {
        List<Session<A>> open = all.computeIfAbsent(key, k -> new ArrayList<>());
        Session<A> joined = new Session<>(ride.at(), ride.at() + workload.gapMillis(), add.apply(initial, ride));
        List<Session<A>> rest = new ArrayList<>();
        boolean isAlone = true;
        for (Session<A> other : open) {
            if (other.start() < ride.at() + workload.gapMillis() && ride.at() < other.end()) {
                isAlone = false;
                joined = new Session<>(
                        Math.min(joined.start(), other.start()),
                        Math.max(joined.end(), other.end()),
                        merge.apply(joined.value(), other.value()));
            } else {
                rest.add(other);
            }
        }
        if (isAlone && joined.end() - 1 <= watermark) {
            return false;
        }
        rest.add(joined);
        all.put(key, rest);
        return true;
    }

    private void closeSessions() {
        sessions.forEach((place, open) -> open.removeIf(session -> {
            boolean isClosed = session.end() - 1 <= watermark;
            if (isClosed) {
                emit(
                        "sessions",
                        place.platform().station(),
                        place.platform().line(),
                        place.isHeavy(),
                        session.start(),
                        session.end(),
                        session.value().count(),
                        session.value().weight());
            }
            return isClosed;
        }));
        letters.forEach((station, open) -> open.removeIf(session -> {
            boolean isClosed = session.end() - 1 <= watermark;
            if (isClosed) {
                emit("letters", station, session.start(), session.end(), session.value());
            }
            return isClosed;
        }));
    }

    private void run(Ride ride) {
        Long before = runs.get(ride.station());
        long seen = before == null ? 1000 : before;
        emit("runs", ride.station(), ride.number(), before != null, seen);
        if (ride.weight() % 4 == 0) {
            runs.remove(ride.station());
        } else {
            runs.put(ride.station(), seen + ride.weight());
        }
    }

    private void name(Ride ride) {
        String before = names.get(ride.station());
        if (ride.number() % 2 == 0) {
            emit("names", ride.station(), ride.number(), before == null ? "nobody" : before);
        }
        String next = (before == null ? "" : before) + ride.line().name().charAt(0);
        if (next.length() > 19) {
            names.remove(ride.station());
        } else {
            names.put(ride.station(), next);
        }
    }

    /** What only the end of the input can tell, and what is made from closed windows. */
    private void finish() {
        Map<Integer, Map<Long, Long>> bySize = new HashMap<>();
        long wide = 3 * workload.windowMillis();
        windows.forEach((station, byStart) -> byStart.forEach((start, sum) -> {
            long end = start + workload.windowMillis();
            emit("windows", station, start, end, sum.count(), sum.weight(), sum.max());
            bySize.computeIfAbsent(station.length(), s -> new HashMap<>())
                    .merge(Math.floorDiv(end - 1, wide) * wide, sum.count(), Long::sum);
        }));
        Map<Boolean, Long> grand = new HashMap<>();
        bySize.forEach((size, byStart) -> byStart.forEach((start, count) -> {
            emit("lines", size, start, count);
            grand.merge(count % 2 != 0, count, Long::sum);
        }));
        grand.forEach((odd, count) -> emit("grand", odd, count));
        totals.forEach((station, sum) -> emit("totals", station, sum.count(), sum.weight(), sum.max()));
    }
}

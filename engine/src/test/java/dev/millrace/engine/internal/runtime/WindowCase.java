package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * One random test of an operator over windows: what it is, and what comes. Time moves on behind each segment of events: the
 * source fills up with events that are left away until the engine makes a watermark.
 *
 * @param segments of the sources: in a second source, if there is one, no event is late
 */
record WindowCase(
        What what,
        Kind kind,
        long sizeMillis,
        long slideMillis,
        long latenessMillis,
        long earlyCount,
        long disorderMillis,
        int most,
        int parallelism,
        int crashes,
        List<List<List<Event>>> segments) {
    /** Events for each watermark of the engine. */
    static final int EVENTS_PER_WATERMARK = 1024;

    /** What is made of windows. */
    enum What {
        AGGREGATE,
        REDUCE,
        PROCESS,
        TOP,
        DISTINCT,
        COUNT_AGGREGATE,
        COUNT_PROCESS,
        TOP_OF_KEY,
        DISTINCT_KEYS,
        TIMER
    }

    /** Which windows, for what has any. */
    enum Kind {
        TUMBLING,
        SLIDING,
        SESSION
    }

    /**
     * An event.
     *
     * @param number its place in the input; negative if it only fills
     */
    record Event(long number, int key, long at, int value) {
        static final Event FILLING = new Event(-1, 0, -1_000_000_000L, 0);
    }

    boolean hasTwoSources() {
        return segments.size() == 2;
    }

    static WindowCase random(long seed) {
        Random random = new Random(seed);
        What what = What.values()[random.nextInt(What.values().length)];
        boolean isOfTime = what.ordinal() <= What.DISTINCT.ordinal();
        boolean isTwo = isOfTime && what != What.DISTINCT && random.nextInt(5) == 0;
        long slide = 1L + random.nextInt(40);
        int lag = random.nextInt(3) == 0 ? 0 : random.nextInt(120);
        List<List<List<Event>>> segments = new ArrayList<>();
        long number = 0;
        for (int source = 0; source < (isTwo ? 2 : 1); source++) {
            List<List<Event>> mine = new ArrayList<>();
            long now = random.nextInt(100) - 50L;
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                List<Event> segment = new ArrayList<>();
                int events = random.nextInt(25);
                for (int j = 0; j < events; j++) {
                    now += random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(4);
                    long at = lag > 0 && random.nextInt(3) == 0 ? now - random.nextInt(lag) : now;
                    segment.add(new Event(number++, random.nextInt(4), at, random.nextInt(10)));
                }
                mine.add(segment);
            }
            segments.add(mine);
        }
        return new WindowCase(
                what,
                Kind.values()[random.nextInt(Kind.values().length)],
                slide * (1 + random.nextInt(4)),
                slide,
                isOfTime && random.nextBoolean() ? 1 + random.nextInt(100) : 0,
                isOfTime && !isTwo && what != What.DISTINCT && random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 0,
                isTwo ? lag : random.nextInt(lag + 1) / (1 + random.nextInt(3)),
                1 + random.nextInt(4),
                1 + random.nextInt(4),
                random.nextInt(4),
                segments);
    }

    /** This case with other events. */
    WindowCase with(List<List<List<Event>>> others) {
        return new WindowCase(
                what,
                kind,
                sizeMillis,
                slideMillis,
                latenessMillis,
                earlyCount,
                disorderMillis,
                most,
                parallelism,
                crashes,
                others);
    }

    /** This case on fewer tasks, with fewer crashes. */
    WindowCase with(int tasks, int fewerCrashes) {
        return new WindowCase(
                what,
                kind,
                sizeMillis,
                slideMillis,
                latenessMillis,
                earlyCount,
                disorderMillis,
                most,
                tasks,
                fewerCrashes,
                segments);
    }

    long eventCount() {
        return segments.stream().flatMap(List::stream).mapToLong(List::size).sum();
    }

    /** Gives segments of events, each filled up to the next watermark. */
    record Segments(List<List<Event>> segments) implements Source<Event> {
        @Override
        public Class<Event> type() {
            return Event.class;
        }

        @Override
        public void check(FileOps files) {}

        @Override
        public SourceReader open(FileOps files) {
            return new Reader(segments);
        }
    }

    private static final class Reader extends SourceReader {
        private final List<List<Event>> segments;
        private int next;

        Reader(List<List<Event>> segments) {
            this.segments = segments;
        }

        @Override
        public boolean advance() {
            if (isFinished()) {
                return false;
            }
            next++;
            return true;
        }

        @Override
        public Object event() {
            List<Event> segment = segments.get((next - 1) / EVENTS_PER_WATERMARK);
            int place = (next - 1) % EVENTS_PER_WATERMARK;
            return place < segment.size() ? segment.get(place) : Event.FILLING;
        }

        @Override
        public boolean isFinished() {
            return next == segments.size() * EVENTS_PER_WATERMARK;
        }

        @Override
        public byte[] position() {
            return ByteBuffer.allocate(Integer.BYTES).putInt(next).array();
        }

        @Override
        public void seek(byte[] position) {
            next = ByteBuffer.wrap(position).getInt();
        }

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return -1;
        }

        @Override
        public String place() {
            return "event=" + next;
        }

        @Override
        public void close() {}
    }
}

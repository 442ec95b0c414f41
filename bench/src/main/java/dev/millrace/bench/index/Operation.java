package dev.millrace.bench.index;

/** What is measured: some operations on keys that were drawn before. Returns how many there were. */
enum Operation {
    GET("get") {
        @Override
        int run(CountingMap map, KeyDraw draw, Clock clock) {
            long[] keys = draw.any();
            clock.start();
            clock.stop(map.get(keys, 0, KeyDraw.KEYS));
            return KeyDraw.KEYS;
        }
    },
    UPDATE("update") {
        @Override
        int run(CountingMap map, KeyDraw draw, Clock clock) {
            long[] keys = draw.any();
            clock.start();
            clock.stop(map.update(keys, 0, KeyDraw.KEYS));
            return KeyDraw.KEYS;
        }
    },
    /** Keys leave and come back: the map keeps its size. */
    DELETE("delete and insert, each") {
        @Override
        int run(CountingMap map, KeyDraw draw, Clock clock) {
            int count = FEW;
            long[] keys = draw.different(count);
            clock.start();
            map.remove(keys, 0, count);
            map.insert(keys, 0, count);
            clock.stop(0);
            return 2 * count;
        }
    },
    MIXED("mixed: 50 % get, 37.5 % update, 12.5 % delete and insert") {
        @Override
        int run(CountingMap map, KeyDraw draw, Clock clock) {
            int part = FEW / 8;
            int count = part * 15 / 2;
            long[] keys = draw.different(count);
            clock.start();
            long sum = map.get(keys, 0, part * 4);
            sum += map.update(keys, part * 4, part * 7);
            map.remove(keys, part * 7, count);
            map.insert(keys, part * 7, count);
            clock.stop(sum);
            return part * 8;
        }
    };

    private static final int FEW = 512;

    private final String title;

    Operation(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Runs once, its measured part between start and stop of the clock. */
    abstract int run(CountingMap map, KeyDraw draw, Clock clock);

    /** Adds up the time between start and stop, without what is drawn in between. */
    static final class Clock {
        private long startNanos;
        private long nanos;
        private long sum;

        private void start() {
            startNanos = System.nanoTime();
        }

        private void stop(long result) {
            nanos += System.nanoTime() - startNanos;
            sum += result;
        }

        long nanos() {
            return sum == Long.MIN_VALUE ? 0 : nanos;
        }
    }
}

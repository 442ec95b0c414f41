package dev.millrace.bench.workload;

import java.util.Locale;

/** Which key the event of an index has. Immutable; any thread may ask. */
public abstract class Keys {
    /** How often each key comes. */
    public enum Distribution {
        /** Each as often as any other. */
        UNIFORM,
        /** Few very often: Zipf's law with theta 0.99, as in YCSB. */
        ZIPF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private Keys() {}

    /** The key of an event. */
    public abstract long at(long index);

    /** Keys of a distribution over {@code count} numbers. */
    public static Keys of(Distribution distribution, long count) {
        return switch (distribution) {
            case UNIFORM -> new Uniform(count);
            case ZIPF -> new Zipf(count);
        };
    }

    private static final class Uniform extends Keys {
        private final long count;

        Uniform(long count) {
            this.count = count;
        }

        @Override
        public long at(long index) {
            return Mix.bounded(Mix.mix(index), count);
        }
    }

    /**
     * The generator of YCSB (Cooper et al., 2010; after Gray et al., "Quickly Generating Billion-Record Synthetic Databases",
     * 1994) over a table of ranks, because its power function would be the benchmark otherwise.
     */
    private static final class Zipf extends Keys {
        private static final int SLOTS = 1 << 22;
        private static final double THETA = 0.99;

        private final long[] keys = new long[SLOTS];

        Zipf(long count) {
            double zetaTwo = 1 + Math.pow(0.5, THETA);
            double zeta = 0;
            for (long rank = 1; rank <= count; rank++) {
                zeta += 1 / Math.pow((double) rank, THETA);
            }
            double alpha = 1 / (1 - THETA);
            double eta = (1 - Math.pow(2.0 / count, 1 - THETA)) / (1 - zetaTwo / zeta);
            for (int slot = 0; slot < SLOTS; slot++) {
                double u = (Mix.mix(7919L * slot + 1) >>> 11) * 0x1p-53;
                double uz = u * zeta;
                long rank = uz < 1 ? 0 : uz < zetaTwo ? 1 : (long) (count * Math.pow(eta * u - eta + 1, alpha));
                keys[slot] = Mix.bounded(Mix.mix(Math.min(rank, count - 1)), count);
            }
        }

        @Override
        public long at(long index) {
            return keys[(int) index & (SLOTS - 1)];
        }
    }
}

package dev.millrace.bench.index;

import dev.millrace.state.index.IndexSnapshot;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long does a barrier hold the task up, and what do updates cost while a snapshot is alive?
 *
 * <p>Before each seal so many different keys were updated; the snapshot of the seal before is still held then, and released after, as
 * with one epoch under way.
 */
final class SealStall {
    private static final int SEALS = 41;
    private static final long EPOCH_NANOS = 1_000_000_000;

    private final IndexCase of;
    private final PrintStream out;

    SealStall(IndexCase of, PrintStream out) {
        this.of = of;
        this.out = out;
    }

    /** Prints the table of seals, then what a second with a seal does beside one without. */
    void print() throws InterruptedException {
        try (MillraceMap map = (MillraceMap) MapKind.MILLRACE.open(of)) {
            for (long key = 0; key < of.entries(); key++) {
                map.insert(key);
            }
            map.seal().release();
            out.printf(
                    Locale.ROOT,
                    "### seal at %,d entries, %d-byte values%n%n| dirty entries | seal p50, us | worst of %d, us |%n|---:|---:|---:|%n",
                    of.entries(),
                    of.valueBytes(),
                    SEALS);
            for (long dirty = 10_000;
                    dirty <= of.entries();
                    dirty *= dirty < of.entries() && dirty * 100 > of.entries() ? 10 : 100) {
                stalls(map, dirty);
            }
            out.println();
            throughput(map);
        }
    }

    private void stalls(MillraceMap map, long dirty) {
        KeyDraw draw = new KeyDraw(of.entries(), dirty);
        long[] nanos = new long[SEALS];
        IndexSnapshot last = map.seal();
        for (int i = 0; i < SEALS; i++) {
            for (long done = 0; done < dirty; done += KeyDraw.KEYS) {
                map.update(draw.any(), 0, (int) Math.min(KeyDraw.KEYS, dirty - done));
            }
            long start = System.nanoTime();
            IndexSnapshot next = map.seal();
            nanos[i] = System.nanoTime() - start;
            last.release();
            last = next;
        }
        last.release();
        Arrays.sort(nanos);
        out.printf(Locale.ROOT, "| %,d | %.1f | %.1f |%n", dirty, nanos[SEALS / 2] / 1e3, nanos[SEALS - 1] / 1e3);
    }

    /** Seconds with a seal and seconds without take turns; the sealed picture is read by another thread, as a persister does. */
    private void throughput(MillraceMap map) throws InterruptedException {
        LinkedBlockingQueue<IndexSnapshot> sealed = new LinkedBlockingQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        Thread persister = new Thread(() -> persist(sealed, isOver), "persister");
        persister.start();
        double[] plain = new double[5];
        double[] under = new double[5];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = updatesInOneSecond(map, i);
            sealed.add(map.seal());
            under[i] = updatesInOneSecond(map, i);
        }
        isOver.set(true);
        persister.join();
        Arrays.sort(plain);
        Arrays.sort(under);
        out.printf(
                Locale.ROOT,
                "Updates in a second: %,.0f without a snapshot, %,.0f with a seal at its start: %.2f of it.%n",
                plain[plain.length / 2],
                under[under.length / 2],
                under[under.length / 2] / plain[plain.length / 2]);
    }

    private static void persist(LinkedBlockingQueue<IndexSnapshot> sealed, AtomicBoolean isOver) {
        long[] seen = new long[1];
        try {
            while (!isOver.get() || !sealed.isEmpty()) {
                IndexSnapshot each = sealed.poll(10, java.util.concurrent.TimeUnit.MILLISECONDS);
                if (each != null) {
                    each.forEachDirty((key, keyBytes, hash, value, valueBytes, isDeleted) -> seen[0]++);
                    each.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double updatesInOneSecond(MillraceMap map, long seed) {
        KeyDraw draw = new KeyDraw(of.entries(), seed);
        long updates = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < EPOCH_NANOS) {
            map.update(draw.any(), 0, KeyDraw.KEYS);
            updates += KeyDraw.KEYS;
        }
        return updates * 1e9 / (System.nanoTime() - start);
    }
}

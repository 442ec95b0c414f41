package dev.millrace.bench.epoch;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Jobs whose epochs change a known number of entries. */
public final class DirtyEpochs {
    private static final long MILLIS_PER_SECOND = 1000;

    /** What comes in. */
    record Event(Key key, long number) {}

    /** 8 bytes, a record so that no box is made of it. */
    record Key(long number) {}

    /** 92 bytes: an entry has 100 with its key. */
    record Small(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k, int l) {}

    /** What goes out. */
    record Seen(long number) {}

    private DirtyEpochs() {}

    private static void change(Event event, ValueState<Small> state, Output<Seen> out) {
        long n = event.number();
        state.set(new Small(n, n, n, n, n, n, n, n, n, n, n, (int) n));
    }

    /**
     * Runs a job in which each event changes another entry of 100 bytes, as many in an interval as there are to be dirty.
     *
     * @param epochs about how many
     */
    public static JobReport run(Path directory, StoreKind store, int dirty, Duration interval, int epochs)
            throws InterruptedException {
        long perSecond = dirty * MILLIS_PER_SECOND / interval.toMillis();
        long keys = Math.max(dirty, 100_000);
        AtomicLong unseen = new AtomicLong();
        Pipeline pipeline = Pipeline.named("dirty-epochs");
        pipeline.source(
                        "events",
                        Sources.generator(Event.class, number -> new Event(new Key(number % keys), number))
                                .limit((long) dirty * epochs)
                                .atMostPerSecond(perSecond))
                .keyBy(Event::key)
                .stateful("entries", State.value("entry", Small.class), DirtyEpochs::change)
                .forEach("seen", seen -> unseen.incrementAndGet());
        EngineConfig config =
                EngineConfig.of(directory).store(store).memoryBytes(1L << 30).epochInterval(interval);
        try (Engine engine = Engine.open(config)) {
            return engine.run(pipeline).await();
        }
    }

    /** A value of about 1 KiB. */
    record Large(String text) {}

    private static void keep(Event event, ValueState<Large> state, Output<Seen> out) {
        if (event.number() % 1000 == 0) {
            out.emit(new Seen(event.number()));
        }
        state.set(new Large(LargeText.of(event.number())));
    }

    /** Texts of 1,000 letters, made before. */
    private static final class LargeText {
        private static final String[] TEXTS = new String[16];

        static {
            for (int i = 0; i < TEXTS.length; i++) {
                TEXTS[i] = Character.toString('a' + i).repeat(1000);
            }
        }

        static String of(long number) {
            return TEXTS[(int) (number & (TEXTS.length - 1))];
        }
    }

    /**
     * Runs a job over so many entries of 1 KiB, or goes on with one that was killed, and ends it without a word.
     *
     * @param isFirstLife whether it is to be ended when all entries are there; else with the first result
     * @return nanoseconds from the start to the first result
     */
    public static long recover(Path directory, StoreKind store, long entries, long memoryBytes, boolean isFirstLife)
            throws InterruptedException {
        AtomicLong firstNanos = new AtomicLong();
        Pipeline pipeline = Pipeline.named("recovery");
        pipeline.source(
                        "events",
                        Sources.generator(Event.class, number -> new Event(new Key(number % entries), number))
                                .atMostPerSecond(isFirstLife ? 0 : 1_000_000))
                .keyBy(Event::key)
                .stateful("entries", State.value("entry", Large.class), DirtyEpochs::keep)
                .forEach("seen", seen -> firstNanos.compareAndSet(0, System.nanoTime()));
        EngineConfig config =
                EngineConfig.of(directory).store(store).memoryBytes(memoryBytes).epochInterval(Duration.ofSeconds(1));
        long startNanos = System.nanoTime();
        try (Engine engine = Engine.open(config)) {
            var job = engine.run(pipeline);
            while (isFirstLife ? job.progress().events() < entries * 5 / 4 : firstNanos.get() == 0) {
                Thread.sleep(1);
            }
            if (isFirstLife) {
                // What is read by now is committed, and most of it in the store.
                job.stop();
                job.await();
            }
        }
        return firstNanos.get() - startNanos;
    }
}

package dev.millrace.examples.crash;

import dev.millrace.engine.CrashPoint;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Kills a job so many times, at random moments and at every named point, lets it run to its end now and then, and compares what it wrote
 * with what it must have written. Used by one thread.
 */
final class CrashTest {
    private static final int EVENTS = 30_000;
    private static final long EVENTS_PER_SECOND = 30_000;

    /** Then it may run to its end, and another job begins. */
    private static final int KILLS_PER_JOB = 10;

    private static final int MAX_PASSES = 30;

    private final Path home;
    private final StoreKind store;
    private final long seed;
    private final Random random;
    private final Consumer<String> progress;
    private final List<CrashPoint> points = new ArrayList<>();
    private final Map<CrashPoint, Integer> hits = new EnumMap<>(CrashPoint.class);
    private CrashOracle.Difference difference = CrashOracle.Difference.NONE;
    private int kills;
    private int jobs;
    private int nextPoint;
    private long lifeMillis = 1500;

    /** @param progress is given a line now and then */
    CrashTest(Path home, StoreKind store, long seed, Consumer<String> progress) {
        this.home = home;
        this.store = store;
        this.seed = seed;
        this.progress = progress;
        random = new Random(seed);
        for (CrashPoint point : CrashPoint.values()) {
            if (store == StoreKind.MAPDB || !point.isOfMapDb()) {
                points.add(point);
                hits.put(point, 0);
            }
        }
    }

    /** Runs until so many kills are done and the last job has ended. */
    void run(int killCount) throws IOException, InterruptedException {
        while (kills < killCount) {
            runJob(killCount);
        }
    }

    private void runJob(int killCount) throws IOException, InterruptedException {
        long jobSeed = random.nextLong();
        List<CrashWorkload.Payment> payments = CrashWorkload.payments(jobSeed, EVENTS);
        Path input = home.resolve("payments-" + jobs + ".csv");
        CrashWorkload.write(payments, input);
        CrashJob job = new CrashJob(home.resolve("job-" + jobs), input, store, 1 + random.nextInt(2));
        for (int i = 0; i < KILLS_PER_JOB && kills < killCount; i++) {
            CrashJob.End end = i % 2 == 0 ? killAtPoint(job) : killAtRandom(job);
            if (end == CrashJob.End.DONE) {
                break;
            }
            kills++;
            progress.accept(line());
        }
        job.runToTheEnd();
        difference = difference.plus(new CrashOracle(payments).compare(job.outputs()));
        jobs++;
        progress.accept(line());
    }

    private CrashJob.End killAtPoint(CrashJob job) throws IOException, InterruptedException {
        CrashPoint point = points.get(nextPoint++ % points.size());
        CrashJob.End end = job.crashAt(point, random.nextInt(rare(point) ? 1 : MAX_PASSES), EVENTS_PER_SECOND);
        hits.merge(point, end == CrashJob.End.KILLED ? 1 : 0, Integer::sum);
        return end;
    }

    /** What does not happen with every epoch. */
    private static boolean rare(CrashPoint point) {
        return point.isOfMapDb()
                || point == CrashPoint.LOG_BEFORE_DELETE
                || point == CrashPoint.LOG_FILE_BEGUN
                || point == CrashPoint.OUTPUT_BEFORE_FORCE;
    }

    private CrashJob.End killAtRandom(CrashJob job) throws IOException, InterruptedException {
        CrashJob.End end = job.killAfter(50 + (long) (random.nextDouble() * lifeMillis), EVENTS_PER_SECOND);
        // Lives that end are too long for this machine, and lives that are killed before they begin too short.
        lifeMillis = end == CrashJob.End.DONE ? Math.max(500, lifeMillis * 3 / 4) : Math.min(4000, lifeMillis + 50);
        return end;
    }

    private String line() {
        return String.format(
                Locale.ROOT,
                "%s: %,d kills, %,d jobs ended, %d lost, %d doubled, %d torn",
                store.name().toLowerCase(Locale.ROOT),
                kills,
                jobs,
                difference.lost(),
                difference.doubled(),
                difference.torn());
    }

    /** What came of it, in a line, and what is wrong if something is. */
    String summary() {
        return line() + ", seed " + seed + (difference.isNone() ? "" : "; for example " + difference.example());
    }

    boolean isGood() {
        return difference.isNone();
    }

    /** How often a process died at each point. */
    Map<CrashPoint, Integer> hits() {
        return hits;
    }
}

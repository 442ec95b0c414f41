package dev.millrace.engine.testkit;

import dev.millrace.engine.Changes;
import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.Job;
import dev.millrace.engine.JobReport;
import dev.millrace.engine.TestEngines;
import dev.millrace.engine.internal.runtime.Seams;
import dev.millrace.engine.stream.CsvSource;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import java.nio.file.Path;

/**
 * One life of a job under a clock that the test drives: the source gives {@value #EVENTS_PER_MILLI} events in each
 * millisecond of that clock, and epochs are due by it. Closing it kills the job: nothing more is committed.
 */
public final class Life implements AutoCloseable {
    public static final long EVENTS_PER_MILLI = 100;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ManualClock clock = new ManualClock();
    private final Engine engine;
    private final Job job;

    public Life(EngineConfig config, Pipeline pipeline) {
        this(config, pipeline, Changes.none());
    }

    /** A life of a job that was changed. */
    public Life(EngineConfig config, Pipeline pipeline, Changes changes) {
        engine = TestEngines.open(config, Seams.real().withClock(clock).withSeed(config.parallelism()));
        try {
            job = engine.run(pipeline, changes);
        } catch (Throwable e) {
            engine.close();
            throw e;
        }
    }

    /** A source that follows the clock of a life. */
    public static CsvSource<Ride> source(Path file) {
        return Sources.csvFile(file, Ride.class).atMostPerSecond(EVENTS_PER_MILLI * 1000);
    }

    /** Lets time pass until so many events were read in all lives, or the job is done. */
    public void untilEvents(long events) {
        while (job.progress().events() < events && !job.isDone()) {
            clock.advance(NANOS_PER_MILLI / 5);
            Thread.onSpinWait();
        }
    }

    /** Lets time pass until so many further epochs are committed, or the job is done. */
    public void untilEpochs(long count) {
        for (long done = 0; done < count && !job.isDone(); done++) {
            long before = job.progress().lastEpoch();
            clock.advance(NANOS_PER_MILLI);
            while (job.progress().lastEpoch() == before && !job.isDone()) {
                clock.advance(1);
                Thread.onSpinWait();
            }
        }
    }

    /** Lets so much time pass at once. */
    public void passMillis(long millis) {
        clock.advance(millis * NANOS_PER_MILLI);
    }

    /** Lets time pass until the job is done. */
    public JobReport untilDone() throws InterruptedException {
        untilEvents(Long.MAX_VALUE);
        return job.await();
    }

    @Override
    public void close() {
        engine.close();
    }
}

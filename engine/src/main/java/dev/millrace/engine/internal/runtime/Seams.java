package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.state.file.FileOps;
import java.security.SecureRandom;
import java.util.function.Function;

/**
 * The doors of an engine to the outside, in one place. A test replaces them; there are no others.
 *
 * @param memory where blocks come from
 * @param files every file operation, of state, inputs and outputs
 * @param clock the only clock
 * @param schedulers what steps the tasks
 * @param transport what tasks reach each other through
 * @param seed of everything random
 */
public record Seams(
        Function<AllocatorConfig, SlabAllocator> memory,
        FileOps files,
        Clock clock,
        Scheduler.Maker schedulers,
        Transport transport,
        long seed) {
    /** The machine's own, with a seed that nobody can guess. */
    public static Seams real() {
        return new Seams(
                SlabAllocator::open,
                FileOps.real(),
                Clock.system(),
                Workers::new,
                Transport.inProcess(),
                new SecureRandom().nextLong());
    }

    public Seams withFiles(FileOps other) {
        return new Seams(memory, other, clock, schedulers, transport, seed);
    }

    public Seams withClock(Clock other) {
        return new Seams(memory, files, other, schedulers, transport, seed);
    }

    public Seams withSchedulers(Scheduler.Maker other) {
        return new Seams(memory, files, clock, other, transport, seed);
    }

    public Seams withTransport(Transport other) {
        return new Seams(memory, files, clock, schedulers, other, seed);
    }

    public Seams withSeed(long other) {
        return new Seams(memory, files, clock, schedulers, transport, other);
    }
}

package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.file.FileOps;
import java.security.SecureRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The doors of an engine to the outside, in one place. A test replaces them; there are no others.
 *
 * @param memory where blocks come from
 * @param files every file operation, of state, inputs and outputs
 * @param clock the only clock
 * @param schedulers what steps the tasks
 * @param transport what tasks reach each other through
 * @param seed of everything random
 * @param durability changes how often state moves on from file to file, so that little of it does so often
 */
public record Seams(
        Function<AllocatorConfig, SlabAllocator> memory,
        FileOps files,
        Clock clock,
        Scheduler.Maker schedulers,
        Transport transport,
        long seed,
        UnaryOperator<DurableStateConfig> durability) {
    /** The machine's own, with a seed that nobody can guess. */
    public static Seams real() {
        return new Seams(
                SlabAllocator::open,
                FileOps.real(),
                Clock.system(),
                Workers::new,
                Transport.inProcess(),
                new SecureRandom().nextLong(),
                UnaryOperator.identity());
    }

    public Seams withFiles(FileOps other) {
        return new Seams(memory, other, clock, schedulers, transport, seed, durability);
    }

    public Seams withClock(Clock other) {
        return new Seams(memory, files, other, schedulers, transport, seed, durability);
    }

    public Seams withSchedulers(Scheduler.Maker other) {
        return new Seams(memory, files, clock, other, transport, seed, durability);
    }

    public Seams withTransport(Transport other) {
        return new Seams(memory, files, clock, schedulers, other, seed, durability);
    }

    public Seams withSeed(long other) {
        return new Seams(memory, files, clock, schedulers, transport, other, durability);
    }

    public Seams withDurability(UnaryOperator<DurableStateConfig> other) {
        return new Seams(memory, files, clock, schedulers, transport, seed, other);
    }
}

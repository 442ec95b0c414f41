package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.runtime.EngineMemory;
import dev.millrace.engine.internal.runtime.Scheduler;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a job runs on. Jobs of an engine share all of it but the directory.
 *
 * @param stateDirectory absolute
 * @param allocator all memory of the engine
 * @param memory what tasks have theirs from
 * @param io runs reads of state that is not in memory
 * @param scheduler runs the tasks
 * @param workers how many it has
 * @param neededBytes the least memory that the job can run with
 * @param jobs how many have memory now
 */
public record JobPlace(
        Path stateDirectory,
        SlabAllocator allocator,
        EngineMemory memory,
        Executor io,
        Scheduler scheduler,
        int workers,
        long neededBytes,
        AtomicInteger jobs) {}

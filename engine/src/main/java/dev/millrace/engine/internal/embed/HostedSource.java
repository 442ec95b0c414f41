package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A source that needs more of the engine than its files. */
public interface HostedSource {
    /**
     * What the engine gives to a source.
     *
     * @param name of the source
     * @param memory of the task that reads it
     * @param nanoTime the clock of the engine
     * @param directory of the job's state; null where there is none
     * @param wake says that there is an event, to a reader that found none; any thread may call it
     */
    record Host(
            String name,
            BlockAllocator memory,
            FileOps files,
            LongSupplier nanoTime,
            @Nullable Path directory,
            Runnable wake) {}

    /** Opens the reader of a job at the beginning. */
    SourceReader open(Host host);
}

package dev.millrace.engine.internal.embed;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.operator.SourceReader;
import java.util.function.LongSupplier;

/** A source whose events wait in memory of the engine. */
public interface EmbeddedSource {
    /** What it takes of the budget while a job reads it. */
    long memoryBytes();

    /**
     * Opens the reader of a job. Used by one thread at a time.
     *
     * @param nanoTime the clock of the engine
     * @param wake says that there is an event, to a reader that found none; any thread may call it
     */
    SourceReader open(BlockAllocator memory, LongSupplier nanoTime, Runnable wake);
}

package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.FlowConfig;
import dev.millrace.engine.internal.chain.SinkBuffer;
import dev.millrace.engine.internal.miss.ColdAccess;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the tasks are built with. */
public record Surroundings(
        TaskMemory memory,
        int workers,
        FileOps files,
        Clock clock,
        Transport transport,
        JobPort job,
        SinkBuffer.Taker sinks,
        long hashSeed,
        @Nullable ColdAccess cold,
        FlowConfig flow,
        @Nullable Path directory) {
    /** Where all state stays in memory, and events move as they do by default. */
    public Surroundings(
            TaskMemory memory,
            int workers,
            FileOps files,
            Clock clock,
            Transport transport,
            JobPort job,
            SinkBuffer.Taker sinks,
            long hashSeed) {
        this(memory, workers, files, clock, transport, job, sinks, hashSeed, null, FlowConfig.DEFAULT, null);
    }
}

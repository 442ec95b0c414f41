package dev.millrace.examples;

import dev.millrace.allocator.AllocatorConfig.HugePages;
import dev.millrace.allocator.AllocatorConfig.Misuse;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import java.nio.file.Path;

/** An engine whose memory is divided and placed as its program wants it. */
public final class TunedMemory {
    private TunedMemory() {}

    // tag::tuning
    static EngineConfig tuned(Path state) {
        return EngineConfig.of(state)
                .memory("512MiB")
                .activeState("256MiB") // what is not asked for lately may leave memory beyond this
                .allocator(memory -> memory.hugePages(HugePages.PREFERRED)
                        .preTouches(true) // at start, so that no event waits for the operating system
                        .pool(MemoryPool.EVENTS, new MemoryLimits(32L << 20, 128L << 20)) // at least, at most
                        .misuse(Misuse.STATE)); // a block that is freed twice is found
    }
    // end::tuning

    /**
     * Prints what came of the settings on this machine.
     *
     * @param args the directory for state
     */
    public static void main(String[] args) {
        try (Engine engine = Engine.open(tuned(Path.of(args[0])))) {
            System.out.println(engine.startReport());
        }
    }
}

package dev.millrace.engine.internal.testkit;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.TaskContext;
import java.util.ArrayList;
import java.util.List;

/** What operators are built with, on real memory and without a worker: the test steps them itself. */
public final class TestTask implements TaskContext, AutoCloseable {
    private final SlabAllocator memory;
    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<Runnable> adoptions = new ArrayList<>();
    private final List<ClockReader> clockReaders = new ArrayList<>();

    public TestTask() {
        this(64L << 20);
    }

    public TestTask(long memoryBytes) {
        memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(memoryBytes));
    }

    @Override
    public BlockAllocator allocator() {
        return memory.worker(0);
    }

    public long liveBytes() {
        return memory.liveBytes();
    }

    @Override
    public <R extends AutoCloseable> R own(R resource) {
        resources.add(resource);
        return resource;
    }

    @Override
    public void onClock(ClockReader reader) {
        clockReaders.add(reader);
    }

    /** Tells the operators the time, as before a step; whether one waits for a later one. */
    public boolean tick(long nowMillis) {
        boolean waits = false;
        for (ClockReader reader : clockReaders) {
            waits |= reader.tick(nowMillis);
        }
        return waits;
    }

    @Override
    public void onAdopt(Runnable action) {
        adoptions.add(action);
    }

    /** Makes the calling thread the one that steps the operators. */
    public void adopt() {
        adoptions.forEach(Runnable::run);
    }

    /** Closes what the operators own, the last first. What they leave live, the leak guard finds. */
    @Override
    public void close() {
        for (int i = resources.size() - 1; i >= 0; i--) {
            try {
                resources.get(i).close();
            } catch (Exception e) {
                throw new AssertionError("resource could not be closed", e);
            }
        }
        memory.close();
    }
}

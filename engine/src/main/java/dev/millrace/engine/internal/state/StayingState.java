package dev.millrace.engine.internal.state;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.ClockReader;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.WatchedWindows;
import dev.millrace.state.index.EntryShape;
import java.util.function.LongSupplier;

/** A task whose operators keep all of their state in memory: no gate stands before a join that could fetch it. */
record StayingState(TaskContext task) implements TaskContext {
    @Override
    public BlockAllocator allocator() {
        return task.allocator();
    }

    @Override
    public BlockAllocator allocatorOf(String operator) {
        return task.allocatorOf(operator);
    }

    @Override
    public long activeStateBytes(EntryShape shape) {
        return 0;
    }

    @Override
    public int pageBytes() {
        return task.pageBytes();
    }

    @Override
    public <R extends AutoCloseable> R own(R resource) {
        return task.own(resource);
    }

    @Override
    public void onClock(ClockReader reader) {
        task.onClock(reader);
    }

    @Override
    public String place() {
        return task.place();
    }

    @Override
    public void watch(WatchedWindows windows) {
        task.watch(windows);
    }

    @Override
    public void waitFor(LongSupplier overdrawnBytes) {
        task.waitFor(overdrawnBytes);
    }

    @Override
    public void onAdopt(Runnable action) {
        task.onAdopt(action);
    }
}

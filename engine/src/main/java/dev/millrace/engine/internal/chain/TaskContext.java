package dev.millrace.engine.internal.chain;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.state.index.EntryShape;
import java.util.function.LongSupplier;

/** What an operator instance is built with. Used by the thread that starts the job, before the task runs. */
public interface TaskContext {
    /** The memory of the task's home. */
    BlockAllocator allocator();

    /** The same, with state counted against an operator. Whoever takes a block of state here frees it here. */
    default BlockAllocator allocatorOf(String operator) {
        return allocator();
    }

    /**
     * What a state that may leave memory should take there; 0 if it stays. Small entries of fixed size stay unless a limit was
     * asked for: the format that is fastest for them lets nothing go.
     */
    default long activeStateBytes(EntryShape shape) {
        return 0;
    }

    /** Bytes of the pages in which events move between tasks. */
    default int pageBytes() {
        return PageLayout.PAGE_BYTES;
    }

    /** Takes over something that is closed with the task. */
    <R extends AutoCloseable> R own(R resource);

    /** Tells an operator the time before each step of the task. */
    void onClock(ClockReader reader);

    /** Where the task's input is, for people. Asked by the thread that steps the task. */
    default String place() {
        return "";
    }

    /** Lets reports see the windows of an operator. */
    default void watch(WatchedWindows windows) {}

    /**
     * Lets the task wait between steps while snapshots keep more than there is room for.
     *
     * @param overdrawnBytes how much more that is, after freeing what no snapshot sees; asked by the thread that steps the task
     */
    default void waitFor(LongSupplier overdrawnBytes) {}

    /** Runs on the thread that will step the task, before its first step. */
    void onAdopt(Runnable action);
}

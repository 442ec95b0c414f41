package dev.millrace.allocator;

/**
 * Makes room when memory is short: evicts, spills or drops what can be had again.
 *
 * <p><b>Threads.</b> Called by whichever thread is short, by several at once, never under a lock of the allocator. Who
 * owns memory that only its own thread may touch notes the wish, answers 0, and frees later.
 *
 * <p><b>Order.</b> The pool that is short is asked first. Where it is not its own limit that is in the way, the others follow
 * in the order of what it costs to have their contents again: {@code SNAPSHOT}, {@code SPILL}, {@code INDEX}, {@code NETWORK},
 * {@code EVENTS}; within a pool, as they were registered. It ends when enough was freed. Then the block is tried once more.
 *
 * <p>It may allocate and free. While it runs no other reclaimer is called by the same thread: an allocation of its own that
 * does not fit is refused.
 */
@FunctionalInterface
public interface Reclaimer {
    /**
     * Frees blocks.
     *
     * @param wantedBytes what is short, at the size of the class; more is welcome
     * @return how much was freed, 0 if nothing
     */
    long reclaim(long wantedBytes);
}

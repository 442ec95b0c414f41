package dev.millrace.allocator;

import dev.millrace.numa.Protection;
import dev.millrace.numa.RangeSource;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Ranges that count what is given back to the operating system, by node, and tell it to the watch.
 *
 * <p>Any thread may call any method. A node's range is a stretch of one reservation; all are of one size.
 */
final class WatchedRanges implements RangeSource {
    private final RangeSource ranges;
    private final long base;
    private final long rangeBytes;
    private final Watch watch;
    private final AtomicLongArray purgedBytes;

    WatchedRanges(RangeSource ranges, Watch.Span reservation, long rangeBytes, Watch watch) {
        this.ranges = ranges;
        base = reservation.base();
        this.rangeBytes = rangeBytes;
        this.watch = watch;
        purgedBytes = new AtomicLongArray((int) (reservation.bytes() / rangeBytes));
    }

    /** What was given back of a node's range so far. */
    long purgedBytes(int node) {
        return purgedBytes.get(node);
    }

    /** The pattern is forgotten first: nobody can be handed the memory in between, for it is not free to hand out. */
    @Override
    public boolean giveBack(long address, long bytes) {
        return giveBackPages(address, bytes, address, bytes);
    }

    /** The same for pages within a free stretch, of which nothing is known from here on: patterns begin where blocks begin. */
    boolean giveBackPages(long free, long freeBytes, long address, long bytes) {
        watch.contentsLost(free, freeBytes);
        final boolean isGone = ranges.giveBack(address, bytes);
        if (isGone) {
            purgedBytes.addAndGet((int) ((address - base) / rangeBytes), bytes);
        }
        return isGone;
    }

    @Override
    public long reserve(long bytes) {
        return ranges.reserve(bytes);
    }

    @Override
    public long reserveHuge(long bytes) {
        return ranges.reserveHuge(bytes);
    }

    @Override
    public void release(long address, long bytes) {
        ranges.release(address, bytes);
    }

    @Override
    public boolean adviseHugePages(long address, long bytes) {
        return ranges.adviseHugePages(address, bytes);
    }

    @Override
    public boolean adviseSmallPages(long address, long bytes) {
        return ranges.adviseSmallPages(address, bytes);
    }

    @Override
    public boolean commit(long address, long bytes) {
        return ranges.commit(address, bytes);
    }

    @Override
    public boolean touch(long address, long bytes, long pageBytes) {
        return ranges.touch(address, bytes, pageBytes);
    }

    @Override
    public boolean protect(long address, long bytes, Protection protection) {
        return ranges.protect(address, bytes, protection);
    }
}

package dev.millrace.engine.internal.miss;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.PageTarget;
import dev.millrace.engine.internal.chain.Passage;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A grouping that stays inside its task, before state that may not be in memory: a page is processed at once if it can be. Else it
 * waits here, and what comes behind it as well, in order; the task does not read further before all of it is gone. What waits
 * is what one step of the task produced, no more.
 *
 * <p>Used by the thread that steps the task. Owns the pages that wait.
 */
public final class GatedTarget implements PageTarget, Passage {
    private enum Kind {
        PAGE,
        WATERMARK,
        BARRIER,
        FLUSH
    }

    private record Waiting(Kind kind, long value, @Nullable Barrier barrier) {}

    private final Gate gate;
    private final BlockAllocator allocator;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    public GatedTarget(Gate gate, BlockAllocator allocator) {
        this.gate = gate;
        this.allocator = allocator;
    }

    @Override
    public int partitions() {
        return 1;
    }

    @Override
    public long send(int partition, long page) {
        if (waiting.isEmpty() && gate.process(page)) {
            return page;
        }
        waiting.add(new Waiting(Kind.PAGE, page, null));
        return BlockAllocator.NONE;
    }

    @Override
    public void watermark(long watermark) {
        if (!waiting.isEmpty() || !gate.watermark(watermark)) {
            waiting.add(new Waiting(Kind.WATERMARK, watermark, null));
        }
    }

    @Override
    public void barrier(Barrier barrier) {
        if (waiting.isEmpty()) {
            gate.barrier(barrier);
        } else {
            barrier.hold();
            waiting.add(new Waiting(Kind.BARRIER, 0, barrier));
        }
    }

    @Override
    public void flush() {
        if (waiting.isEmpty()) {
            gate.flush();
        } else {
            waiting.add(new Waiting(Kind.FLUSH, 0, null));
        }
    }

    @Override
    public boolean isDrained() {
        return waiting.isEmpty();
    }

    @Override
    public boolean drainOne() {
        Waiting first = waiting.element();
        if (!(gate.isWaiting() ? gate.resume() : begin(first))) {
            return false;
        }
        waiting.remove();
        if (first.kind() == Kind.PAGE) {
            allocator.free(first.value());
        }
        return true;
    }

    private boolean begin(Waiting first) {
        return switch (first.kind()) {
            case PAGE -> gate.process(first.value());
            case WATERMARK -> gate.watermark(first.value());
            case BARRIER -> {
                Barrier barrier = java.util.Objects.requireNonNull(first.barrier(), "barrier");
                gate.barrier(barrier);
                barrier.letGo();
                yield true;
            }
            case FLUSH -> {
                gate.flush();
                yield true;
            }
        };
    }

    @Override
    public void close() {
        gate.close();
        for (Waiting entry : waiting) {
            if (entry.kind() == Kind.PAGE) {
                allocator.free(entry.value());
            }
        }
        waiting.clear();
    }
}

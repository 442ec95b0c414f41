package dev.millrace.engine.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexSnapshot;
import org.junit.jupiter.api.Test;

/** A budget holds for values of small fixed records too, whose fastest format lets nothing go. */
final class StateBudgetTest {
    private static final long BUDGET_BYTES = 512 << 10;
    private static final int KEYS = 100_000;

    record Card(long number) {}

    record Total(long count, long sum) {}

    @Test
    void stateOfSmallRecordsKeepsItsBudgetOnceItIsStored() {
        EntryShape shape = KeyedOperators.shapeOf(RecordLayout.of(Card.class), RecordLayout.of(Total.class), 0, 1);
        assertTrue(ActiveIndex.keepsInLines(shape), "without a budget it would lie in lines");
        try (SlabAllocator memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64 << 20))) {
            Task task = new Task("task", 0, memory.worker(0), new HandJob());
            task.takeUp(new TaskSizes(PageLayout.PAGE_BYTES, BUDGET_BYTES, true));
            ActiveIndex index = KeyedOperators.index(task, "operator", shape, task.activeStateBytes(shape));
            long key = memory.worker(0).allocate(MemoryPool.EVENTS, Long.BYTES);
            for (int i = 0; i < KEYS; i++) {
                Memory.putLong(key, i);
                index.put(key, Long.BYTES, i * 0x9E3779B97F4A7C15L, 2 * Long.BYTES);
                if (i % 1_000 == 0) {
                    IndexSnapshot snapshot = index.seal();
                    snapshot.release();
                    index.settle(snapshot.version());
                }
                index.evict(64);
                assertTrue(index.excessBytes() < BUDGET_BYTES / 4, "excessBytes=" + index.excessBytes() + ", key=" + i);
            }
            assertTrue(index.evictionCount() > KEYS / 2, "evictionCount=" + index.evictionCount());
            memory.worker(0).free(key);
            task.close();
        }
    }

    @Test
    void stateOfSmallRecordsStaysWholeWhileNobodyAskedForABudget() {
        EntryShape shape = KeyedOperators.shapeOf(RecordLayout.of(Card.class), RecordLayout.of(Total.class), 0, 1);
        try (SlabAllocator memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(64 << 20))) {
            Task task = new Task("task", 0, memory.worker(0), new HandJob());
            task.takeUp(new TaskSizes(PageLayout.PAGE_BYTES, BUDGET_BYTES, false));
            assertEquals(0, task.activeStateBytes(shape));
            assertEquals(BUDGET_BYTES, task.activeStateBytes(EntryShape.VARIABLE));
            task.close();
        }
    }
}

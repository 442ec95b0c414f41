package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.EntryShape;
import dev.millrace.state.index.IndexConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SlicesTest {
    private final TestTask task = new TestTask();
    private final Slices slices = new Slices(
            task.allocator(),
            IndexConfig.DEFAULT,
            EntryShape.fixed(Long.BYTES, Long.BYTES, (address, bytes) -> Memory.getLong(address) * 31),
            new RecordFormat(1, "sums", RecordLayout.of(Long.class), RecordLayout.of(Long.class)));

    private long key;

    @BeforeEach
    void allocate() {
        key = task.allocator().allocate(MemoryPool.INDEX, 64);
    }

    @AfterEach
    void close() {
        slices.close();
        task.allocator().free(key);
        task.close();
    }

    private void put(long start, long number) {
        Memory.putLong(key, number);
        Memory.putLong(slices.at(start).put(key, Long.BYTES, number * 31, Long.BYTES), number);
    }

    private Barrier seal(long epoch) {
        Barrier barrier = new Barrier(epoch, false);
        slices.seal(barrier);
        return barrier;
    }

    private static List<Long> namespaces(Barrier barrier, boolean dropped) {
        return barrier.parts().stream()
                .filter(part -> part.isDropped() == dropped)
                .map(StatePart::namespace)
                .toList();
    }

    @Test
    void aSliceThatNoEpochKnowsGivesItsMemoryBackAtOnce() {
        long before = task.liveBytes();
        put(3600, 1);
        put(0, 2);
        assertEquals(0, slices.earliest());
        slices.dropEarliest();
        assertEquals(3600, slices.earliest());
        assertNull(slices.peek(0));
        slices.dropEarliest();
        assertEquals(Long.MAX_VALUE, slices.earliest());
        assertEquals(before, task.liveBytes());
        assertEquals(List.of(), seal(1).parts(), "and nothing is told to the log");
    }

    @Test
    void theEndOfASliceIsToldOnceAndItsMemoryGoesBackWhenItWasRead() {
        long before = task.liveBytes();
        put(0, 1);
        put(3600, 2);
        Barrier first = seal(1);
        assertEquals(List.of(0L, 3600L), namespaces(first, false));
        first.abandon();
        slices.dropEarliest();
        slices.dropEarliest();
        assertTrue(task.liveBytes() > before, "the log has not read what is gone");
        Barrier second = seal(2);
        assertEquals(List.of(), namespaces(second, false));
        assertEquals(List.of(0L, 3600L), namespaces(second, true));
        assertFalse(second.parts().get(0).isReleased());
        Barrier third = seal(3);
        assertEquals(List.of(), third.parts(), "told once");
        second.abandon();
        second.abandon();
        assertTrue(second.parts().get(0).isReleased());
        seal(4);
        assertEquals(before, task.liveBytes());
    }

    @Test
    void theEndOfARestoredSliceIsTold() {
        slices.restored(7200);
        slices.dropEarliest();
        Barrier barrier = seal(1);
        assertEquals(List.of(7200L), namespaces(barrier, true));
        barrier.abandon();
    }

    @Test
    void openingAndDroppingASliceCostsTheLogarithmOfHowManyAreOpen() {
        int count = 4096;
        for (int i = 0; i < count; i++) {
            slices.at(Integer.reverse(i) >>> 4);
        }
        long opened = slices.moveCount();
        assertTrue(opened <= count * 13L, "moves=" + opened);
        long last = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            assertTrue(slices.earliest() > last, "the earliest first");
            last = slices.earliest();
            slices.dropEarliest();
        }
        long dropped = slices.moveCount() - opened;
        assertTrue(dropped <= count * 13L, "moves=" + dropped);
        assertEquals(Long.MAX_VALUE, slices.earliest());
    }
}

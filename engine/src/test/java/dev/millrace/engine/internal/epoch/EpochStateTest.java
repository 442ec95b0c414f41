package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What becomes of state that tasks sealed. */
final class EpochStateTest extends EpochServiceFixture {
    private final StateFormat format =
            new RecordFormat(4, "counts", RecordLayout.of(long.class), RecordLayout.of(long.class));

    @Test
    void commitsWhatTasksSealedAndReleasesIt() throws InterruptedException {
        ActiveIndex index = ActiveIndex.open(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        for (long key = 1; key <= 100; key++) {
            put(index, key, key * key);
        }
        StatePart first = new StatePart(format, 0, index.seal(), false);
        put(index, 1, -1); // after the seal: of the next epoch
        commitSealed(1, first);
        assertTrue(first.isReleased());
        remove(index, 2);
        StatePart second = new StatePart(format, 0, index.seal(), false);
        commitSealed(2, second);
        assertTrue(second.isReleased());
        Map<Long, Long> expected = new TreeMap<>();
        index.forEach(
                (key, keyBytes, hash, value, valueBytes) -> expected.put(Memory.getLong(key), Memory.getLong(value)));
        assertEquals(99, expected.size());
        assertEquals(expected, recovered());
        index.close();
    }

    @Test
    void forgetsADroppedIndexWithAllItHeld() throws InterruptedException {
        ActiveIndex index = ActiveIndex.open(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 10);
        put(index, 2, 20);
        commitSealed(1, new StatePart(format, 0, index.seal(), false));
        put(index, 3, 30);
        remove(index, 2);
        StatePart dropped = new StatePart(format, 0, index.seal(), true);
        commitSealed(2, dropped);
        assertTrue(dropped.isReleased());
        assertEquals(Map.of(), recovered());
        index.close();
    }

    @Test
    void givesBackWhatWasHandedOverAndNotUsed() {
        ActiveIndex index = ActiveIndex.open(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 1);
        StatePart part = new StatePart(format, 0, index.seal(), false);
        Barrier barrier = new Barrier(1, false);
        barrier.seal(part);
        service.stop();
        write(1, "never read\n");
        service.acknowledge(counter, barrier);
        service.close();
        assertTrue(part.isReleased());
        index.close(); // what is still live after this, the leak guard finds
    }

    @Test
    void releasesWhatTheLogCouldNotTake() throws InterruptedException {
        request();
        ActiveIndex index = ActiveIndex.open(memory.allocator(), IndexConfig.DEFAULT);
        index.adopt();
        put(index, 1, 1);
        StatePart part = new StatePart(format, 0, index.seal(), false);
        Barrier barrier = new Barrier(1, false);
        barrier.seal(part);
        state.close();
        service.acknowledge(counter, barrier);
        assertThrows(RuntimeException.class, service::step);
        assertTrue(part.isReleased());
        index.close();
    }

    private void commitSealed(long epoch, StatePart part) throws InterruptedException {
        request();
        Barrier barrier = new Barrier(epoch, false);
        barrier.seal(part);
        service.acknowledge(counter, barrier);
        acknowledge(reader, epoch);
        service.step();
        assertEquals(epoch, service.committedEpoch());
    }

    private void put(ActiveIndex index, long key, long value) {
        withKey(key, block -> Memory.putLong(index.put(block, Long.BYTES, key, Long.BYTES), value));
    }

    private void remove(ActiveIndex index, long key) {
        withKey(key, block -> assertTrue(index.remove(block, Long.BYTES, key)));
    }

    private void withKey(long key, java.util.function.LongConsumer action) {
        long block = memory.allocator().allocate(MemoryPool.INDEX, Long.BYTES);
        Memory.putLong(block, key);
        action.accept(block);
        memory.allocator().free(block);
    }

    private Map<Long, Long> recovered() {
        Map<Long, Long> entries = new TreeMap<>();
        state.scanRecovered((stateId, keyGroup, namespace, key, value) -> {
            assertEquals(4, stateId);
            assertEquals(0, namespace);
            entries.put(number(format.decodeKey(key)), number(format.decodeValue(value)));
        });
        return entries;
    }

    private static long number(byte[] blob) {
        return java.nio.ByteBuffer.wrap(blob)
                .order(java.nio.ByteOrder.nativeOrder())
                .getLong();
    }
}

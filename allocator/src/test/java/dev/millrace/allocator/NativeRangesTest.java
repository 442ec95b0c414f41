package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.ReservationException;
import dev.millrace.numa.Topology;
import org.junit.jupiter.api.Test;

final class NativeRangesTest {
    private final NativeRanges ranges = new NativeRanges();

    @Test
    void rangesAreAlignedAndUsableToTheLastByte() {
        long bytes = 3 * RangeSource.ALIGNMENT_BYTES;
        long address = ranges.reserve(bytes);
        assertEquals(0, address % RangeSource.ALIGNMENT_BYTES);
        Memory.putByte(address, (byte) 1);
        Memory.putByte(address + bytes - 1, (byte) 2);
        assertFalse(ranges.adviseHugePages(address, bytes));
        assertFalse(ranges.giveBack(address, bytes));
        assertEquals(1, Memory.getByte(address));
        ranges.release(address, bytes);
        assertThrows(IllegalArgumentException.class, () -> ranges.release(address, bytes));
    }

    @Test
    void refusesWhatTheMachineDoesNotHave() {
        assertThrows(ReservationException.class, () -> ranges.reserve(1L << 60));
    }

    @Test
    void anAllocatorWorksWithoutMmapAndWithoutNodes() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(1 << 20);
        Placement flat = Placement.flat("not here");
        try (SlabAllocator allocator = SlabAllocator.open(config, Topology.flat(2), flat, ranges)) {
            long address = allocator.shared().allocate(MemoryPool.INDEX, 1 << 20);
            Memory.fill(address, 1 << 20, (byte) 3);
            allocator.shared().free(address);
            assertFalse(allocator.statistics().hugePages());
        }
    }
}

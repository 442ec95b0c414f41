package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pair of allocation and free leaves on the heap once the JIT has had its time: nothing. */
final class MisuseAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PAIRS_A_ROUND = 20_000;
    private static final int MOST_ROUNDS = 600;
    private static final int BLOCKS = 300;

    @ParameterizedTest
    @EnumSource(
            value = AllocatorConfig.Misuse.class,
            names = {"OFF", "STATE", "CHECK"})
    void aPairLeavesNoGarbage(AllocatorConfig.Misuse mode) {
        AllocatorConfig config =
                AllocatorConfig.ofMemoryBytes(16 << 20).withMisuse(mode).withLeakSampleInterval(0);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            assertEndsWithoutGarbage(allocator.worker(0), mode);
            assertEndsWithoutGarbage(allocator.shared(), mode);
        }
    }

    @Test
    void aPairLeavesNothingButTheStacksOfASecond() {
        long bytes = 64 << 20;
        FakeMachine machine = new FakeMachine();
        Watch.Span range = new Watch.Span(machine.reserve(bytes), bytes);
        LeakSampler leaks = new LeakSampler(1024, () -> 0, () -> 0);
        SlabTable table = new SlabTable(range.base(), bytes, true, leaks);
        NodeHeap heap = TestNodes.heap(table, 0, range.base(), bytes);
        MagazineAllocator handle =
                TestNodes.handle(table, TestNodes.budget(16 << 20), 1 << 20, new AllocationSampler(leaks, 1), heap);
        assertEndsWithoutGarbage(handle, AllocatorConfig.Misuse.STATE);
        Watch check =
                new Watch.Checked(new CheckedBlocks(range.base(), bytes), table, leaks, new FreeTraces(1024, () -> 0));
        assertEndsWithoutGarbage(check.over(handle), AllocatorConfig.Misuse.CHECK);
        machine.release(range.base(), bytes);
    }

    private static void assertEndsWithoutGarbage(BlockAllocator handle, AllocatorConfig.Misuse mode) {
        long[] blocks = new long[BLOCKS];
        long bytes = -1;
        int cleanRounds = 0;
        for (int round = 0; round < MOST_ROUNDS && cleanRounds < 2; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            run(handle, blocks);
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            cleanRounds = bytes == 0 ? cleanRounds + 1 : 0;
        }
        assertEquals(0, bytes, "heap bytes in a round of pairs=" + PAIRS_A_ROUND + ", misuse=" + mode);
    }

    /** Pairs one by one, then more at once than magazines hold. */
    private static void run(BlockAllocator handle, long[] blocks) {
        for (int i = 0; i < PAIRS_A_ROUND / 2; i++) {
            handle.free(handle.allocate(MemoryPool.EVENTS, 64 + (i & 1023)));
        }
        for (int i = 0; i < PAIRS_A_ROUND / 2 / BLOCKS; i++) {
            for (int block = 0; block < BLOCKS; block++) {
                blocks[block] = handle.allocate(MemoryPool.INDEX, 100);
            }
            for (int block = 0; block < BLOCKS; block++) {
                handle.free(blocks[block]);
            }
        }
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import dev.millrace.numa.Topology;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Where blocks really lie on a machine of several nodes, asked of the kernel page by page. {@code millrace numa-test} runs
 * this in guests that have some.
 */
@Tag("numa")
final class RealNodesTest {
    private static final int PAGE_BYTES = 4096;
    private static final int[] SIZES = {64, 200, 4096, 5000, 32 << 10, 64 << 10, 300_000, 1 << 20};

    private final Topology topology = Topology.ofThisProcess();
    private final Placement placement = Placement.detect();
    private final AllocatorConfig config = AllocatorConfig.ofMemoryBytes(64 << 20)
            .withWorkers(2 * topology.memoryNodes().size());

    @BeforeEach
    void needsNodes() {
        assumeTrue(topology.memoryNodes().size() > 1, "this machine has one node with memory");
        assumeTrue(placement.rung().bindsRanges() && RangeSource.detect().isPresent(), placement.reason());
    }

    @Test
    void theBlocksOfAWorkerLieOnItsNode() {
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            assertEquals(placement.rung(), allocator.statistics().rung());
            for (int worker = 0; worker < config.workers(); worker++) {
                List<Long> blocks = allocateAndFill(allocator.worker(worker), 8);
                liesOnTheNodeOf(worker, allocator, blocks);
                blocks.forEach(allocator.worker(worker)::free);
            }
        }
    }

    @Test
    void blocksThatAnotherNodeFreesAreUsedAgainOnTheirOwn() {
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            for (int round = 0; round < 4; round++) {
                for (int worker = 0; worker < config.workers(); worker++) {
                    List<Long> blocks = allocateAndFill(allocator.worker(worker), 4);
                    liesOnTheNodeOf(worker, allocator, blocks);
                    blocks.forEach(allocator.worker((worker + 1) % config.workers())::free);
                }
            }
            assertEquals(0, allocator.liveBytes());
        }
    }

    private static List<Long> allocateAndFill(BlockAllocator handle, int countOfEachSize) {
        List<Long> blocks = new ArrayList<>();
        for (int size : SIZES) {
            for (int i = 0; i < countOfEachSize && size * (i + 1L) <= 4 << 20; i++) {
                long address = handle.allocate(MemoryPool.EVENTS, size);
                Memory.fill(address, handle.sizeOf(address), (byte) 1);
                blocks.add(address);
            }
        }
        return blocks;
    }

    private void liesOnTheNodeOf(int worker, SlabAllocator allocator, List<Long> blocks) {
        int home = topology.nodes()
                .get(topology.nearestMemory(topology.nodeOfWorker(worker)))
                .id();
        for (long block : blocks) {
            int sizeBytes = allocator.worker(worker).sizeOf(block);
            long[] pages = new long[(sizeBytes + PAGE_BYTES - 1) / PAGE_BYTES];
            for (int page = 0; page < pages.length; page++) {
                pages[page] = block + (long) page * PAGE_BYTES;
            }
            int[] nodes = new int[pages.length];
            placement.nodesOf(pages, nodes);
            for (int page = 0; page < pages.length; page++) {
                assertEquals(home, nodes[page], "worker=" + worker + ", sizeBytes=" + sizeBytes + ", page=" + page);
            }
        }
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.RangeSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node of six chunks in which every slab is one unit and one block. */
final class ClearingTest {
    private static final int CHUNKS = 6;
    private static final int UNITS = ChunkHeap.CHUNK_UNITS;
    private static final int BLOCK_BYTES = SizeClasses.UNIT_BYTES;
    private static final int KIND = SizeClasses.kind(MemoryPool.INDEX, SizeClasses.of(BLOCK_BYTES));
    private static final long RANGE_BYTES = CHUNKS * RangeSource.ALIGNMENT_BYTES;

    private final FakeMachine machine = new FakeMachine();
    private final long base = machine.reserve(RANGE_BYTES);
    private final SlabTable table = new SlabTable(base, RANGE_BYTES);
    private final ChunkHeap chunks =
            new ChunkHeap(new FakeChunkMemory(), () -> 0, base, CHUNKS, CHUNKS, CHUNKS, Long.MAX_VALUE);
    private final NodeHeap heap =
            new NodeHeap(0, table, chunks, new Depot(4, RANGE_BYTES), new NodeInbox(RANGE_BYTES), base, RANGE_BYTES);
    private final long[] one = new long[1];

    @AfterEach
    void release() {
        machine.release(base, RANGE_BYTES);
    }

    @Test
    void theEmptiestChunkFallsEmptyAsItsBlocksAreFreed() {
        long[] blocks = threeFullChunksAndOneWithFourBlocks();
        MagazineAllocator handle = handle();
        handle.free(blocks[3 * UNITS]);
        assertEquals(0, handle.blocksInMagazines(KIND), "a magazine would hand it out again");
        handle.free(blocks[0]);
        assertEquals(1, handle.blocksInMagazines(KIND), "that of another chunk is kept");
        for (int i = 1; i < 4; i++) {
            assertTrue(chunks.isClearing(3));
            handle.free(blocks[3 * UNITS + i]);
        }
        assertEquals(4, chunks.usedUnits(3), "one lock for all of them");
        handle.flush();
        assertEquals(0, chunks.usedUnits(3));
        assertEquals(0, chunks.clearingChunks());
    }

    @Test
    void aFullBatchOfItsBlocksGoesBackWithoutBeingAskedFor() {
        long[] blocks = threeFullChunksAndOneWithFourBlocks();
        MagazineAllocator handle = handle(TierSizes.DEFAULT.withInboxBlocks(2));
        for (int i = 0; i < 3; i++) {
            handle.free(blocks[3 * UNITS + i]);
        }
        assertEquals(2, chunks.usedUnits(3));
        assertEquals(1, handle.outbox().blocks());
        handle.free(blocks[3 * UNITS + 3]);
        assertEquals(0, chunks.usedUnits(3));
    }

    @Test
    void nothingIsClearedWhileWhatIsFreeWasInUseLately() {
        long[] blocks = new long[5 * UNITS];
        assertEquals(blocks.length, heap.refill(KIND, blocks, blocks.length));
        for (long block : blocks) {
            long unit = (block - base) / BLOCK_BYTES;
            if (unit >= 3 * UNITS + 4 || (unit < 3 * UNITS && unit % UNITS < 5)) {
                heap.drain(new long[] {block}, 1);
            }
        }
        turnOver(one);
        assertEquals(0, chunks.clearingChunks(), "it is a pause between two bursts, for all one knows");
        for (int look = 0; look < 8; look++) {
            turnOver(one);
        }
        assertEquals(1, chunks.clearingChunks(), "by now use is steady");
    }

    @Test
    void nothingIsTakenFromAChunkThatIsToFallEmpty() {
        threeFullChunksAndOneWithFourBlocks();
        for (int i = 0; i < 12; i++) {
            assertEquals(1, heap.refill(KIND, one, 1));
            assertTrue(one[0] < base + 3 * RangeSource.ALIGNMENT_BYTES, "i=" + i);
        }
        assertEquals(4, chunks.usedUnits(3));
    }

    @Test
    void allIsCalledOffBeforeAnythingIsRefused() {
        threeFullChunksAndOneWithFourBlocks();
        long[] rest = new long[CHUNKS * UNITS];
        assertEquals(2 * UNITS + 28 + 15, heap.refill(KIND, rest, rest.length));
        assertEquals(0, chunks.clearingChunks());
    }

    @Test
    void aChunkWithARunIsLeftAlone() {
        long run = heap.takeRun(MemoryPool.INDEX, UNITS - 8);
        turnOver(one);
        assertEquals(0, chunks.clearingChunks());
        heap.giveBackRun(run);
    }

    /** Five units are free in each of the three; then as much is turned over as it takes to look. */
    private long[] threeFullChunksAndOneWithFourBlocks() {
        long[] blocks = new long[3 * UNITS + 4];
        assertEquals(blocks.length, heap.refill(KIND, blocks, blocks.length));
        for (long block : blocks) {
            table.markLive(block);
        }
        long[] gaps = new long[15];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = blocks[(i / 5) * UNITS + 8 + i % 5];
            table.markFree(gaps[i]);
        }
        heap.drain(gaps, gaps.length);
        turnOver(one);
        assertEquals(1, chunks.clearingChunks());
        return blocks;
    }

    private void turnOver(long[] magazine) {
        for (int round = 0; round < 16; round++) {
            heap.drain(magazine, heap.refill(KIND, magazine, magazine.length));
        }
    }

    private MagazineAllocator handle() {
        return handle(TierSizes.DEFAULT);
    }

    private MagazineAllocator handle(TierSizes tiers) {
        Budget budget = new Budget(BudgetPlan.of(AllocatorConfig.ofMemoryBytes(1L << 30), List.of(0), List.of(1), 2));
        return new MagazineAllocator(
                table,
                new HandleCredit(budget),
                new NodeHeap[] {heap},
                true,
                tiers,
                RANGE_BYTES,
                new AtomicInteger(),
                AllocationSampler.none());
    }
}

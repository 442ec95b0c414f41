package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.RangeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node of four chunks that no block keeps for itself: what is taken and put back goes to slabs at once. */
final class ThinningTest {
    private static final int CHUNKS = 4;
    private static final int UNITS = ChunkHeap.CHUNK_UNITS;
    private static final long DECAY_NANOS = 8_000;
    private static final long RANGE_BYTES = CHUNKS * RangeSource.ALIGNMENT_BYTES;
    private static final int PAGE_BYTES = AbsentPages.PAGE_BYTES;
    private static final int UNIT_PAGES = SizeClasses.UNIT_BYTES / PAGE_BYTES;
    private static final int UNIT_KIND = kind(SizeClasses.UNIT_BYTES);
    private static final int SMALL_KIND = kind(1024);

    private final FakeMachine machine = new FakeMachine();
    private final FakeChunkMemory memory = new FakeChunkMemory();
    private final long base = machine.reserve(RANGE_BYTES);
    private long nowNanos = Long.MAX_VALUE - 1_000;

    @AfterEach
    void release() {
        machine.release(base, RANGE_BYTES);
    }

    @Test
    void freeUnitsOfAChunkInUseLeaveAfterTheDecayAndNotBefore() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, UNIT_KIND, UNITS);
        heap.drain(new long[] {blocks[3], blocks[4], blocks[9]}, 3);
        nowNanos += DECAY_NANOS - 1;
        assertEquals(0, heap.giveBackIdle());
        nowNanos += DECAY_NANOS;
        assertEquals(3L * SizeClasses.UNIT_BYTES, heap.giveBackIdle());
        assertEquals(3 * UNIT_PAGES, memory.absent.size());
        assertTrue(memory.absent.contains(blocks[3]) && memory.absent.contains(blocks[9]));
        assertEquals((UNITS - 3L) * SizeClasses.UNIT_BYTES, heap.residentBytes());
        assertEquals(1, memory.split.size(), "the kernel would fill the gaps");
    }

    @Test
    void whatIsTakenAgainIsInMemoryAgain() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, UNIT_KIND, UNITS);
        heap.drain(new long[] {blocks[3], blocks[4]}, 2);
        age(heap);
        assertEquals(blocks[3], take(heap, UNIT_KIND, 1)[0]);
        assertEquals(UNIT_PAGES, memory.absent.size());
        assertEquals(blocks[4], take(heap, UNIT_KIND, 1)[0]);
        assertEquals(0, memory.absent.size());
        assertEquals(RangeSource.ALIGNMENT_BYTES, heap.residentBytes());
        assertEquals(0, memory.split.size(), "it may be a huge page again");
    }

    @Test
    void aChunkThatUnitsAreTakenFromKeepsTheRest() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, UNIT_KIND, UNITS);
        heap.drain(blocks, UNITS - 4);
        for (int i = 0; i < 8; i++) {
            nowNanos += DECAY_NANOS / 2;
            long[] one = take(heap, UNIT_KIND, 1);
            heap.giveBackIdle();
            heap.drain(one, 1);
        }
        assertEquals(0, memory.absent.size());
    }

    @Test
    void pagesOfFreeBlocksLeaveIfNothingLiveLiesInThem() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, SMALL_KIND, 64);
        // The second and the third page, and one block of the fourth; half of the fifth.
        heap.drain(Arrays.copyOfRange(blocks, 4, 13), 9);
        heap.drain(Arrays.copyOfRange(blocks, 16, 18), 2);
        age(heap);
        assertEquals(2 + (UNITS - 1) * UNIT_PAGES, memory.absent.size());
        assertTrue(memory.absent.contains(blocks[4]) && memory.absent.contains(blocks[8]));
        take(heap, SMALL_KIND, 1);
        assertFalse(memory.absent.contains(blocks[4]), "the lowest block is taken first");
        assertTrue(memory.absent.contains(blocks[8]));
    }

    @Test
    void aSlabThatBlocksAreTakenFromKeepsTheRest() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, SMALL_KIND, 64);
        heap.drain(blocks, 32);
        nowNanos += DECAY_NANOS;
        long[] one = take(heap, SMALL_KIND, 1);
        heap.giveBackIdle();
        assertEquals((UNITS - 1) * UNIT_PAGES, memory.absent.size(), "but not the units beside it");
        heap.drain(one, 1);
    }

    @Test
    void theFloorStays() {
        NodeHeap heap = heap(1);
        long[] blocks = take(heap, UNIT_KIND, UNITS);
        heap.drain(blocks, UNITS / 2);
        age(heap);
        assertEquals(0, memory.absent.size());
    }

    @Test
    void aChunkThatFallsEmptyLeavesWholeAndComesBackWhole() {
        NodeHeap heap = heap(0);
        long[] blocks = take(heap, UNIT_KIND, UNITS);
        heap.drain(blocks, UNITS / 2);
        age(heap);
        heap.drain(Arrays.copyOfRange(blocks, UNITS / 2, UNITS), UNITS / 2);
        long run = heap.takeRun(MemoryPool.INDEX, UNITS);
        assertEquals(base, run);
        assertEquals(0, memory.absent.size(), "used again before it left");
        heap.giveBackRun(run);
        age(heap);
        assertEquals(0, heap.residentBytes());
        assertEquals(0, memory.resident.size() + memory.absent.size() + memory.split.size());
    }

    @Test
    void memoryThatTheMachineDoesNotTakeBackStaysAndCounts() {
        NodeHeap heap = heap(0);
        memory.refusesToTakeBack = true;
        heap.drain(take(heap, UNIT_KIND, UNITS), UNITS / 2);
        age(heap);
        assertEquals(RangeSource.ALIGNMENT_BYTES, heap.residentBytes());
        memory.refusesToTakeBack = false;
        age(heap);
        assertEquals(RangeSource.ALIGNMENT_BYTES / 2, heap.residentBytes());
    }

    @Test
    void nothingLiveIsEverAbsent() {
        long seed = 0x5EED_0031L;
        SplittableRandom random = new SplittableRandom(seed);
        int[] kinds = {UNIT_KIND, SMALL_KIND, kind(5000), kind(200_000), kind(64)};
        NodeHeap heap = heap(0);
        List<long[]> live = new ArrayList<>();
        int mostAbsent = 0;
        for (int step = 0; step < 30_000; step++) {
            nowNanos += random.nextInt((int) DECAY_NANOS);
            int kind = kinds[random.nextInt(kinds.length)];
            if (random.nextInt(100) < ((step / 1500) % 2 == 0 ? 60 : 40)) {
                long[] magazine = new long[1 + random.nextInt(6)];
                int count = heap.refill(kind, magazine, magazine.length);
                for (int i = 0; i < count; i++) {
                    live.add(new long[] {magazine[i], SizeClasses.blockBytesOfKind(kind)});
                }
            } else if (!live.isEmpty()) {
                heap.putBack(live.remove(random.nextInt(live.size()))[0]);
            }
            heap.giveBackIdle();
            mostAbsent = Math.max(mostAbsent, memory.absent.size());
            if (step % 16 == 0) {
                for (long[] block : live) {
                    Long page = memory.absent.ceiling(block[0] & -PAGE_BYTES);
                    assertTrue(page == null || page >= block[0] + block[1], "seed=" + seed + ", step=" + step);
                }
                assertEquals(
                        memory.resident.size() * ChunkHeap.CHUNK_BYTES - (long) memory.absent.size() * PAGE_BYTES,
                        heap.residentBytes(),
                        "seed=" + seed + ", step=" + step);
            }
        }
        assertTrue(mostAbsent > 100, "little was ever given back: seed=" + seed);
    }

    private NodeHeap heap(int floorChunks) {
        SlabTable table = new SlabTable(base, RANGE_BYTES);
        ChunkHeap chunks = new ChunkHeap(memory, () -> nowNanos, base, CHUNKS, floorChunks, CHUNKS, DECAY_NANOS);
        return new NodeHeap(0, table, chunks, new Depot(4, RANGE_BYTES), new NodeInbox(RANGE_BYTES), base, RANGE_BYTES);
    }

    private void age(NodeHeap heap) {
        nowNanos += DECAY_NANOS;
        heap.giveBackIdle();
    }

    private static long[] take(NodeHeap heap, int kind, int count) {
        long[] blocks = new long[count];
        assertEquals(count, heap.refill(kind, blocks, count));
        return blocks;
    }

    private static int kind(int bytes) {
        return SizeClasses.kind(MemoryPool.INDEX, SizeClasses.of(bytes));
    }
}

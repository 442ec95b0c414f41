package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ChunkHeapTest {
    private static final int UNITS = ChunkHeap.CHUNK_UNITS;
    private static final long DECAY_NANOS = 5_000;

    private final FakeChunkMemory memory = new FakeChunkMemory();
    private long nowNanos = Long.MAX_VALUE - 2_000;

    @Test
    void takesFromTheFullestChunkThatHasRoom() {
        ChunkHeap chunks = heap(4, 0, 4);
        int[] first = {chunks.take(0, 20), chunks.take(0, 24), chunks.take(0, 28)};
        assertEquals(List.of(0, UNITS, 2 * UNITS), List.of(first[0], first[1], first[2]));
        assertEquals(2 * UNITS + 28, chunks.take(0, 3), "the third chunk is the fullest");
        assertEquals(UNITS + 24, chunks.take(0, 4), "the third has one unit left, the second eight");
        assertEquals(20, chunks.take(0, 9), "only the first has nine");
        assertEquals(2 * UNITS + 31, chunks.take(0, 1));
        assertEquals(3 * UNITS, chunks.take(0, 16), "none has sixteen: another chunk");
        assertEquals(4, memory.resident.size());
    }

    @Test
    void takesTheShortestRunOfAChunkThatSuffices() {
        ChunkHeap chunks = heap(1, 0, 1);
        int[] runs = new int[8];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = chunks.take(0, 4);
        }
        chunks.giveBack(runs[1], 4);
        chunks.giveBack(runs[2], 4);
        chunks.giveBack(runs[5], 4);
        assertEquals(runs[5], chunks.take(0, 3), "the hole of four, not that of eight");
        assertEquals(runs[1], chunks.take(0, 8));
        assertEquals(-1, chunks.take(0, 2));
    }

    @Test
    void poolsKeepApartAsLongAsThereAreEmptyChunks() {
        ChunkHeap chunks = heap(3, 0, 3);
        int first = chunks.take(0, 20);
        assertEquals(UNITS, chunks.take(1, 4), "not beside the first");
        assertEquals(first + 20, chunks.take(0, 4));
        assertEquals(2 * UNITS, chunks.take(1, 30));
        assertEquals(first + 24, chunks.take(2, 8), "no chunk is empty any more");
    }

    @Test
    void agreesWithAModelOfEveryUnit() {
        long seed = 0x5EED_0005L;
        SplittableRandom random = new SplittableRandom(seed);
        int chunkCount = 24;
        ChunkHeap chunks = heap(chunkCount, 2, 10);
        BitSet used = new BitSet();
        List<int[]> runs = new ArrayList<>();
        for (int step = 0; step < 100_000; step++) {
            String where = "seed=" + seed + ", step=" + step;
            nowNanos += random.nextInt(100);
            if (random.nextInt(100) < ((step / 2000) % 2 == 0 ? 60 : 40) || runs.isEmpty()) {
                int wish = random.nextInt(20) == 0 ? 1 + random.nextInt(4 * UNITS) : 1 + random.nextInt(16);
                int count = (int) ChunkHeap.roundedUnits(wish);
                int first = chunks.take(random.nextInt(5), count);
                if (first < 0) {
                    assertTrue(!hasRoom(used, count, chunkCount), "refused what fits: " + where);
                } else {
                    int clash = used.nextSetBit(first);
                    assertTrue(clash < 0 || clash >= first + count, "handed out twice: " + where);
                    assertTrue(first + count <= chunkCount * UNITS, where);
                    assertTrue(
                            count >= UNITS ? first % UNITS == 0 : first / UNITS == (first + count - 1) / UNITS, where);
                    used.set(first, first + count);
                    runs.add(new int[] {first, count});
                }
            } else {
                int[] run = runs.remove(random.nextInt(runs.size()));
                chunks.giveBack(run[0], run[1]);
                used.clear(run[0], run[0] + run[1]);
            }
            assertEquals(used.cardinality(), chunks.usedUnits(), where);
            assertEquals(memory.resident.size(), chunks.backedChunks(), where);
            used.stream()
                    .map(unit -> unit / UNITS)
                    .distinct()
                    .forEach(chunk -> assertTrue(memory.resident.contains(address(chunk)), where));
        }
        runs.forEach(run -> chunks.giveBack(run[0], run[1]));
        nowNanos += DECAY_NANOS;
        while (chunks.giveBackAged(3) == 3) {
            assertTrue(chunks.backedChunks() >= 2);
        }
        assertEquals(2, chunks.backedChunks());
    }

    @Test
    void anEmptyChunkLeavesAfterTheDecayAndNotBefore() {
        ChunkHeap chunks = heap(8, 0, 8);
        int[] runs = {chunks.take(0, UNITS), chunks.take(0, UNITS), chunks.take(0, 16)};
        chunks.giveBack(runs[1], UNITS);
        nowNanos += DECAY_NANOS / 2;
        chunks.giveBack(runs[0], UNITS);
        nowNanos += DECAY_NANOS / 2 - 1;
        assertEquals(0, chunks.giveBackAged(8));
        nowNanos++;
        assertEquals(1, chunks.giveBackAged(8), "the older one");
        assertEquals(Set.of(address(0), address(2)), memory.resident);
        nowNanos += DECAY_NANOS;
        assertEquals(1, chunks.giveBackAged(8), "a chunk that is half in use stays");
        assertEquals(Set.of(address(2)), memory.resident);
        assertEquals(2, chunks.givenBackChunks());
    }

    @Test
    void theFloorStaysForEver() {
        ChunkHeap chunks = heap(8, 3, 8);
        int run = chunks.take(0, 6 * UNITS);
        chunks.giveBack(run, 6 * UNITS);
        nowNanos += 100 * DECAY_NANOS;
        assertEquals(3, chunks.giveBackAged(8));
        assertEquals(0, chunks.giveBackAged(8));
        assertEquals(3, memory.resident.size());
    }

    @Test
    void anEmptyChunkIsUsedAgainBeforeOneWithoutMemory() {
        ChunkHeap chunks = heap(8, 0, 8);
        int low = chunks.take(0, UNITS);
        int high = chunks.take(0, UNITS);
        chunks.giveBack(low, UNITS);
        chunks.giveBack(high, UNITS);
        assertEquals(high, chunks.take(0, 16), "the one that fell empty last, so that the other may age");
        nowNanos += DECAY_NANOS;
        chunks.giveBackAged(8);
        assertEquals(Set.of(address(1)), memory.resident);
        assertEquals(low, chunks.take(0, UNITS), "back again");
        assertEquals(2, memory.resident.size());
    }

    @Test
    void emptyChunksBeyondTheMostDoNotWait() {
        ChunkHeap chunks = heap(8, 0, 2);
        int run = chunks.take(0, 3 * UNITS);
        chunks.giveBack(run, 3 * UNITS);
        assertEquals(2, memory.resident.size());
        for (int round = 0; round < 100; round++) {
            chunks.giveBack(chunks.take(0, 16), 16);
        }
        assertEquals(1, chunks.givenBackChunks(), "memory goes back and forth");
    }

    @Test
    void aRunOfChunksIsMadeOfNeighbours() {
        ChunkHeap chunks = heap(8, 8, 8);
        int[] single = new int[8];
        for (int i = 0; i < 8; i++) {
            single[i] = chunks.take(0, UNITS);
        }
        for (int each : new int[] {1, 3, 4, 6}) {
            chunks.giveBack(single[each], UNITS);
        }
        assertEquals(-1, chunks.take(0, 3 * UNITS), "four are empty, but no three neighbours");
        assertEquals(single[3], chunks.take(0, 2 * UNITS));
        assertEquals(UNITS, ChunkHeap.roundedUnits(UNITS));
        assertEquals(2 * UNITS, ChunkHeap.roundedUnits(UNITS + 1));
        assertEquals(17, ChunkHeap.roundedUnits(17));
    }

    @Test
    void aMachineWithoutMemoryIsARefusalThatLeavesEverythingAsItWas() {
        ChunkHeap chunks = heap(4, 0, 4);
        memory.refusesToCommit = true;
        assertEquals(-1, chunks.take(0, 1));
        assertEquals(-1, chunks.take(0, 2 * UNITS));
        assertEquals(0, chunks.usedUnits());
        assertEquals(0, chunks.backedChunks());
        memory.refusesToCommit = false;
        assertEquals(0, chunks.take(0, 2 * UNITS));
    }

    @Test
    void memoryThatTheMachineDoesNotTakeBackIsKeptAndUsed() {
        memory.refusesToTakeBack = true;
        ChunkHeap chunks = heap(4, 0, 1);
        chunks.giveBack(chunks.take(0, 3 * UNITS), 3 * UNITS);
        nowNanos += 2 * DECAY_NANOS;
        assertEquals(0, chunks.giveBackAged(8));
        assertEquals(3, chunks.backedChunks());
        chunks.take(0, 2 * UNITS);
        assertEquals(3, memory.resident.size(), "used again without being committed again");
    }

    private ChunkHeap heap(int chunkCount, int floorChunks, int maxBackedChunks) {
        return new ChunkHeap(memory, () -> nowNanos, address(0), chunkCount, floorChunks, maxBackedChunks, DECAY_NANOS);
    }

    private static long address(int chunk) {
        return (chunk + 100) * ChunkHeap.CHUNK_BYTES;
    }

    private static boolean hasRoom(BitSet used, int count, int chunkCount) {
        int step = count < UNITS ? 1 : UNITS;
        for (int first = 0; first + count <= chunkCount * UNITS; first += step) {
            boolean isInChunk = count >= UNITS || first / UNITS == (first + count - 1) / UNITS;
            int next = used.nextSetBit(first);
            if (isInChunk && (next < 0 || next >= first + count)) {
                return true;
            }
        }
        return false;
    }
}

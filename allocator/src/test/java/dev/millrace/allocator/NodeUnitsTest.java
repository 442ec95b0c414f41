package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class NodeUnitsTest {
    private static final int UNITS_PER_CHUNK = (int) (NodeUnits.CHUNK_BYTES / SizeClasses.UNIT_BYTES);

    private final FakeMachine machine = new FakeMachine();

    @Test
    void takesTheLowestRunThatFits() {
        NodeUnits units = new NodeUnits(machine, 0, 64, 9);
        assertEquals(0, units.take(3));
        assertEquals(3, units.take(1));
        assertEquals(4, units.take(2));
        units.giveBack(0, 3);
        assertEquals(6, units.take(4), "a run of four does not fit before");
        assertEquals(0, units.take(2));
        assertEquals(2, units.take(1));
        units.giveBack(2, 1);
        units.giveBack(3, 1);
        units.giveBack(4, 2);
        assertEquals(2, units.take(4), "neighbours grow together");
    }

    @Test
    void agreesWithAModelThatSearchesFromTheStart() {
        long seed = 0x5EED_0005L;
        SplittableRandom random = new SplittableRandom(seed);
        int unitCount = 300;
        NodeUnits units = new NodeUnits(machine, 0, unitCount, 1);
        BitSet used = new BitSet();
        List<int[]> runs = new ArrayList<>();
        for (int step = 0; step < 50_000; step++) {
            if (random.nextInt(100) < 52 || runs.isEmpty()) {
                int count = 1 + random.nextInt(SizeClasses.MAX_SLAB_UNITS);
                int expected = firstFit(used, count, unitCount);
                assertEquals(expected, units.take(count), "seed=" + seed + ", step=" + step);
                if (expected >= 0) {
                    used.set(expected, expected + count);
                    runs.add(new int[] {expected, count});
                }
            } else {
                int[] run = runs.remove(random.nextInt(runs.size()));
                units.giveBack(run[0], run[1]);
                used.clear(run[0], run[0] + run[1]);
            }
            assertEquals(used.cardinality(), units.usedUnits());
        }
    }

    @Test
    void keepsIdleMemoryUpToALimitAndGivesTheRestBack() {
        NodeUnits units = new NodeUnits(machine, 0, 8 * UNITS_PER_CHUNK, 2);
        for (int chunk = 0; chunk < 8; chunk++) {
            units.take(16);
            units.take(16);
        }
        for (int half = 15; half >= 0; half--) {
            units.giveBack(half * 16, 16);
        }
        assertEquals(6 * NodeUnits.CHUNK_BYTES, machine.givenBackBytes);
        assertEquals(2, units.backedChunks());
        for (int round = 0; round < 100; round++) {
            units.giveBack(units.take(16), 16);
        }
        assertEquals(6 * NodeUnits.CHUNK_BYTES, machine.givenBackBytes, "memory goes back and forth");
    }

    @Test
    void neverTakesMemoryFromASlab() {
        NodeUnits units = new NodeUnits(machine, 0, 4 * UNITS_PER_CHUNK, 0);
        int low = units.take(16);
        int high = units.take(16);
        int next = units.take(16);
        units.giveBack(low, 16);
        units.giveBack(next, 16);
        assertEquals(NodeUnits.CHUNK_BYTES, machine.givenBackBytes, "only the second chunk is without a slab");
        assertEquals(1, units.backedChunks());
        units.giveBack(high, 16);
        assertEquals(0, units.backedChunks());
    }

    private static int firstFit(BitSet used, int count, int unitCount) {
        for (int first = 0; first + count <= unitCount; first++) {
            int next = used.nextSetBit(first);
            if (next < 0 || next >= first + count) {
                return first;
            }
        }
        return -1;
    }
}

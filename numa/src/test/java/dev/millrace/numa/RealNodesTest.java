package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where pages really come to lie on a machine of several nodes, asked of the kernel page by page. {@code millrace
 * numa-test} runs this in guests that have some.
 */
@Tag("numa")
final class RealNodesTest {
    private static final int PAGE_BYTES = 4096;
    private static final long RANGE_BYTES = 4 * RangeSource.ALIGNMENT_BYTES;

    private final Topology topology = Topology.ofThisProcess();
    private final List<NumaNode> homes =
            topology.memoryNodes().stream().map(topology.nodes()::get).toList();
    private final Placement truth = Placement.detect();
    private RangeSource ranges;
    private long base;

    /** One reservation with a range for each node, as an allocator has it. */
    @BeforeEach
    void reserves() {
        assumeTrue(homes.size() > 1, "this machine has one node with memory");
        assumeTrue(truth.rung().bindsRanges(), truth.reason());
        ranges = RangeSource.detect().orElseThrow();
        base = ranges.reserve(RANGE_BYTES * homes.size());
    }

    @AfterEach
    void releases() {
        if (base != 0) {
            ranges.release(base, RANGE_BYTES * homes.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"LIBNUMA,false", "LIBNUMA,true", "SYSCALL,false", "SYSCALL,true"})
    void everyPageLiesOnTheNodeItsRangeWasBoundTo(Rung rung, boolean huge) {
        Placement placement = Placement.detect(rung);
        assertEquals(rung, placement.rung(), placement.reason());
        if (huge) {
            ranges.adviseHugePages(base, RANGE_BYTES * homes.size());
        }
        for (int i = 0; i < homes.size(); i++) {
            assertTrue(placement.bindPreferred(range(i), RANGE_BYTES, homes.get(i)));
        }
        assertEquals(Map.of(Placement.ABSENT_PAGE, pages(homes.size())), where(base, RANGE_BYTES * homes.size()));
        fill(base, RANGE_BYTES * homes.size());
        for (int i = 0; i < homes.size(); i++) {
            assertEquals(Map.of(homes.get(i).id(), pages(1)), where(range(i), RANGE_BYTES));
            assertEquals(homes.get(i).id(), placement.nodeOf(range(i) + 77));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBNUMA", "SYSCALL"})
    void aBoundRangeKeepsItsNodeWhenMemoryIsGivenBackAndUsedAgain(Rung rung) {
        Placement placement = Placement.detect(rung);
        NumaNode last = homes.get(homes.size() - 1);
        assertTrue(placement.bindPreferred(base, RANGE_BYTES, last));
        for (int use = 0; use < 2; use++) {
            assertTrue(ranges.commit(base, RANGE_BYTES));
            assertTrue(ranges.touch(base, RANGE_BYTES, PAGE_BYTES));
            assertEquals(Map.of(last.id(), pages(1)), where(base, RANGE_BYTES));
            assertTrue(ranges.giveBack(base, RANGE_BYTES));
            assertEquals(Map.of(Placement.ABSENT_PAGE, pages(1)), where(base, RANGE_BYTES));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBNUMA", "SYSCALL"})
    void interleavedPagesAreSpreadEvenly(Rung rung) {
        Placement placement = Placement.detect(rung);
        assertTrue(placement.interleave(base, RANGE_BYTES * homes.size(), homes));
        fill(base, RANGE_BYTES * homes.size());
        Map<Integer, Integer> where = where(base, RANGE_BYTES * homes.size());
        assertEquals(homes.size(), where.size(), where.toString());
        for (NumaNode home : homes) {
            int share = where.getOrDefault(home.id(), 0);
            assertTrue(Math.abs(share - pages(1)) <= pages(1) / 10, where.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void firstTouchPutsEveryPageOnItsNodeFromAnyThread(boolean huge) throws IOException {
        NumaBalancing.assumeOff(topology);
        Placement placement = Placement.detect(Rung.FIRST_TOUCH);
        assertEquals(Rung.FIRST_TOUCH, placement.rung(), placement.reason());
        if (huge) {
            ranges.adviseHugePages(base, RANGE_BYTES * homes.size());
        }
        for (int i = 0; i < homes.size(); i++) {
            assertFalse(placement.bindPreferred(range(i), RANGE_BYTES, homes.get(i)));
        }
        long pageBytes = huge ? RangeSource.ALIGNMENT_BYTES : PAGE_BYTES;
        for (int i = 0; i < homes.size(); i++) {
            boolean isPlaced = placement.firstTouch(range(i), RANGE_BYTES, homes.get(i), pageBytes);
            assertEquals(
                    homes.get(i).hasCpus(), isPlaced, "node=" + homes.get(i).id());
        }
        for (int i = 0; i < homes.size(); i++) {
            if (homes.get(i).hasCpus()) {
                assertEquals(Map.of(homes.get(i).id(), pages(1)), where(range(i), RANGE_BYTES));
                assertEquals(homes.get(i).id(), placement.nodeOf(range(i)), "as numa_maps has it");
            }
        }
    }

    @Test
    void theMemoryThatAPinnedWorkerTouchesLiesWhereItsLayoutSays() throws IOException, InterruptedException {
        NumaBalancing.assumeOff(topology);
        WorkerLayout layout = WorkerLayout.of(topology, topology.cpuCount());
        CpuPinning pinning = CpuPinning.detect();
        for (WorkerLayout.Seat seat : layout.seats()) {
            long address = ranges.reserve(RangeSource.ALIGNMENT_BYTES);
            Thread worker = new Thread(() -> {
                pinning.restrictTo(seat.cpus());
                fill(address, RangeSource.ALIGNMENT_BYTES);
            });
            worker.start();
            worker.join();
            int id = topology.nodes().get(seat.memoryNode()).id();
            assertEquals(
                    List.of(id),
                    List.copyOf(where(address, RangeSource.ALIGNMENT_BYTES).keySet()),
                    layout.table());
            ranges.release(address, RangeSource.ALIGNMENT_BYTES);
        }
    }

    @Test
    void aPageOnTheWrongNodeIsSeen() {
        assertTrue(truth.bindPreferred(base, RANGE_BYTES, homes.get(0)));
        assertTrue(truth.bindPreferred(base + RANGE_BYTES - PAGE_BYTES, PAGE_BYTES, homes.get(1)));
        fill(base, RANGE_BYTES);
        assertEquals(Map.of(homes.get(0).id(), pages(1) - 1, homes.get(1).id(), 1), where(base, RANGE_BYTES));
    }

    private long range(int index) {
        return base + index * RANGE_BYTES;
    }

    private static int pages(int rangeCount) {
        return Math.toIntExact(rangeCount * RANGE_BYTES / PAGE_BYTES);
    }

    private static void fill(long address, long bytes) {
        new Pointer(address).setMemory(0, bytes, (byte) 1);
    }

    /** How many pages lie on which node. */
    private Map<Integer, Integer> where(long address, long bytes) {
        List<Long> pages = new ArrayList<>();
        for (long offset = 0; offset < bytes; offset += PAGE_BYTES) {
            pages.add(address + offset);
        }
        int[] nodes = new int[pages.size()];
        truth.nodesOf(pages.stream().mapToLong(Long::longValue).toArray(), nodes);
        Map<Integer, Integer> counts = new TreeMap<>();
        for (int node : nodes) {
            counts.merge(node, 1, Integer::sum);
        }
        return counts;
    }
}

package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What can be tried only on a machine that nobody else uses, because it changes the machine's settings: in the guests of
 * {@code millrace numa-test}, which say on their kernel's command line what they are.
 */
@Tag("numa")
final class RealGuestTest {
    private static final Pattern GUEST = Pattern.compile("millrace\\.nodes=(\\d+)");
    private static final long HUGE_PAGE_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final int PAGE_BYTES = 4096;

    private final Topology topology = Topology.ofThisProcess();
    private final Placement placement = Placement.detect();
    private int nodeCount;

    @BeforeEach
    void isInAGuest() throws IOException {
        Path commandLine = Path.of("/proc/cmdline");
        assumeTrue(Files.isReadable(commandLine), "not Linux");
        Matcher guest = GUEST.matcher(Files.readString(commandLine, StandardCharsets.UTF_8));
        assumeTrue(guest.find(), "this machine is no guest of the test; its settings stay as they are");
        nodeCount = Integer.parseInt(guest.group(1));
    }

    @Test
    void theMachineIsFoundAsItWasBuilt() {
        assertEquals(Rung.LIBNUMA, placement.rung(), placement.reason());
        assertEquals(nodeCount, topology.memoryNodes().size());
        assertEquals(
                nodeCount, WorkerLayout.of(topology, nodeCount).memoryNodes().size());
        for (int from = 0; from < nodeCount; from++) {
            for (int to = 0; to < nodeCount; to++) {
                int expected = from == to ? NumaNode.LOCAL_DISTANCE : (from ^ to) == 1 ? 21 : 31;
                assertEquals(expected, topology.distance(from, to), from + " to " + to);
            }
        }
    }

    /** The node's memory goes to its pool of huge pages, which nobody uses: cheaper than filling it. */
    @Test
    void aFullNodeIsPassedOver() throws IOException {
        NumaNode last = topology.nodes().get(nodeCount - 1);
        Path pool = poolOf(last);
        RangeSource ranges = RangeSource.detect().orElseThrow();
        long bytes = last.memoryBytes() / 8 & -HUGE_PAGE_BYTES;
        long address = ranges.reserve(bytes);
        try {
            write(pool, String.valueOf(last.memoryBytes() / HUGE_PAGE_BYTES));
            assertTrue(placement.bindPreferred(address, bytes, last));
            assertTrue(ranges.touch(address, bytes, PAGE_BYTES));
            int pages = (int) (bytes / PAGE_BYTES);
            long[] addresses = new long[pages];
            for (int page = 0; page < pages; page++) {
                addresses[page] = address + (long) page * PAGE_BYTES;
            }
            int[] nodes = new int[pages];
            assertEquals(pages, placement.nodesOf(addresses, nodes));
            int spilled = 0;
            for (int node : nodes) {
                spilled += node == last.id() ? 0 : 1;
            }
            assertTrue(spilled > 0, "the node was not full: pages=" + pages);
        } finally {
            write(pool, "0");
            ranges.release(address, bytes);
        }
    }

    @Test
    void pooledHugePagesLieOnTheirNodeAndStayThere() throws IOException {
        RangeSource ranges = RangeSource.detect().orElseThrow();
        for (NumaNode node : topology.nodes()) {
            Path pool = poolOf(node);
            write(pool, "4");
            long bytes = 2 * HUGE_PAGE_BYTES;
            long other = ranges.reserveHuge(bytes);
            long address = ranges.reserveHuge(bytes);
            try {
                ReservationException refusal =
                        assertThrows(ReservationException.class, () -> ranges.reserveHuge(HUGE_PAGE_BYTES));
                assertTrue(refusal.getMessage().contains("freeHugePages=4, reservedHugePages=4"), refusal.getMessage());
                assertTrue(refusal.getMessage().contains("vm.nr_hugepages=5"), refusal.getMessage());
                assertTrue(placement.bindPreferred(address, bytes, node));
                assertTrue(ranges.touch(address, bytes, HUGE_PAGE_BYTES));
                new Pointer(address).setByte(bytes - 1, (byte) 42);
                assertFalse(ranges.giveBack(other, bytes));
                ranges.release(other, bytes);
                assertFalse(ranges.giveBack(address + HUGE_PAGE_BYTES, HUGE_PAGE_BYTES));
                assertEquals(42, new Pointer(address).getByte(bytes - 1));
                for (long offset = 0; offset < bytes; offset += HUGE_PAGE_BYTES) {
                    assertEquals(node.id(), placement.nodeOf(address + offset));
                }
                assertEquals(
                        bytes,
                        ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, bytes)
                                .orElseThrow()
                                .pooledHugeBytes());
            } finally {
                ranges.release(address, bytes);
                write(pool, "0");
            }
            long ordinary = ranges.reserve(bytes);
            assertTrue(ranges.giveBack(ordinary, bytes));
            ranges.release(ordinary, bytes);
        }
    }

    @Test
    void aKernelThatNeverOvercommitsReservesMoreThanItHasAndPromisesNoMore() throws IOException {
        Path setting = Path.of("/proc/sys/vm/overcommit_memory");
        long bytes = 1L << 40;
        try {
            write(setting, "2");
            RangeSource ranges = RangeSource.detect().orElseThrow();
            long address = ranges.reserve(bytes);
            assertTrue(ranges.commit(address, HUGE_PAGE_BYTES));
            new Pointer(address).setByte(0, (byte) 1);
            assertFalse(ranges.commit(address + HUGE_PAGE_BYTES, bytes - HUGE_PAGE_BYTES), "more than there is");
            ranges.release(address, bytes);
        } finally {
            write(setting, "0");
        }
    }

    @Test
    void askedForHugePagesAreGivenAndCounted() {
        assumeTrue(HugePageMode.read(ContainerLimit.ROOT) != HugePageMode.NEVER, "switched off");
        RangeSource ranges = RangeSource.detect().orElseThrow();
        long bytes = 4 * HUGE_PAGE_BYTES;
        long address = ranges.reserve(bytes);
        try {
            assertTrue(ranges.adviseHugePages(address, bytes));
            NumaNode last = topology.nodes().get(nodeCount - 1);
            assertTrue(placement.bindPreferred(address, bytes, last));
            assertTrue(ranges.touch(address, bytes, HUGE_PAGE_BYTES));
            ProcessMemory memory = ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, bytes)
                    .orElseThrow();
            assertEquals(bytes, memory.anonHugeBytes(), memory.toString());
            assertEquals(
                    List.of(last.id(), last.id()),
                    List.of(placement.nodeOf(address), placement.nodeOf(address + bytes - 1)));
        } finally {
            ranges.release(address, bytes);
        }
    }

    private static Path poolOf(NumaNode node) {
        return Path.of("/sys/devices/system/node/node" + node.id() + "/hugepages/hugepages-2048kB/nr_hugepages");
    }

    private static void write(Path setting, String value) throws IOException {
        Files.writeString(setting, value, StandardCharsets.UTF_8);
    }
}

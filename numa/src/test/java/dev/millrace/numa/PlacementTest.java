package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What needs a real machine is skipped where the machine does not have it. */
final class PlacementTest {
    private static final long RANGE_BYTES = 3 * RangeSource.ALIGNMENT_BYTES;

    @Test
    void findsARungAndSaysWhy() {
        Placement placement = Placement.detect();
        assertNotNull(placement.rung());
        assertFalse(placement.reason().isBlank());
    }

    @Test
    void whateverStandsInTheWayEndsOnTheFlatRung() {
        List<Error> obstacles = List.of(
                new UnsatisfiedLinkError("no libnuma.so.1"),
                new NoClassDefFoundError("com/sun/jna/Native"),
                new ExceptionInInitializerError(new IllegalStateException("native access denied")),
                new Error("incompatible JNA native library"));
        for (Error obstacle : obstacles) {
            Placement placement = NativeAttempt.orElse(
                    () -> {
                        throw obstacle;
                    },
                    Placement::flat);
            assertEquals(Rung.FLAT, placement.rung());
            Throwable told = obstacle.getCause() == null ? obstacle : obstacle.getCause();
            assertTrue(placement.reason().contains(String.valueOf(told.getMessage())), placement.reason());
        }
        OutOfMemoryError trouble = new OutOfMemoryError();
        assertThrows(
                OutOfMemoryError.class,
                () -> NativeAttempt.orElse(
                        () -> {
                            throw trouble;
                        },
                        Placement::flat));
    }

    @Test
    void theFlatRungHearsNoWishAndKnowsNothing() {
        Placement flat = Placement.flat("because");
        assertEquals(Rung.FLAT, flat.rung());
        assertEquals("because", flat.reason());
        assertFalse(flat.bindPreferred(0, 4096, Topology.flat(1).nodes().get(0)));
        assertFalse(flat.interleave(0, 4096, Topology.flat(1).nodes()));
        assertFalse(flat.firstTouch(0, 4096, Topology.flat(1).nodes().get(0), 4096));
        assertEquals(Placement.UNKNOWN_NODE, flat.nodeOf(0));
        int[] nodes = {5, 5};
        assertEquals(0, flat.nodesOf(new long[] {0, 4096}, nodes));
        assertArrayEquals(new int[] {Placement.UNKNOWN_NODE, Placement.UNKNOWN_NODE}, nodes);
    }

    @Test
    void noBetterRungIsTriedThanTheOneAskedFor() {
        for (Rung best : Rung.values()) {
            Placement placement = Placement.detect(best);
            assertTrue(best.isAtLeast(placement.rung()), best + " gave " + placement.rung());
            assertFalse(placement.reason().isBlank());
        }
        assertEquals(Rung.FLAT, Placement.detect(Rung.FLAT).rung());
    }

    @Test
    void rungsAreOrderedFromBestToWorst() {
        assertTrue(Rung.LIBNUMA.isAtLeast(Rung.LIBNUMA));
        assertTrue(Rung.LIBNUMA.isAtLeast(Rung.FLAT));
        assertFalse(Rung.FIRST_TOUCH.isAtLeast(Rung.SYSCALL));
        assertTrue(Rung.SYSCALL.bindsRanges());
        assertFalse(Rung.FIRST_TOUCH.bindsRanges());
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBNUMA", "SYSCALL"})
    void pagesLieOnTheNodeTheirRangeWasBoundTo(Rung rung) throws IOException {
        Placement placement = Placement.detect(rung);
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(placement.rung() == rung && ranges.isPresent(), placement.reason());
        Topology topology = Topology.ofThisProcess();
        for (int index : topology.memoryNodes()) {
            NumaNode node = topology.nodes().get(index);
            long address = ranges.get().reserve(RANGE_BYTES);
            try {
                assertTrue(placement.bindPreferred(address, RANGE_BYTES, node), "node=" + node.id());
                assertEquals("prefer=static:" + node.id(), policyOf(address));
                assertEquals(Placement.UNKNOWN_NODE, placement.nodeOf(address), "never touched");
                assertTrue(placement.firstTouch(address, RANGE_BYTES, node, 4096));
                assertEquals(Placement.UNKNOWN_NODE, placement.nodeOf(address), "the policy does it, not a touch");
                new Pointer(address).setByte(4097, (byte) 1);
                assertEquals(node.id(), placement.nodeOf(address + 4096 + 5));
                int[] nodes = new int[3];
                long[] addresses = {address + 4096, address + 2 * RangeSource.ALIGNMENT_BYTES, address + 5000};
                assertEquals(2, placement.nodesOf(addresses, nodes));
                assertArrayEquals(new int[] {node.id(), Placement.ABSENT_PAGE, node.id()}, nodes);
                assertEquals(0, placement.nodesOf(new long[0], new int[0]));
            } finally {
                ranges.get().release(address, RANGE_BYTES);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBNUMA", "SYSCALL"})
    void aRangeIsInterleavedOverAllItsNodes(Rung rung) throws IOException {
        Placement placement = Placement.detect(rung);
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(placement.rung() == rung && ranges.isPresent(), placement.reason());
        Topology topology = Topology.ofThisProcess();
        List<NumaNode> nodes =
                topology.memoryNodes().stream().map(topology.nodes()::get).toList();
        long address = ranges.get().reserve(RANGE_BYTES);
        try {
            assertTrue(placement.interleave(address, RANGE_BYTES, nodes));
            List<Integer> ids = nodes.stream().map(NumaNode::id).toList();
            assertEquals("interleave=static:" + KernelList.format(ids), policyOf(address));
            assertFalse(placement.interleave(address, RANGE_BYTES, List.of()), "over no node");
        } finally {
            ranges.get().release(address, RANGE_BYTES);
        }
    }

    /** What the kernel holds for the mapping that starts at an address. */
    private static String policyOf(long address) throws IOException {
        for (String line : Files.readAllLines(NumaMaps.OF_THIS_PROCESS)) {
            if (line.startsWith(Long.toHexString(address) + " ")) {
                return line.split(" ", 3)[1];
            }
        }
        return "not mapped";
    }

    @Test
    void aPageThatWasNeverTouchedIsAbsentWhicheverErrorSaysSo() {
        assertEquals(3, PolicyPlacement.nodeOfStatus(3));
        assertEquals(Placement.ABSENT_PAGE, PolicyPlacement.nodeOfStatus(-Errno.ENOENT));
        assertEquals(Placement.ABSENT_PAGE, PolicyPlacement.nodeOfStatus(-Errno.EFAULT));
        assertEquals(Placement.UNKNOWN_NODE, PolicyPlacement.nodeOfStatus(-Errno.EPERM));
    }

    @Test
    void everyRungWantsOneNodeForEachAddress() {
        for (Rung rung : Rung.values()) {
            Placement placement = Placement.detect(rung);
            IllegalArgumentException refusal = assertThrows(
                    IllegalArgumentException.class, () -> placement.nodesOf(new long[2], new int[3]), rung.name());
            assertTrue(refusal.getMessage().contains("addresses=2, nodes=3"), refusal.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LIBNUMA", "SYSCALL"})
    void refusesToBindToANodeThatIsNotThere(Rung rung) {
        Placement placement = Placement.detect(rung);
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(placement.rung() == rung && ranges.isPresent(), placement.reason());
        long address = ranges.get().reserve(RANGE_BYTES);
        try {
            for (int absent : new int[] {1000, 1023, 1024, 100_000}) {
                NumaNode node = new NumaNode(absent, List.of(), 0, List.of(10));
                assertFalse(placement.bindPreferred(address, RANGE_BYTES, node), "node=" + absent);
                assertFalse(placement.interleave(address, RANGE_BYTES, List.of(node)), "node=" + absent);
            }
        } finally {
            ranges.get().release(address, RANGE_BYTES);
        }
    }

    @Test
    void rangesAreAlignedZeroAndForgetWhatIsGivenBack() {
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(ranges.isPresent(), "no mmap here");
        long address = ranges.get().reserve(RANGE_BYTES);
        try {
            assertEquals(0, address % RangeSource.ALIGNMENT_BYTES);
            Pointer last = new Pointer(address + RANGE_BYTES - 8);
            assertEquals(0, last.getLong(0));
            ranges.get().adviseHugePages(address, RANGE_BYTES);
            last.setLong(0, 42);
            assertTrue(ranges.get().giveBack(address, RANGE_BYTES));
            assertEquals(0, last.getLong(0));
        } finally {
            ranges.get().release(address, RANGE_BYTES);
        }
    }

    @Test
    void refusesRangesThatCannotBe() {
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(ranges.isPresent(), "no mmap here");
        assertThrows(IllegalArgumentException.class, () -> ranges.get().reserve(0));
        assertThrows(IllegalArgumentException.class, () -> ranges.get().reserve(4096));
        ReservationException refusal =
                assertThrows(ReservationException.class, () -> ranges.get().reserve(1L << 60));
        assertEquals(1L << 60, refusal.requestedBytes());
        assertTrue(refusal.getMessage().contains("mmap errno=12 (ENOMEM)"), refusal.getMessage());
    }
}

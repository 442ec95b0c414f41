package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
        assertEquals(Placement.UNKNOWN_NODE, flat.nodeOf(0));
    }

    @Test
    void pagesLieOnTheNodeTheirRangeWasBoundTo() {
        Placement placement = Placement.detect();
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(placement.rung() == Rung.LIBNUMA && ranges.isPresent(), placement.reason());
        for (NumaNode node : Topology.read(Topology.SYSFS_ROOT).nodes()) {
            assumeTrue(node.hasMemory());
            long address = ranges.get().reserve(RANGE_BYTES);
            try {
                assertTrue(placement.bindPreferred(address, RANGE_BYTES, node), "node=" + node.id());
                assertEquals(Placement.UNKNOWN_NODE, placement.nodeOf(address), "never touched");
                new Pointer(address).setByte(4097, (byte) 1);
                assertEquals(node.id(), placement.nodeOf(address + 4096 + 5));
            } finally {
                ranges.get().release(address, RANGE_BYTES);
            }
        }
    }

    @Test
    void refusesToBindToANodeThatIsNotThere() {
        Placement placement = Placement.detect();
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(placement.rung() == Rung.LIBNUMA && ranges.isPresent(), placement.reason());
        long address = ranges.get().reserve(RANGE_BYTES);
        try {
            for (int absent : new int[] {1000, 1023, 1024, 100_000}) {
                NumaNode node = new NumaNode(absent, List.of(), 0, List.of(10));
                assertFalse(placement.bindPreferred(address, RANGE_BYTES, node), "node=" + absent);
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

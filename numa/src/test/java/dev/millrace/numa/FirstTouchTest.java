package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** First touch as it works for a machine of several nodes, whatever this one has: each test makes up its nodes. */
final class FirstTouchTest {
    private static final long CHUNK_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final long RANGE_BYTES = 4 * CHUNK_BYTES;

    private final CpuPinning pinning = CpuPinning.detect();
    private final List<Integer> allowed = pinning.currentAffinity();
    private RangeSource ranges;
    private Placement placement;
    private long address;

    @BeforeEach
    void reserves() {
        assumeFalse(allowed.isEmpty() || RangeSource.detect().isEmpty(), "no native calls here");
        ranges = RangeSource.detect().orElseThrow();
        placement = new FirstTouchPlacement("made up", false, pinning, PageToucher.detect());
        address = ranges.reserve(RANGE_BYTES);
    }

    @AfterEach
    void releases() {
        if (address != 0) {
            ranges.release(address, RANGE_BYTES);
        }
    }

    @Test
    void everyPageIsThereAfterwardsAndTheCallerRunsWhereItRan() {
        NumaNode last = node(allowed.get(allowed.size() - 1));
        new Pointer(address).setByte(3, (byte) 42);
        assertTrue(placement.firstTouch(address, CHUNK_BYTES, last, 4096));
        assertTrue(rssBytes() >= CHUNK_BYTES, "rssBytes=" + rssBytes());
        assertEquals(42, new Pointer(address).getByte(3), "contents stay");
        assertEquals(allowed, pinning.currentAffinity());
    }

    @Test
    void aCallerThatIsTiedToTheNodeTouchesByItself() {
        int cpu = allowed.get(0);
        try {
            assertTrue(pinning.pinTo(cpu));
            assertTrue(placement.firstTouch(address, CHUNK_BYTES, node(cpu, 100_000), 4096));
            assertTrue(rssBytes() >= CHUNK_BYTES, "rssBytes=" + rssBytes());
            assertEquals(List.of(cpu), pinning.currentAffinity());
        } finally {
            assertTrue(pinning.restrictTo(allowed));
        }
    }

    @Test
    void aNodeThatNoThreadCanRunOnIsRefusedAndNothingIsTouched() {
        assertFalse(placement.firstTouch(address, CHUNK_BYTES, node(), 4096), "memory only");
        assertFalse(placement.firstTouch(address, CHUNK_BYTES, node(CpuPinning.MAX_CPUS - 1), 4096), "not ours");
        assertEquals(0, rssBytes());
    }

    @Test
    void anInterruptIsKeptForTheCaller() {
        Thread.currentThread().interrupt();
        assertTrue(placement.firstTouch(address, CHUNK_BYTES, node(CpuPinning.MAX_CPUS - 1, allowed.get(0)), 4096));
        assertTrue(Thread.interrupted());
        assertTrue(rssBytes() >= CHUNK_BYTES);
    }

    @Test
    void aStretchThatCannotBeTouchedIsSaidSo() {
        assumeTrue(PageToucher.detect().canPopulate(), "a store would end this process");
        assertTrue(ranges.protect(address, CHUNK_BYTES, Protection.NONE));
        assertFalse(placement.firstTouch(address, CHUNK_BYTES, node(allowed.get(0)), 4096));
    }

    @Test
    void whereAllMemoryIsOnOneNodeNothingIsTouched() {
        Placement single = new FirstTouchPlacement("made up", true, pinning, PageToucher.detect());
        assertTrue(single.firstTouch(address, CHUNK_BYTES, node(allowed.get(0)), 4096));
        assertEquals(0, rssBytes());
    }

    @Test
    void adjacentRangesOfTwoNodesAreToldApart() throws IOException {
        for (int id = 0; id < 4; id++) {
            NumaNode node = new NumaNode(id, allowed, 1 << 20, List.of(10));
            assertFalse(placement.bindPreferred(address + id * CHUNK_BYTES, CHUNK_BYTES, node));
        }
        new Pointer(address).setByte(2 * CHUNK_BYTES, (byte) 1);
        int[] nodes = new int[3];
        long[] addresses = {address + CHUNK_BYTES, address + 2 * CHUNK_BYTES, address + 3 * CHUNK_BYTES};
        assumeTrue(placement.nodesOf(addresses, nodes) > 0, "the kernel does not count pages by node");
        int here = NumaMaps.read(NumaMaps.OF_THIS_PROCESS).nodeOf(address + 2 * CHUNK_BYTES);
        assertArrayEquals(new int[] {Placement.ABSENT_PAGE, here, Placement.ABSENT_PAGE}, nodes);
        assertEquals(here, placement.nodeOf(addresses[1]));
        assertEquals(Placement.UNKNOWN_NODE, placement.nodeOf(addresses[0]));
    }

    private long rssBytes() {
        return ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, CHUNK_BYTES)
                .orElseThrow()
                .rssBytes();
    }

    private static NumaNode node(Integer... cpus) {
        return new NumaNode(0, List.of(cpus), 1 << 20, List.of(10));
    }
}

package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MmapRangesTest {
    private static final long CHUNK_BYTES = RangeSource.ALIGNMENT_BYTES;
    private static final long RANGE_BYTES = 3 * CHUNK_BYTES;
    private static final int PAGE_BYTES = 4096;

    @TempDir
    Path root;

    @BeforeEach
    void needsMmap() {
        assumeTrue(RangeSource.detect().isPresent(), "no mmap here");
    }

    @Test
    void aKernelThatNeverOvercommitsPromisesNothingBeforeAStretchIsCommitted() throws IOException {
        MmapRanges ranges = new MmapRanges(new PageToucher(true), true, ContainerLimit.ROOT);
        long address = ranges.reserve(RANGE_BYTES);
        try {
            assertEquals("---p", accessTo(address));
            assertFalse(ranges.touch(address, CHUNK_BYTES, PAGE_BYTES), "there is nothing to touch yet");
            assertTrue(ranges.commit(address + CHUNK_BYTES, CHUNK_BYTES));
            assertTrue(ranges.commit(address + CHUNK_BYTES, CHUNK_BYTES));
            assertEquals("---p", accessTo(address));
            assertEquals("rw-p", accessTo(address + CHUNK_BYTES));
            assertEquals("---p", accessTo(address + 2 * CHUNK_BYTES));
            new Pointer(address + CHUNK_BYTES).setByte(17, (byte) 5);
            assertTrue(ranges.giveBack(address + CHUNK_BYTES, CHUNK_BYTES));
            assertTrue(ranges.commit(address + CHUNK_BYTES, CHUNK_BYTES));
            assertEquals(0, new Pointer(address + CHUNK_BYTES).getByte(17));
        } finally {
            ranges.release(address, RANGE_BYTES);
        }
    }

    @Test
    void whetherTheKernelOvercommitsIsReadAtTheStart() throws IOException {
        for (Map.Entry<String, String> mode :
                Map.of("0", "rw-p", "1", "rw-p", "2", "---p").entrySet()) {
            RecordedSysfs.write(root, Map.of("proc/sys/vm/overcommit_memory", mode.getKey()));
            RangeSource ranges = MmapRanges.detect(root).orElseThrow();
            long address = ranges.reserve(RANGE_BYTES);
            assertEquals(mode.getValue(), accessTo(address), "mode=" + mode.getKey());
            assertTrue(ranges.commit(address, RANGE_BYTES));
            assertEquals("rw-p", accessTo(address));
            ranges.release(address, RANGE_BYTES);
        }
    }

    @Test
    void aPoolWithoutEnoughHugePagesIsRefusedWithItsNumbersAndTheSetting() {
        RecordedSysfs.write(
                root,
                Map.of(
                        "proc/meminfo",
                        "MemTotal: 1 kB\nHugePages_Total:  10\nHugePages_Free:  4\nHugePages_Rsvd:  1\nHugepagesize:  2048 kB"));
        long tooMuch = 1L << 45;
        ReservationException refusal = refusalOf(tooMuch);
        assertEquals(tooMuch, refusal.requestedBytes());
        String message = refusal.getMessage();
        assertTrue(message.contains("mmap errno=12 (ENOMEM), neededHugePages=16777216, freeHugePages=4"), message);
        assertTrue(message.contains("reservedHugePages=1, totalHugePages=10, hugePageBytes=2097152"), message);
        assertTrue(message.contains("sysctl -w vm.nr_hugepages=" + (10 + 16777216 - 3)), message);
    }

    @Test
    void aMachineWhosePoolHasPagesOfAnotherSizeIsToldWhichToSetAside() {
        RecordedSysfs.write(root, Map.of("proc/meminfo", "HugePages_Total:  1\nHugepagesize:  1048576 kB"));
        String message = refusalOf(1L << 45).getMessage();
        assertTrue(message.contains("hugePageBytes=1073741824"), message);
        assertTrue(message.contains("hugepages-2048kB/nr_hugepages"), message);
    }

    private ReservationException refusalOf(long bytes) {
        MmapRanges ranges = new MmapRanges(new PageToucher(true), false, root);
        assertThrows(IllegalArgumentException.class, () -> ranges.reserveHuge(PAGE_BYTES));
        return assertThrows(ReservationException.class, () -> ranges.reserveHuge(bytes));
    }

    @Test
    void touchingBacksEveryPageAndLeavesItsContents() {
        for (PageToucher toucher : List.of(PageToucher.detect(), new PageToucher(false))) {
            MmapRanges ranges = new MmapRanges(toucher, false, ContainerLimit.ROOT);
            long address = ranges.reserve(RANGE_BYTES);
            try {
                new Pointer(address).setByte(CHUNK_BYTES, (byte) 42);
                assertTrue(ranges.touch(address + CHUNK_BYTES, CHUNK_BYTES, PAGE_BYTES));
                assertEquals(42, new Pointer(address).getByte(CHUNK_BYTES));
                long rssBytes = ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, RANGE_BYTES)
                        .orElseThrow()
                        .rssBytes();
                assertTrue(rssBytes >= CHUNK_BYTES, toucher + ", rssBytes=" + rssBytes);
                assertThrows(IllegalArgumentException.class, () -> ranges.touch(address, CHUNK_BYTES, 0));
            } finally {
                ranges.release(address, RANGE_BYTES);
            }
        }
    }

    @Test
    void accessIsForbiddenAndAllowedAndContentsStay() throws IOException {
        RangeSource ranges = RangeSource.detect().orElseThrow();
        long address = ranges.reserve(RANGE_BYTES);
        try {
            new Pointer(address).setByte(9, (byte) 42);
            assertTrue(ranges.protect(address, PAGE_BYTES, Protection.NONE));
            assertEquals("---p", accessTo(address));
            assertEquals("rw-p", accessTo(address + PAGE_BYTES));
            assertTrue(ranges.protect(address, PAGE_BYTES, Protection.READ_ONLY));
            assertEquals("r--p", accessTo(address));
            assertEquals(42, new Pointer(address).getByte(9));
            assertTrue(ranges.protect(address, PAGE_BYTES, Protection.READ_WRITE));
            assertEquals("rw-p", accessTo(address));
            assertFalse(ranges.protect(address + 1, PAGE_BYTES, Protection.NONE), "not at a page's start");
        } finally {
            ranges.release(address, RANGE_BYTES);
        }
    }

    /** The access of the mapping around an address, as {@code /proc/self/maps} shows it. */
    private static String accessTo(long address) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] words = line.split("[- ]", 3);
            if (Long.parseUnsignedLong(words[0], 16) <= address && Long.parseUnsignedLong(words[1], 16) > address) {
                return line.split(" ", 3)[1];
            }
        }
        return "not mapped";
    }
}

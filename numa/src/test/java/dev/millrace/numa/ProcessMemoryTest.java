package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessMemoryTest {
    private static final String SMAPS =
            """
            7f0000000000-7f0000200000 rw-p 00000000 00:00 0
            Size:               2048 kB
            Rss:                1000 kB
            Pss:                 999 kB
            AnonHugePages:         0 kB
            Swap:                 24 kB
            SwapPss:               9 kB
            VmFlags: rd wr mr mw me ac
            7f0000200000-7f0000800000 rw-p 00000000 00:00 0
            Rss:                4096 kB
            AnonHugePages:      2048 kB
            Swap:                  0 kB
            7f0000800000-7f0000c00000 rw-p 00000000 00:0e 77    /anon_hugepage (deleted)
            Rss:                   0 kB
            Private_Hugetlb:    4096 kB
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]
            Rss:                   4 kB""";

    private static final long START = 0x7f0000000000L;
    private static final long MIB = 1 << 20;

    @TempDir
    Path process;

    @Test
    void addsUpTheMappingsOfARange() {
        assertEquals(new ProcessMemory(5096 << 10, 2048 << 10, 4096 << 10, 24 << 10, true), recorded(START, 12 * MIB));
        assertEquals(new ProcessMemory(1000 << 10, 0, 0, 24 << 10, true), recorded(START, 2 * MIB));
        assertEquals(new ProcessMemory(0, 0, 4096 << 10, 0, true), recorded(START + 8 * MIB, 64 * MIB));
    }

    @Test
    void saysSoIfAMappingReachesBeyondTheRange() {
        assertEquals(new ProcessMemory(4096 << 10, 2048 << 10, 0, 0, false), recorded(START + 3 * MIB, MIB));
        assertEquals(new ProcessMemory(4096 << 10, 2048 << 10, 0, 0, false), recorded(START + 2 * MIB, 5 * MIB));
    }

    @Test
    void whatIsNotMappedHasNoMemory() {
        assertEquals(new ProcessMemory(0, 0, 0, 0, true), recorded(START + 12 * MIB, MIB));
    }

    @Test
    void isSilentWhereTheKernelIs() {
        assertEquals(Optional.empty(), ProcessMemory.of(process.resolve("absent"), START, MIB));
    }

    @Test
    void passesOverWhatMakesNoSense() {
        for (String damage : new String[] {"zz-yy rw-p 0", "7f00 rw-p 0", "Rss: many kB", "Rss:", "", ": 1 kB"}) {
            RecordedSysfs.write(process, Map.of("smaps", SMAPS.replace("Pss:                 999 kB", damage)));
            assertEquals(
                    1000 << 10,
                    ProcessMemory.of(process, START, 2 * MIB).orElseThrow().rssBytes(),
                    damage);
        }
    }

    @Test
    void countsWhatThisProcessTouches() {
        Optional<RangeSource> ranges = RangeSource.detect();
        assumeTrue(ranges.isPresent(), "no mmap here");
        long bytes = 4 * MIB;
        long address = ranges.get().reserve(bytes);
        try {
            assertTrue(ranges.get().protect(address + bytes - MIB, MIB, Protection.NONE));
            long used = bytes - MIB;
            assertEquals(0, ofThisProcess(address, used).rssBytes());
            new Pointer(address + 4096).setByte(0, (byte) 1);
            assertTrue(ofThisProcess(address, used).rssBytes() >= 4096);
            assertTrue(ofThisProcess(address, used).isExact()
                    || ofThisProcess(address, bytes).rssBytes() >= 4096);
            ranges.get().giveBack(address, used);
            assertEquals(0, ofThisProcess(address, used).rssBytes());
        } finally {
            ranges.get().release(address, bytes);
        }
    }

    private ProcessMemory recorded(long address, long bytes) {
        RecordedSysfs.write(process, Map.of("smaps", SMAPS));
        return ProcessMemory.of(process, address, bytes).orElseThrow();
    }

    private static ProcessMemory ofThisProcess(long address, long bytes) {
        return ProcessMemory.of(ProcessMemory.OF_THIS_PROCESS, address, bytes).orElseThrow();
    }
}

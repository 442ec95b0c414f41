package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.numa.Placement;
import dev.millrace.numa.RangeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The allocator's own count of resident memory, and the kernel's. */
final class ResidentMemoryTest {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final AllocatorConfig CONFIG = AllocatorConfig.ofMemoryBytes(64 << 20);

    @Test
    void theKernelCountsNoMoreThanTheAllocator() throws IOException {
        assumeTrue(RangeSource.detect().isPresent() && Files.isReadable(MAPPINGS), "not Linux");
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                long address = worker.allocate(MemoryPool.EVENTS, 1 << 20);
                Memory.fill(address, 1 << 20, (byte) 1);
                blocks.add(address);
            }
            MemoryStatistics statistics = allocator.statistics();
            long kernelBytes = rssBytes(blocks.get(0), statistics.reservedBytes());
            assertTrue(kernelBytes >= 40L << 20, "kernelBytes=" + kernelBytes);
            assertTrue(
                    kernelBytes <= statistics.residentBytes(),
                    "kernelBytes=" + kernelBytes + ", residentBytes=" + statistics.residentBytes());
            blocks.forEach(worker::free);
        }
    }

    @Test
    void pagesThatWereTouchedAreAtHome() {
        Placement placement = Placement.detect();
        assumeTrue(placement.rung().bindsRanges() && RangeSource.detect().isPresent(), placement.reason());
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            long address = allocator.worker(0).allocate(MemoryPool.EVENTS, 1 << 20);
            Memory.fill(address, 1 << 20, (byte) 1);
            PageStatistics pages = allocator.statisticsWithPages(500, 7).pages();
            assertEquals(500, pages.sampledPages());
            assertEquals(0, pages.misplacedPages());
            assertEquals(0, pages.unknownPages());
            assertTrue(pages.absentPages() < 500, pages.toString());
            allocator.worker(0).free(address);
        }
    }

    @Test
    void asksForTheBytesBehindAllNodes() {
        FakeMachine machine = new FakeMachine();
        long base = machine.reserve(4 << 20);
        SlabTable table = new SlabTable(base, 4 << 20);
        List<StatisticsReader.Node> nodes = new ArrayList<>();
        for (int node = 0; node < 2; node++) {
            long start = base + ((long) node << 21);
            nodes.add(new StatisticsReader.Node(node, TestNodes.heap(table, node, start, 2 << 20)));
        }
        ResidentMemory resident = (address, bytes) -> {
            assertEquals(base, address);
            return new ResidentMemory.Bytes(bytes / 2, bytes / 8);
        };
        PageSampler sampler = new PageSampler(table, nodes, machine, resident, AllocatorConfig.Numa.PREFERRED);
        PageStatistics pages = sampler.sample(10, 1);
        assertEquals(2 << 20, pages.rssBytes());
        assertEquals(512 << 10, pages.hugeBytes());
        assertEquals(0.25, pages.hugeShare());
        assertEquals(0, pages.sampledPages(), "there are no slabs");
        machine.release(base, 4 << 20);
    }

    /** Adds up the mapping that an address lies in and what follows it within some bytes. */
    private static long rssBytes(long address, long bytes) throws IOException {
        long sum = 0;
        boolean isInside = false;
        for (String line : Files.readAllLines(MAPPINGS, StandardCharsets.ISO_8859_1)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
                long end = Long.parseUnsignedLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')), 16);
                isInside = start >= 0 && start < address + bytes && end > address;
            } else if (isInside && line.startsWith("Rss:")) {
                sum += Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return sum;
    }
}

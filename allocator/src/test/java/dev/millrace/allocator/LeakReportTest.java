package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LeakReportTest {
    private static final AllocatorConfig CONFIG = AllocatorConfig.ofMemoryBytes(64 << 20);

    @ParameterizedTest
    @EnumSource(
            value = AllocatorConfig.Misuse.class,
            names = {"STATE", "CHECK", "GUARD"})
    void showsTheStackOfEveryLeakWhenEveryAllocationIsSampled(AllocatorConfig.Misuse mode) {
        Misuse.assumePossible(mode);
        try (SlabAllocator allocator =
                SlabAllocator.open(CONFIG.withMisuse(mode).withLeakSampleInterval(1))) {
            List<Long> blocks = forget(allocator.worker(0), 3);
            blocks.addAll(forget(allocator.shared(), 2));
            allocator.worker(0).free(allocator.worker(0).allocate(MemoryPool.SPILL, 70));
            LeakReport report = allocator.leaks();
            assertEquals(
                    5,
                    report.sites().stream()
                            .mapToLong(LeakReport.Site::blockCount)
                            .sum());
            assertEquals(2, report.sites().size(), "one for each line that allocated");
            LeakReport.Site most = report.sites().get(0);
            assertEquals(3, most.blockCount());
            assertEquals(MemoryPool.INDEX, most.pool());
            assertEquals("forget", most.stack().get(0).getMethodName());
            assertEquals(List.of(Thread.currentThread().getName()), most.threads());
            String text = report.toString();
            assertTrue(text.contains("LeakReportTest.forget("), text);
            assertTrue(text.contains("showsTheStackOfEveryLeakWhenEveryAllocationIsSampled"), text);
            assertTrue(text.contains("the stack of every allocation was kept"), text);
            blocks.forEach(allocator.shared()::free);
            assertEquals(List.of(), allocator.leaks().sites());
            assertEquals("every block was given back", allocator.leaks().toString());
        }
    }

    @Test
    void isKeptWhenTheAllocatorIsClosed() {
        SlabAllocator allocator = SlabAllocator.open(CONFIG.withLeakSampleInterval(1));
        forget(allocator.worker(0), 1);
        allocator.close();
        LeakReport report = allocator.leaks();
        assertEquals(128, report.liveBytes());
        assertEquals("forget", report.sites().get(0).stack().get(0).getMethodName());
        OpenAllocators.forgive(128);
    }

    @Test
    void saysHowToSeeMoreWhenOnlySomeStacksWereKept() {
        assertTrue(textOfALeak(CONFIG.withLeakSampleInterval(1000)).contains("withLeakSampleInterval(1)"));
        assertTrue(textOfALeak(CONFIG.withLeakSampleInterval(0)).contains("no stacks were kept"));
    }

    @Test
    void countsBlocksThoughNothingIsWatchedFor() {
        AllocatorConfig off = CONFIG.withMisuse(AllocatorConfig.Misuse.OFF).withLeakSampleInterval(1);
        try (SlabAllocator allocator = SlabAllocator.open(off.withWorkers(2))) {
            List<Long> blocks = forget(allocator.worker(0), 3);
            allocator.worker(1).free(blocks.remove(0));
            assertEquals(
                    List.of(new LeakReport.Leak(MemoryPool.INDEX, 128, 2)),
                    allocator.leaks().leaks());
            assertEquals(List.of(), allocator.leaks().sites());
            blocks.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void groupsPlacesByKindAndStack() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withLeakSampleInterval(1))) {
            List<Long> blocks = new ArrayList<>();
            for (int size : new int[] {100, 100, 1000}) {
                blocks.add(allocator.worker(0).allocate(MemoryPool.EVENTS, size));
            }
            LeakReport report = allocator.leaks();
            assertEquals(
                    List.of(2L, 1L),
                    report.sites().stream().map(LeakReport.Site::blockCount).toList());
            assertEquals(200, report.sites().get(0).requestedBytes());
            blocks.forEach(allocator.worker(0)::free);
        }
    }

    @Test
    void aBlockOfAnEarlierSampleIsNotBlamedForALaterLeak() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withLeakSampleInterval(1))) {
            BlockAllocator worker = allocator.worker(0);
            long first = worker.allocate(MemoryPool.INDEX, 100);
            worker.free(first);
            List<Long> blocks = forget(worker, 1);
            assertEquals(first, blocks.get(0), "the same block again");
            assertFalse(allocator.leaks().sites().isEmpty());
            assertEquals(
                    "forget", allocator.leaks().sites().get(0).stack().get(0).getMethodName());
            blocks.forEach(worker::free);
        }
    }

    private static String textOfALeak(AllocatorConfig config) {
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            List<Long> blocks = forget(allocator.worker(0), 1);
            String text = allocator.leaks().toString();
            blocks.forEach(allocator.worker(0)::free);
            return text;
        }
    }

    private static List<Long> forget(BlockAllocator allocator, int count) {
        List<Long> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(allocator.allocate(MemoryPool.INDEX, 100));
        }
        return blocks;
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LeakSamplerTest {
    private final AtomicLong nanos = new AtomicLong(-5);

    @Test
    void keepsTheOldestSamplesAndCountsTheLost() {
        LeakSampler sampler = sampler(1);
        for (int address = 0; address < LeakSampler.MAX_LIVE_SAMPLES; address++) {
            assertTrue(sampler.take(address, 0, 64));
        }
        assertFalse(sampler.take(-1, 0, 64));
        assertEquals(1, sampler.lost());
        assertEquals(LeakSampler.MAX_LIVE_SAMPLES, sampler.live().size());
        sampler.drop(7);
        assertTrue(sampler.take(-1, 0, 64));
    }

    @Test
    void takesNoMoreThanItMayInASecondUnlessAskedForAll() {
        LeakSampler some = sampler(2);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < SampleRate.MAX_SAMPLES_A_SECOND; i++) {
                assertTrue(some.take(i, 0, 64));
            }
            assertFalse(some.take(-1, 0, 64));
            nanos.addAndGet(999_999_999);
            assertFalse(some.take(-1, 0, 64));
            nanos.addAndGet(1);
        }
        assertEquals(0, some.lost(), "what is too fast is not lost but not looked at");
        LeakSampler all = sampler(1);
        for (int i = 0; i < 2 * SampleRate.MAX_SAMPLES_A_SECOND; i++) {
            assertTrue(all.take(i, 0, 64));
        }
    }

    @Test
    void saysWhenAndInWhichThread() {
        LeakSampler sampler = sampler(1);
        sampler.take(64, 3, 50);
        LeakSampler.Sample sample = sampler.of(64);
        assertEquals(Instant.ofEpochMilli(1_234), sample.time());
        assertEquals(Thread.currentThread().getName(), sample.thread());
        assertEquals(50, sample.requestedBytes());
        assertEquals(3, sample.kind());
    }

    @Test
    void looksAtOneInTheIntervalOnAverageAtRandomDistances() {
        SampledBlocks blocks = new SampledBlocks(100, 0x5EED_0101L);
        long sum = 0;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            long interval = blocks.nextInterval();
            sum += interval;
            least = Math.min(least, interval);
            most = Math.max(most, interval);
        }
        assertEquals(100, sum / 10_000.0, 3);
        assertTrue(least < 5 && least >= 1 && most > 195 && most < 200, "least=" + least + ", most=" + most);
        assertEquals(Long.MAX_VALUE, new SampledBlocks(0, 1).nextInterval());
        assertFalse(LeakSampler.off().take(1, 2, 3));
    }

    @Test
    void aLeakAmongManyPairsIsFoundByItsOwnStack() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(16 << 20).withLeakSampleInterval(8);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator worker = allocator.worker(0);
            long[] leaked = new long[1000];
            for (int i = 0; i < leaked.length; i++) {
                for (int pair = 0; pair < 5; pair++) {
                    worker.free(worker.allocate(MemoryPool.EVENTS, 64));
                }
                leaked[i] = leak(worker);
            }
            LeakReport report = allocator.leaks();
            assertEquals(1, report.sites().size(), report.toString());
            LeakReport.Site site = report.sites().get(0);
            assertEquals("leak", site.stack().get(0).getMethodName());
            assertTrue(site.blockCount() > 5, report.toString());
            for (long block : leaked) {
                worker.free(block);
            }
        }
    }

    @Test
    void whereStacksAreTooManyAnotherBlockTakesItsTurn() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(16 << 20).withLeakSampleInterval(2);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator worker = allocator.worker(0);
            for (int pair = 0; pair < 100_000; pair++) {
                worker.free(worker.allocate(MemoryPool.EVENTS, 64));
            }
            assertEquals(0, allocator.leaks().sites().size());
        }
    }

    private static long leak(BlockAllocator worker) {
        return worker.allocate(MemoryPool.EVENTS, 64);
    }

    @Test
    void oneInTheIntervalOfAHandlesAllocationsIsSampled() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(16 << 20).withLeakSampleInterval(64);
        try (SlabAllocator allocator = SlabAllocator.open(config)) {
            BlockAllocator worker = allocator.worker(0);
            long[] blocks = new long[6400];
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = worker.allocate(MemoryPool.EVENTS, 64);
            }
            long sampled = allocator.leaks().sites().stream()
                    .mapToLong(LeakReport.Site::blockCount)
                    .sum();
            assertEquals(100.0, (double) sampled, 30);
            for (long block : blocks) {
                worker.free(block);
            }
            assertEquals(0, allocator.leaks().sites().size());
        }
    }

    private LeakSampler sampler(int interval) {
        return new LeakSampler(interval, nanos::get, () -> 1_234);
    }
}

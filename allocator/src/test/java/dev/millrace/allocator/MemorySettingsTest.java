package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class MemorySettingsTest {
    @Test
    void whatASettingWritesItReads() {
        AllocatorConfig config = AllocatorConfig.builder()
                .memory("1GiB")
                .reserveBytes(5 << 20)
                .pool(MemoryPool.EVENTS, new MemoryLimits(1 << 20, 3 << 20))
                .operators(new MemoryLimits(1, 1537))
                .hugePages(AllocatorConfig.HugePages.REQUIRED)
                .preTouches(true)
                .numa(AllocatorConfig.Numa.INTERLEAVE)
                .misuse(AllocatorConfig.Misuse.GUARD)
                .leakSampleInterval(3)
                .checksContainer(false)
                .tiers(new TierSizes(7, 5000, 1, 4, 9, 12345, Duration.ofMillis(1500)))
                .build();
        AllocatorConfig copy = AllocatorConfig.builder().build();
        for (Setting<AllocatorConfig> setting : MemorySettings.all()) {
            if (!setting.key().contains(".N.")) {
                copy = setting.writer().apply(copy, setting.reader().apply(config));
            }
        }
        assertEquals(config, copy);
        assertEquals(config, config.toBuilder().build());
    }

    @Test
    void everySettingOfTheConfigurationIsInTheTable() {
        // One key for each component, but for workers, which the engine sets, and two or more for limits and tiers.
        List<String> keys = MemorySettings.all().stream().map(Setting::key).toList();
        assertEquals(keys.size(), keys.stream().distinct().count());
        assertEquals(
                AllocatorConfig.class.getRecordComponents().length
                        - 1
                        + 1
                        + 1
                        + TierSizes.class.getRecordComponents().length
                        - 1
                        + 2 * MemoryPool.values().length
                        - 1,
                keys.size(),
                keys::toString);
    }

    @Test
    void aReserveIsDerivedFromMemoryUntilOneIsGiven() {
        assertEquals(0, AllocatorConfig.ofMemoryBytes(63 << 20).reserve());
        assertEquals(1 << 20, AllocatorConfig.ofMemoryBytes(64 << 20).reserve());
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(1 << 30);
        assertEquals(16 << 20, config.reserve());
        assertEquals(32 << 20, config.withMemoryBytes(2L << 30).reserve());
        assertEquals(5, config.withReserveBytes(5).withMemoryBytes(2L << 30).reserve());
        assertTrue(config.describe().lines().anyMatch(line -> line.matches("memory.reserve +16MiB +derived .*")));
    }

    @Test
    void refusesLimitsThatMakeNoSenseWithTheValueTheLimitAndTheFix() {
        refuses("minBytes=-1, min=0; say 0 for no guarantee", () -> MemoryLimits.atLeast(-1));
        refuses("maxBytes=0, min=1; leave it out", () -> MemoryLimits.atMost(0));
        refuses("minBytes=3, maxBytes=2; lower the minimum to 2", () -> new MemoryLimits(3, 2));
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(100 << 20);
        refuses("reserveBytes=-2, min=0, max=52428800", () -> config.withReserveBytes(-2));
        refuses("a hundredth is plenty", () -> config.withReserveBytes(51 << 20));
        refuses("depotMagazines=33, min=2, max=1024; take 32 or 64", () -> TierSizes.DEFAULT.withDepotMagazines(33));
        refuses("floorBytes=-1, min=0", () -> TierSizes.DEFAULT.withFloorBytes(-1));
        refuses("leakSampleInterval=-1; say 0", () -> config.withLeakSampleInterval(-1));
    }

    @Test
    void partsOfLimitsAddUpToTheWhole() {
        for (long seed = 1; seed <= 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long max = 1 + random.nextLong(1L << random.nextInt(1, 43));
            MemoryLimits whole = new MemoryLimits(random.nextLong(max), max);
            int holders = 1 + random.nextInt(9);
            int[] workers = random.ints(holders, 1, 200).toArray();
            long all = 0;
            for (int count : workers) {
                all += count;
            }
            long before = 0;
            long mins = 0;
            long maxes = 0;
            for (int count : workers) {
                MemoryLimits part = whole.part(before, count, all);
                mins += part.minBytes();
                maxes += part.maxBytes();
                before += count;
            }
            assertEquals(whole.minBytes(), mins, "seed=" + seed);
            assertTrue(maxes >= max && maxes <= max + holders, "seed=" + seed);
        }
        assertFalse(MemoryLimits.NONE.part(1, 1, 2).isLimited());
    }

    @Test
    void writesSizesThatReadBackAsTheSame() {
        for (long bytes : new long[] {0, 1, 1023, 1024, 1536, 1 << 20, 3L << 30, (1L << 40) + 1}) {
            assertEquals(bytes, MemorySize.parse(MemorySize.exact(bytes)));
        }
        assertEquals("1536KiB", MemorySize.exact(3 << 19));
        assertEquals("4096GiB", MemorySize.exact(1L << 42));
    }

    private static void refuses(String part, Executable action) {
        String told = assertThrows(IllegalArgumentException.class, action, part).getMessage();
        assertTrue(told.contains(part), () -> "says not " + part + ": " + told);
    }
}

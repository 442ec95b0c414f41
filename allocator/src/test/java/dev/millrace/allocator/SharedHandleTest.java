package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class SharedHandleTest {
    @Test
    void anyThreadMayUseIt() throws Exception {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(8 << 20))) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<?>> running = new ArrayList<>();
                for (int thread = 0; thread < 4; thread++) {
                    int seed = thread;
                    running.add(threads.submit(() -> use(allocator.shared(), seed)));
                }
                for (Future<?> each : running) {
                    each.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertEquals(0, allocator.liveBytes());
        }
    }

    private static Void use(BlockAllocator shared, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] mine = new long[64];
        for (int step = 0; step < 40_000; step++) {
            int slot = random.nextInt(mine.length);
            if (mine[slot] == 0) {
                mine[slot] = shared.allocate(MemoryPool.NETWORK, 1 + random.nextInt(5000));
                Memory.putLong(mine[slot], mine[slot] ^ seed);
            } else {
                assertEquals(mine[slot] ^ seed, Memory.getLong(mine[slot]), "seed=" + seed + ", step=" + step);
                shared.free(mine[slot]);
                mine[slot] = 0;
            }
        }
        for (long address : mine) {
            if (address != 0) {
                shared.free(address);
            }
        }
        return null;
    }
}

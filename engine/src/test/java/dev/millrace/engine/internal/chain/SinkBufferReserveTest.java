package dev.millrace.engine.internal.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.MemoryLimitException;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.SlabAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SinkBufferReserveTest {
    private static final byte[] LINE = new byte[1000];

    @Test
    void resultsReachTheEpochThoughStateHasUsedUpTheBudget() {
        AllocatorConfig config = AllocatorConfig.ofMemoryBytes(4 << 20).withReserveBytes(SinkBuffer.CHUNK_BYTES);
        try (SlabAllocator memory = SlabAllocator.open(config)) {
            List<Long> state = fill(memory.worker(0));
            List<String> taken = new ArrayList<>();
            List<Long> chunks = new ArrayList<>();
            try (SinkBuffer buffer =
                    new SinkBuffer(memory.worker(0), memory.reserve(), 3, 7, (sinkId, epoch, block, lengthBytes) -> {
                        taken.add("sink=" + sinkId + ", epoch=" + epoch + ", bytes=" + lengthBytes);
                        chunks.add(block);
                    })) {
                buffer.append(LINE, LINE.length);
                buffer.endEpoch(7);
                assertEquals(List.of("sink=3, epoch=7, bytes=1000"), taken);
                assertThrows(
                        MemoryLimitException.class,
                        () -> buffer.append(LINE, LINE.length),
                        "the reserve is used up before the chunk is written");
                chunks.forEach(memory.shared()::free);
                buffer.append(LINE, LINE.length);
            }
            state.forEach(memory.worker(0)::free);
            assertEquals(0, memory.liveBytes());
        }
    }

    private static List<Long> fill(BlockAllocator worker) {
        List<Long> blocks = new ArrayList<>();
        long block = worker.tryAllocate(MemoryPool.INDEX, 4096);
        while (block != BlockAllocator.NONE) {
            blocks.add(block);
            block = worker.tryAllocate(MemoryPool.INDEX, 4096);
        }
        return blocks;
    }
}

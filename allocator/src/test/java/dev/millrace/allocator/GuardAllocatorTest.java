package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.numa.RangeSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guard mode does as long as nobody misuses anything: the rest ends the JVM, see {@link GuardCrashTest}. */
final class GuardAllocatorTest {
    private static final AllocatorConfig CONFIG =
            AllocatorConfig.ofMemoryBytes(64 << 20).withMisuse(AllocatorConfig.Misuse.GUARD);

    @BeforeEach
    void needsProtection() {
        Misuse.assumePossible(AllocatorConfig.Misuse.GUARD);
    }

    @Test
    void blocksEndAtTheEndOfAPageAndMayBeUsedWhole() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            for (int size : new int[] {1, 64, 100, 4096, 4097, 1 << 20}) {
                long address = worker.allocate(MemoryPool.EVENTS, size);
                assertEquals(0, address % 64);
                assertEquals(0, (address + ((size + 63L) & -64)) % 4096);
                assertEquals(size, worker.sizeOf(address));
                assertEquals(-1, Patterns.firstOther(address, size, Patterns.FRESH));
                Memory.fill(address, size, (byte) 1);
                worker.free(address);
            }
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void findsAWriteBetweenTheEndOfABlockAndThatOfItsPage() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            long address = worker.allocate(MemoryPool.EVENTS, 100);
            Memory.putByte(address + 127, (byte) 3);
            MemoryMisuseException found = assertThrows(MemoryMisuseException.class, () -> worker.free(address));
            assertEquals(127, found.offsetBytes());
            assertTrue(found.getMessage().contains("sizeBytes=100, firstChangedOffsetBytes=127, found=0x3"));
            assertEquals(0, allocator.liveBytes());
        }
    }

    @Test
    void refusesToFreeWhatIsNoLiveBlockAndSaysWhatItWas() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            long address = worker.allocate(MemoryPool.EVENTS, 128);
            String inside = assertThrows(IllegalArgumentException.class, () -> worker.free(address + 64))
                    .getMessage();
            assertTrue(inside.contains("known=live block: address=0x" + Long.toHexString(address)), inside);
            worker.free(address);
            String twice = assertThrows(IllegalArgumentException.class, () -> worker.free(address))
                    .getMessage();
            assertTrue(twice.contains("known=freed block"), twice);
            assertThrows(IllegalArgumentException.class, () -> worker.free(64));
            assertThrows(IllegalArgumentException.class, () -> worker.sizeOf(address));
        }
    }

    @Test
    void freedAddressesAreNotUsedAgainSoon() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            long first = worker.allocate(MemoryPool.EVENTS, 128);
            int generation = worker.generationOf(first);
            worker.checkGeneration(first, generation);
            assertThrows(MemoryMisuseException.class, () -> worker.checkGeneration(first, generation + 1));
            worker.free(first);
            for (int i = 0; i < 1000; i++) {
                long other = worker.allocate(MemoryPool.EVENTS, 128);
                assertNotEquals(first, other);
                worker.free(other);
            }
        }
    }

    @Test
    void saysWhichBlockAnAddressBelongsTo() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            long freed = worker.allocate(MemoryPool.SPILL, 256);
            worker.free(freed);
            long live = worker.allocate(MemoryPool.INDEX, 256);
            String beyond = allocator.describe(live + 256 + 7);
            assertTrue(beyond.startsWith("live block: address=0x" + Long.toHexString(live)), beyond);
            assertTrue(beyond.contains("pool=INDEX") && beyond.endsWith("offsetBytes=263, bytesPastEnd=8"), beyond);
            String after = allocator.describe(freed + 8);
            assertTrue(after.startsWith("freed block: address=0x" + Long.toHexString(freed)), after);
            List<String> map = allocator.blockMap().lines().toList();
            assertEquals(2, map.size());
            assertTrue(map.get(0).startsWith("freed block") && map.get(1).startsWith("live block"), map.toString());
            worker.free(live);
        }
    }

    @Test
    void obeysTheBudget() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG.withMemoryBytes(1 << 20))) {
            BlockAllocator worker = allocator.worker(0);
            long whole = worker.allocate(MemoryPool.EVENTS, 1 << 20);
            assertEquals(BlockAllocator.NONE, worker.tryAllocate(MemoryPool.EVENTS, 1));
            assertThrows(MemoryLimitException.class, () -> worker.allocate(MemoryPool.EVENTS, 1));
            worker.free(whole);
        }
    }

    @Test
    void refusesMoreLiveBlocksThanLinuxAllowsMappingsFor() {
        try (SlabAllocator allocator = SlabAllocator.open(CONFIG)) {
            BlockAllocator worker = allocator.worker(0);
            List<Long> blocks = new ArrayList<>();
            for (int i = 0; i < GuardedBlocks.MAX_LIVE_BLOCKS; i++) {
                blocks.add(worker.allocate(MemoryPool.EVENTS, 64));
            }
            long live = allocator.liveBytes();
            String refusal = assertThrows(IllegalStateException.class, () -> worker.tryAllocate(MemoryPool.EVENTS, 64))
                    .getMessage();
            assertTrue(refusal.contains("maxLiveBlocks=16384") && refusal.contains("65530"), refusal);
            assertEquals(live, allocator.liveBytes());
            worker.free(blocks.remove(blocks.size() - 1));
            blocks.add(worker.allocate(MemoryPool.EVENTS, 64));
            blocks.forEach(worker::free);
        }
    }

    @Test
    void isRefusedWherePagesCannotBeProtected() {
        FakeMachine machine = new FakeMachine();
        String refusal = assertThrows(
                        IllegalStateException.class,
                        () -> SlabAllocator.open(
                                CONFIG.withMemoryBytes(1 << 20), FakeMachine.topology(1), machine, machine))
                .getMessage();
        assertTrue(refusal.contains("misuse=GUARD") && refusal.contains("use CHECK"), refusal);
        assertEquals(0, machine.reservedBytes, "nothing is left reserved");
    }

    @Test
    void goesRoundItsRangeAndSkipsWhatIsLive() {
        RangeSource ranges = RangeSource.detect().orElseThrow();
        GuardedBlocks blocks = new GuardedBlocks(ranges, 32 << 20);
        long kept = blocks.place(MemoryPool.INDEX, 100, 1);
        long lowest = kept;
        int rounds = 0;
        long before = kept;
        for (int i = 0; i < 1000 && rounds < 2; i++) {
            long address = blocks.place(MemoryPool.INDEX, 1 << 20, 2);
            rounds += address < before ? 1 : 0;
            before = address;
            assertTrue(Math.abs(address - kept) > 100);
            blocks.remove(address);
        }
        assertEquals(2, rounds);
        assertEquals(100, blocks.liveAt(lowest).sizeBytes());
        blocks.close();
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class StampedAddressTest {
    @Test
    void keepsEveryGenerationApartFromTheAddress() {
        long address = 0x7FFF_FFFF_FFC0L;
        for (int generation : new int[] {0, 1, 0x7FFF, 0x8000, 0xFFFF}) {
            BlockAllocator allocator = new StampedBlock(address, generation);
            long stamped = StampedAddress.of(allocator, address);
            assertEquals(address, StampedAddress.address(stamped));
            assertEquals(address, StampedAddress.check(allocator, stamped));
        }
    }

    @Test
    void isTheAddressWhereNoStampsAreKept() {
        try (SlabAllocator allocator = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(1 << 20))) {
            BlockAllocator worker = allocator.worker(0);
            long address = worker.allocate(MemoryPool.INDEX, 64);
            assertEquals(address, StampedAddress.of(worker, address));
            assertEquals(address, StampedAddress.check(worker, address));
            worker.free(address);
        }
    }

    /** One block that cannot be freed. */
    private record StampedBlock(long address, int generation) implements BlockAllocator {
        @Override
        public long tryAllocate(MemoryPool pool, int sizeBytes) {
            return NONE;
        }

        @Override
        public long allocate(MemoryPool pool, int sizeBytes) {
            return NONE;
        }

        @Override
        public void free(long block) {}

        @Override
        public int sizeOf(long block) {
            return 64;
        }

        @Override
        public int generationOf(long block) {
            return generation;
        }

        @Override
        public void checkGeneration(long block, int expected) {
            assertEquals(address, block);
            assertEquals(generation, expected);
        }
    }
}

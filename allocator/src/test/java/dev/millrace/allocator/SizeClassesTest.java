package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SizeClassesTest {
    @Test
    void everySizeGoesToTheSmallestClassThatHoldsIt() {
        for (int size = 1; size <= BlockAllocator.MAX_BLOCK_BYTES; size++) {
            int sizeClass = SizeClasses.of(size);
            assertTrue(SizeClasses.blockBytes(sizeClass) >= size, () -> "sizeClass=" + sizeClass);
            if (sizeClass > 0) {
                assertTrue(SizeClasses.blockBytes(sizeClass - 1) < size, () -> "sizeClass=" + sizeClass);
            }
        }
    }

    @Test
    void classesAreFourADoublingAndWholeCacheLines() {
        assertEquals(64, SizeClasses.blockBytes(0));
        assertEquals(256, SizeClasses.blockBytes(3));
        assertEquals(320, SizeClasses.blockBytes(4));
        assertEquals(512, SizeClasses.blockBytes(7));
        assertEquals(BlockAllocator.MAX_BLOCK_BYTES, SizeClasses.blockBytes(SizeClasses.COUNT - 1));
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            assertEquals(0, SizeClasses.blockBytes(sizeClass) % 64);
        }
    }

    @Test
    void slabsLoseLittleAndAreNoLargerThanTheLargestBlock() {
        for (int sizeClass = 0; sizeClass < SizeClasses.COUNT; sizeClass++) {
            int slabBytes = SizeClasses.slabUnits(sizeClass) * SizeClasses.UNIT_BYTES;
            int usedBytes = SizeClasses.blocksPerSlab(sizeClass) * SizeClasses.blockBytes(sizeClass);
            assertTrue(slabBytes <= BlockAllocator.MAX_BLOCK_BYTES, "slabBytes=" + slabBytes);
            assertTrue((slabBytes - usedBytes) * 64 <= slabBytes, "sizeClass=" + sizeClass);
            assertTrue(SizeClasses.blocksPerSlab(sizeClass) >= 1);
        }
    }

    @Test
    void aBlocksNumberIsItsOffsetDividedByItsSize() {
        for (int kind = 0; kind < SizeClasses.KIND_COUNT; kind++) {
            int blockBytes = SizeClasses.blockBytesOfKind(kind);
            for (int offset = 0; offset < BlockAllocator.MAX_BLOCK_BYTES; offset += 64) {
                if (SizeClasses.blockAt(kind, offset) != offset / blockBytes) {
                    assertEquals(offset / blockBytes, SizeClasses.blockAt(kind, offset), "blockBytes=" + blockBytes);
                }
            }
        }
    }
}

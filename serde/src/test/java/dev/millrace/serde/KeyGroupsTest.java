package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class KeyGroupsTest {
    @Test
    void isMurmurHash3OfFourBytes() {
        // Published vectors of MurmurHash3_x86_32 with seed 0.
        assertEquals(0x2362F9DE, KeyGroups.murmur(0));
        assertEquals(0x76293B50, KeyGroups.murmur(0xFFFFFFFF));
        assertEquals(0xF55B516B, KeyGroups.murmur(0x87654321));
        assertEquals(0xBA6BD213, KeyGroups.murmur(0x74736574));
    }

    @Test
    void negativeHashesAreTurnedPositiveAsInFlink() {
        assertEquals(0x2362F9DE % 128, KeyGroups.of(0, 128));
        assertEquals(-0xF55B516B % 128, KeyGroups.of(0x87654321, 128));
        assertEquals(-0xBA6BD213 % 1000, KeyGroups.of(0x74736574, 1000));
    }

    @Test
    void groupsAreInRangeAndEvenlyFilled() {
        int[] counts = new int[KeyGroups.DEFAULT_COUNT];
        for (int i = 0; i < 128_000; i++) {
            counts[KeyGroups.ofHash(KeyHash.hashLong(i, KeyGroups.HASH_SEED), counts.length)]++;
        }
        for (int count : counts) {
            assertTrue(Math.abs(count - 1000) < 200, "count=" + count);
        }
    }

    @Test
    void refusesACountOutOfRange() {
        assertEquals(0, KeyGroups.of(17, 1));
        assertTrue(KeyGroups.of(17, KeyGroups.MAX_COUNT) < KeyGroups.MAX_COUNT);
        assertThrows(IllegalArgumentException.class, () -> KeyGroups.of(17, 0));
        assertThrows(IllegalArgumentException.class, () -> KeyGroups.of(17, KeyGroups.MAX_COUNT + 1));
    }
}

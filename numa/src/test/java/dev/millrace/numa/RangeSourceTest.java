package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RangeSourceTest {
    /** Reserves and releases, and has nothing else to offer. */
    private static final class Bare implements RangeSource {
        @Override
        public long reserve(long bytes) {
            return ALIGNMENT_BYTES;
        }

        @Override
        public void release(long address, long bytes) {}

        @Override
        public boolean adviseHugePages(long address, long bytes) {
            return false;
        }

        @Override
        public boolean giveBack(long address, long bytes) {
            return false;
        }
    }

    @Test
    void aSourceWithoutMoreIsCommittedAlreadyAndRefusesTheRest() {
        RangeSource bare = new Bare();
        long bytes = RangeSource.ALIGNMENT_BYTES;
        long address = bare.reserve(bytes);
        assertTrue(bare.commit(address, bytes));
        assertFalse(bare.touch(address, bytes, bytes));
        assertFalse(bare.protect(address, bytes, Protection.NONE));
        ReservationException refusal = assertThrows(ReservationException.class, () -> bare.reserveHuge(bytes));
        assertEquals(bytes, refusal.requestedBytes());
        assertTrue(refusal.getMessage().contains("no pool of huge pages; ask for"), refusal.getMessage());
    }
}

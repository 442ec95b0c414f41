package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SlabTableTest {
    private static final long BASE = 1L << 30;
    private static final int KIND = SizeClasses.kind(MemoryPool.INDEX, SizeClasses.of(320));

    private final LeakSampler sampler = new LeakSampler(2, () -> 0, () -> 0);
    private final SlabTable table = new SlabTable(BASE, 4L << 20, true, sampler);

    @Test
    void refusesToHandOutALiveBlockTwice() {
        table.open(0, KIND);
        table.markLive(BASE + 640);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> table.markLive(BASE + 640));
        assertTrue(refusal.getMessage().contains("address=0x40000280, pool=INDEX, blockBytes=320"));
        table.markFree(BASE + 640);
        table.markLive(BASE + 640);
    }

    @Test
    void refusesToHandOutASampledBlockTwiceAndToTakeItBackTwice() {
        table.open(0, KIND);
        table.markLive(BASE + 320);
        sampler.take(BASE + 320, KIND, 300);
        table.markSampled(BASE + 320);
        assertThrows(IllegalStateException.class, () -> table.markLive(BASE + 320));
        assertEquals(KIND, table.kindOfLive(BASE + 320));
        assertEquals(KIND, table.markFree(BASE + 320).kind);
        assertEquals(0, sampler.live().size());
        assertThrows(IllegalArgumentException.class, () -> table.markFree(BASE + 320));
        assertThrows(IllegalArgumentException.class, () -> table.markSampled(BASE + 320));
    }

    @Test
    void believesEverythingWhenItKeepsNoStates() {
        SlabTable blind = new SlabTable(BASE, 4L << 20, false, LeakSampler.off());
        blind.open(0, KIND);
        blind.markLive(BASE);
        assertDoesNotThrow(() -> blind.markLive(BASE));
        assertEquals(KIND, blind.markFree(BASE).kind);
        assertEquals(KIND, blind.markFree(BASE).kind);
        assertThrows(IllegalArgumentException.class, () -> blind.markFree(BASE - 64));
    }

    @Test
    void knowsWhichAddressesLieInSlabs() {
        table.open(1, KIND);
        table.open(8, KIND);
        table.close(1);
        assertFalse(table.isInSlab(BASE + 65536));
        assertTrue(table.isInSlab(BASE + 8 * 65536));
        assertFalse(table.isInSlab(BASE - 1));
        assertFalse(table.isInSlab(BASE + (4 << 20)));
    }
}

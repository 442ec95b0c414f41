package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CpuPinningTest {
    @Test
    void tiesTheCallingThreadToOneProcessor() {
        CpuPinning pinning = CpuPinning.detect();
        List<Integer> before = pinning.currentAffinity();
        assumeFalse(before.isEmpty(), "no affinity here");
        try {
            int last = before.get(before.size() - 1);
            assertTrue(pinning.pinTo(last));
            assertEquals(List.of(last), pinning.currentAffinity());
        } finally {
            assertTrue(pinning.restrictTo(before));
        }
        assertEquals(before, pinning.currentAffinity());
    }

    @Test
    void aProcessorThatIsNotThereIsRefusedAndNothingChanges() {
        CpuPinning pinning = CpuPinning.detect();
        List<Integer> before = pinning.currentAffinity();
        for (int absent : new int[] {-1, CpuPinning.MAX_CPUS - 1, CpuPinning.MAX_CPUS, Integer.MAX_VALUE}) {
            assertFalse(pinning.pinTo(absent), "cpu=" + absent);
        }
        assertFalse(pinning.restrictTo(List.of()));
        assertEquals(before, pinning.currentAffinity());
    }

    @Test
    void withoutPinningEveryWishIsRefused() {
        assertFalse(CpuPinning.none().pinTo(0));
        assertEquals(List.of(), CpuPinning.none().currentAffinity());
    }
}

package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DepotTest {
    private static final int KIND = SizeClasses.kind(MemoryPool.EVENTS, SizeClasses.of(64));
    private static final int OTHER_KIND = SizeClasses.kind(MemoryPool.INDEX, SizeClasses.of(64));
    private static final long[] NOTHING = {};

    @Test
    void arraysChangeHandsByReferenceInBothDirections() {
        Depot depot = new Depot(4, 1 << 20);
        long[] full = {64, 128};
        long[] fresh = depot.put(KIND, full);
        assertEquals(2, fresh.length);
        assertEquals(128, depot.bytes());
        long[] empty = {0, 0};
        assertSame(full, depot.take(KIND, empty));
        assertEquals(0, depot.bytes());
        assertSame(empty, depot.put(KIND, full), "the empty array comes back, and none is made");
        assertNotSame(empty, depot.put(KIND, fresh));
    }

    @Test
    void holdsNoMoreMagazinesOfAKindThanItMay() {
        Depot depot = new Depot(2, 1 << 20);
        assertEquals(2, depot.put(KIND, new long[] {64, 128}).length);
        assertEquals(2, depot.put(KIND, new long[] {192, 256}).length);
        assertEquals(0, depot.put(KIND, new long[] {320, 384}).length);
        assertEquals(256, depot.bytes(), "what was refused does not count");
        assertEquals(2, depot.put(OTHER_KIND, new long[] {320, 384}).length);
        assertEquals(2, depot.magazines(KIND));
    }

    @Test
    void holdsNoMoreBytesThanItMay() {
        Depot depot = new Depot(32, 300);
        depot.put(KIND, new long[] {64, 128});
        depot.put(OTHER_KIND, new long[] {192, 256});
        assertEquals(0, depot.put(KIND, new long[] {320, 384}).length);
        assertEquals(256, depot.bytes());
    }

    @Test
    void hasNothingOfAKindThatNobodyPut() {
        Depot depot = new Depot(2, 1 << 20);
        assertEquals(0, depot.take(KIND, NOTHING).length);
        depot.put(KIND, new long[] {64});
        assertEquals(0, depot.take(OTHER_KIND, NOTHING).length);
        assertEquals(1, depot.take(KIND, NOTHING).length);
        assertEquals(0, depot.take(KIND, NOTHING).length);
    }

    @Test
    void sweepsOutWhatLayThereSinceTheLastSweepAndWasNotMissed() {
        Depot depot = new Depot(4, 1 << 20);
        List<Long> swept = new ArrayList<>();
        Depot.Sink sink = (magazine, count) -> {
            for (int i = 0; i < count; i++) {
                swept.add(magazine[i]);
            }
        };
        depot.put(KIND, new long[] {64});
        depot.put(OTHER_KIND, new long[] {128});
        depot.sweep(sink);
        assertEquals(List.of(), swept, "it came since the last sweep");
        depot.put(OTHER_KIND, new long[] {192});
        depot.take(OTHER_KIND, NOTHING);
        depot.sweep(sink);
        assertEquals(List.of(64L), swept, "the other kind was asked for");
        depot.sweep(sink);
        assertEquals(List.of(64L, 192L), swept);
        assertEquals(0, depot.bytes());
        depot.put(KIND, new long[] {256});
        depot.drainAll(sink);
        assertEquals(256L, swept.get(2));
    }

    @Test
    void holdsHalfOfWhatNobodyUsesWhereThatIsMore() {
        int kind = SizeClasses.kind(MemoryPool.EVENTS, SizeClasses.of(64));
        long[] unusedBytes = {0};
        Depot lent = new Depot(4, 64);
        lent.connect(() -> unusedBytes[0]);
        assertEquals(0, lent.put(kind, new long[2]).length);
        unusedBytes[0] = 256;
        assertEquals(2, lent.put(kind, new long[2]).length);
        assertEquals(0, lent.put(kind, new long[2]).length);
        assertEquals(128, lent.bytes());
    }
}

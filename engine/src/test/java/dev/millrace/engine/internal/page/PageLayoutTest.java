package dev.millrace.engine.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.RecordLayout;
import org.junit.jupiter.api.Test;

final class PageLayoutTest {
    private record Fixed(long number, double weight) {}

    private record Text(long number, String text) {}

    /** Each level is four times the one below. */
    private record Wide(Four a, Four b, Four c, Four d) {
        private record Four(Sixteen a, Sixteen b, Sixteen c, Sixteen d) {}

        private record Sixteen(Words a, Words b, Words c, Words d) {}

        private record Words(long a, long b, long c, long d) {}
    }

    private static PageLayout of(Class<?> key, Class<?> event) {
        return new PageLayout(RecordLayout.of(key), RecordLayout.of(event));
    }

    @Test
    void keepsKeysOfFixedSizeInTheRow() {
        PageLayout layout = of(Fixed.class, Fixed.class);
        assertTrue(layout.keyInline());
        assertEquals(16, layout.keyBytes());
        assertEquals(32, layout.strideBytes());
        assertEquals((65536 - 64) / (8 + 8 + 32), layout.capacity());
    }

    @Test
    void keepsAReferenceToOtherKeys() {
        PageLayout layout = of(String.class, Fixed.class);
        assertFalse(layout.keyInline());
        assertEquals(PageLayout.KEY_REFERENCE_BYTES, layout.keyBytes());
        assertEquals(24, layout.strideBytes());
        assertTrue(layout.maxVariableBytes() >= layout.capacity() * 32, "room for short texts in every row");
    }

    @Test
    void keepsRoomForTheTextsOfEvents() {
        PageLayout layout = of(long.class, Text.class);
        assertTrue(layout.keyInline());
        assertEquals(24, layout.strideBytes());
        assertTrue(layout.maxVariableBytes() >= layout.capacity() * 32, "room for short texts in every row");
    }

    @Test
    void fitsAllPartsIntoThePageOneBehindTheOther() {
        for (Class<?> key :
                new Class<?>[] {long.class, boolean.class, String.class, Fixed.class, Text.class, Wide.class}) {
            for (Class<?> event : new Class<?>[] {long.class, String.class, Fixed.class, Text.class, Wide.class}) {
                PageLayout layout = of(key, event);
                String context = "key=" + key + ", event=" + event;
                assertTrue(layout.capacity() >= 1, context);
                assertEquals(PageLayout.HEADER_BYTES, layout.timestampsOffset(), context);
                assertEquals(layout.timestampsOffset() + 8 * layout.capacity(), layout.hashesOffset(), context);
                assertEquals(layout.hashesOffset() + 8 * layout.capacity(), layout.rowsOffset(), context);
                int rowsEnd = layout.rowsOffset() + layout.strideBytes() * layout.capacity();
                assertTrue(rowsEnd <= PageLayout.PAGE_BYTES, context);
                assertEquals(PageLayout.PAGE_BYTES - rowsEnd, layout.maxVariableBytes(), context);
                assertEquals(0, layout.strideBytes() % 8, context);
                assertEquals(0, layout.rowsOffset() % 8, context);
            }
        }
    }

    @Test
    void fillsThePageWithRowsOfFixedSize() {
        PageLayout layout = of(long.class, Fixed.class);
        assertTrue(layout.maxVariableBytes() < 16 + layout.strideBytes(), "another row would fit");
    }

    @Test
    void holdsTheWidestRecordsThatThereAre() {
        PageLayout layout = of(Wide.class, Wide.class);
        assertEquals(2 * 64 * 32, layout.strideBytes());
        assertEquals((65536 - 64) / (16 + 2 * 64 * 32), layout.capacity());
    }

    @Test
    void clearsAPage() {
        PageLayout layout = of(long.class, Text.class);
        try (TestTask task = new TestTask()) {
            BlockAllocator allocator = task.allocator();
            long page = allocator.allocate(MemoryPool.EVENTS, PageLayout.PAGE_BYTES);
            Memory.fill(page, PageLayout.PAGE_BYTES, (byte) -1);
            layout.clear(page);
            assertEquals(0, PageLayout.rowCount(page));
            assertEquals(layout.capacity(), Memory.getInt(page + PageLayout.CAPACITY_OFFSET));
            assertEquals(PageLayout.PAGE_BYTES, Memory.getInt(page + PageLayout.VARIABLE_START_OFFSET));
            Memory.putInt(page + PageLayout.ROW_COUNT_OFFSET, 3);
            assertEquals(3, PageLayout.rowCount(page));
            allocator.free(page);
        }
    }
}

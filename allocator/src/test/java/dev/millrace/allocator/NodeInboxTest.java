package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NodeInboxTest {
    @Test
    void onlyOneAtATimeTakesOut() {
        NodeInbox inbox = new NodeInbox(1 << 20);
        assertTrue(inbox.tryOpen());
        assertFalse(inbox.tryOpen());
        inbox.shut();
        assertTrue(inbox.tryOpen());
    }

    @Test
    void batchesArriveInOrderAndTheirArraysGoRound() {
        NodeInbox inbox = new NodeInbox(1 << 20);
        assertTrue(inbox.isEmpty());
        long[] first = {64, 128};
        long[] second = inbox.tryHandOver(first, 128);
        second[0] = 192;
        inbox.tryHandOver(second, 64);
        assertEquals(192, inbox.bytes());
        assertTrue(inbox.tryOpen());
        assertSame(first, inbox.take());
        inbox.giveBack(first, 128);
        assertSame(second, inbox.take());
        assertSame(NodeInbox.NO_BATCH, inbox.take());
        inbox.giveBack(second, 64);
        inbox.shut();
        assertEquals(0, inbox.bytes());
        assertSame(first, inbox.tryHandOver(new long[] {256, 320}, 128), "no array is made where one is there");
    }

    @Test
    void takesNoMoreThanItMay() {
        NodeInbox few = new NodeInbox(200);
        assertEquals(1, few.tryHandOver(new long[] {64}, 64).length);
        assertSame(NodeInbox.NO_BATCH, few.tryHandOver(new long[] {128}, 192));
        assertEquals(64, few.bytes(), "what was refused does not count");
        NodeInbox many = new NodeInbox(Long.MAX_VALUE);
        int batches = 0;
        while (many.tryHandOver(new long[] {64}, 64).length > 0) {
            batches++;
        }
        assertEquals(256, batches);
        assertEquals(256 * 64, many.bytes());
    }
}

package dev.millrace.numa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelListTest {
    @Test
    void readsNumbersAndRanges() {
        assertEquals(List.of(0, 1, 2, 3, 8, 10, 11), KernelList.parse("0-3,8,10-11\n"));
        assertEquals(List.of(5), KernelList.parse("5"));
        assertEquals(List.of(7), KernelList.parse("7-7"));
        assertEquals(List.of(), KernelList.parse("\n"));
        assertEquals(List.of(), KernelList.parse(""));
    }

    @Test
    void writesWhatItReads() {
        for (String text : List.of("", "5", "0-3,8,10-11", "1,3,5", "0-1")) {
            assertEquals(text, KernelList.format(KernelList.parse(text)));
        }
    }

    @Test
    void refusesWhatIsNoList() {
        for (String text : List.of("a", "1,", ",1", "1--2", "3-1", "-1", "1-", "0-99999999", "99999999999", "1;2")) {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> KernelList.parse(text), text);
            assertTrue(refusal.getMessage().contains("text=" + text), refusal.getMessage());
        }
    }

    @Test
    void boundsTheNumbers() {
        assertEquals(List.of(KernelList.MAX_ID), KernelList.parse("" + KernelList.MAX_ID));
        assertThrows(IllegalArgumentException.class, () -> KernelList.parse("" + (KernelList.MAX_ID + 1)));
    }
}

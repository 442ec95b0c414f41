package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemorySizeTest {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};

    @Test
    void readsAWholeNumberWithAUnit() {
        assertEquals(0, MemorySize.parse("0"));
        assertEquals(65536, MemorySize.parse("65536"));
        assertEquals(7, MemorySize.parse("7B"));
        assertEquals(512 << 10, MemorySize.parse("512KiB"));
        assertEquals(256 << 20, MemorySize.parse("256 MiB"));
        assertEquals(3L << 30, MemorySize.parse("  3\tgib "));
        assertEquals(2 << 10, MemorySize.parse("2k"));
        assertEquals(2 << 20, MemorySize.parse("2M"));
        assertEquals(999_999_999_999_999L, MemorySize.parse("999999999999999"));
    }

    @Test
    void refusesWhatIsNoSize() {
        for (String text : new String[] {
            "",
            " ",
            "MiB",
            "-1",
            "+1",
            "1.5GiB",
            "1,5",
            "1 0",
            "0x10",
            "1TiB",
            "1KB",
            "1 Ki B",
            "1MiB!",
            "1000000000000000",
            "٣"
        }) {
            String told = assertThrows(IllegalArgumentException.class, () -> MemorySize.parse(text), text)
                    .getMessage();
            assertTrue(told.contains("not a size: \"" + text + "\"; write 256MiB"), told);
        }
    }

    @Test
    void refusesASizeThatNoLongHolds() {
        assertEquals(8_589_934_591L << 30, MemorySize.parse("8589934591GiB"));
        String told = assertThrows(IllegalArgumentException.class, () -> MemorySize.parse("8589934592GiB"))
                .getMessage();
        assertTrue(told.contains("size is too large: \"8589934592GiB\""), told);
    }

    @Test
    void writesASizeWithTheLargestUnitThatFits() {
        assertEquals("0 B", MemorySize.format(0));
        assertEquals("1023 B", MemorySize.format(1023));
        assertEquals("1.0 KiB", MemorySize.format(1024));
        assertEquals("1.5 KiB", MemorySize.format(1536));
        assertEquals("256.0 MiB", MemorySize.format(256 << 20));
        assertEquals("1.0 GiB", MemorySize.format(1 << 30));
        assertEquals("2048.0 GiB", MemorySize.format(2L << 40));
    }

    @Test
    void writesWhatReadsBackAsTheSameSize() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            int step = random.nextInt(UNITS.length);
            long bytes = (1L + random.nextInt(1023)) << (10 * step);
            String written = MemorySize.format(bytes);
            assertTrue(written.endsWith(" " + UNITS[step]), written);
            assertEquals(bytes, MemorySize.parse(written.replace(".0", "")), "seed=" + seed);
        }
    }
}

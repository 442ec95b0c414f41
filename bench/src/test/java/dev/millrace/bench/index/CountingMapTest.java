package dev.millrace.bench.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.allocator.testkit.LeakGuard;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A map that does something else than the others is not compared. Chronicle Map needs flags that tests have not. */
@ExtendWith(LeakGuard.class)
final class CountingMapTest {
    private static final int ENTRIES = 2_000;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CHRONICLE_MAP", "RANDOM_LINES"})
    void countsAsEveryOtherMapDoes(MapKind kind) {
        for (int valueBytes : new int[] {8, 64}) {
            if (!kind.takes(valueBytes)) {
                continue;
            }
            long[] keys = LongStream.range(0, ENTRIES).toArray();
            try (CountingMap map = kind.open(new IndexCase(ENTRIES, valueBytes, false, true))) {
                map.insert(keys, 0, ENTRIES);
                assertEquals(ENTRIES, map.size());
                assertEquals(2L * 500, map.update(keys, 500, 1_000));
                assertEquals(ENTRIES + 500L, map.get(keys, 0, ENTRIES));
                map.remove(keys, 0, 700);
                assertEquals(ENTRIES - 700, map.size());
                map.insert(keys, 0, 700);
                assertEquals(ENTRIES + 300L, map.get(keys, 0, ENTRIES));
            }
        }
    }

    @Test
    void refusesSizesThatNoMapIsMeasuredAt() {
        assertThrows(IllegalArgumentException.class, () -> new IndexCase(10, 8, false, false));
        assertThrows(IllegalArgumentException.class, () -> new IndexCase(1_000, 12, false, false));
    }

    @Test
    void drawsKeysOnceEachWhereTheyMustDiffer() {
        KeyDraw draw = new KeyDraw(1_000, 7);
        long[] keys = draw.different(512);
        assertEquals(512, LongStream.of(keys).limit(512).distinct().count());
        assertEquals(
                0,
                LongStream.of(keys)
                        .limit(512)
                        .filter(key -> key < 0 || key >= 1_000)
                        .count());
    }
}

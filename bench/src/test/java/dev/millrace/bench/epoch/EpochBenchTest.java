package dev.millrace.bench.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.StoreKind;
import dev.millrace.state.index.IndexSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpochBenchTest {
    private static final int ENTRIES = 10_000;

    @ParameterizedTest
    @EnumSource
    void everyPictureHasAllEntries(SealCost.Kind kind) {
        SealCost bench = new SealCost();
        bench.entries = ENTRIES;
        bench.dirtyPercent = 50;
        bench.state = kind;
        bench.open();
        bench.change();
        assertEquals(ENTRIES, entriesOf(bench.picture()));
        bench.change();
        assertTrue(changesSinceTheLast(bench.picture()) > ENTRIES / 4);
        bench.close();
    }

    private static long entriesOf(Object picture) {
        return picture instanceof Map<?, ?> map ? map.size() : changesSinceTheLast(picture);
    }

    private static long changesSinceTheLast(Object picture) {
        if (picture instanceof IndexSnapshot snapshot) {
            long[] count = new long[1];
            snapshot.forEachDirty((key, keyBytes, hash, value, valueBytes, isDeleted) -> count[0]++);
            return count[0];
        }
        return ((Map<?, ?>) picture).size();
    }

    /** More epochs than a segment holds, so that the log rolls and is trimmed, and the file begins anew. */
    @Test
    void everyLogTakesMoreThanASegment() throws Exception {
        EpochLogCommit bench = new EpochLogCommit();
        bench.epochBytes = 1 << 20;
        bench.open();
        int epochs = (int) (2 * EpochLogCommit.SEGMENT_BYTES / bench.epochBytes) + 2;
        for (int i = 0; i < epochs; i++) {
            assertTrue(bench.epochLog() < 2 * EpochLogCommit.SEGMENT_BYTES + 2L * bench.epochBytes);
            assertTrue(bench.plainChannel() <= EpochLogCommit.SEGMENT_BYTES + bench.epochBytes);
        }
        bench.rocksDbLog();
        assertEquals(epochs, bench.lastCommitted());
        bench.close();
    }

    @ParameterizedTest
    @EnumSource(EpochFigures.Figure.class)
    void everyFigureIsTold(EpochFigures.Figure figure) throws Exception {
        List<String> lines = new ArrayList<>();
        new EpochFigures(StoreKind.ROCKSDB, null, 100, lines::add).measure(figure);
        assertTrue(!lines.isEmpty() && lines.get(0).startsWith(figure.toString()), lines.toString());
    }
}

package dev.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.bench.CodecsCommand.Figure;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

class CodecsCommandTest {
    /** Opening compares the sizes of the messages that both encoders make with what is known of the records. */
    @Test
    void everyComparisonOfSmallRecordsRuns() throws Exception {
        SmallStructCodecs bench = new SmallStructCodecs();
        bench.open();
        assertEquals(bench.handRead(), bench.flatRead());
        assertEquals(Structs.SMALL, bench.flatKeptRead());
        assertEquals(Structs.SMALL, bench.handKeptRead());
        assertEquals(Structs.SMALL, bench.protobufRecordRead());
        assertEquals(Structs.SMALL, bench.kryoFormRead());
        assertEquals(Structs.SMALL, bench.javaFormRead());
        assertEquals(Structs.message(Structs.SMALL), bench.protobufJavaRead());
        runAll(bench);
        assertEquals(Structs.SMALL.x1() + 1, bench.flatKeptRead().x1());
        assertEquals(Structs.SMALL.x1() + 1, bench.handKeptRead().x1());
        bench.close();
    }

    @Test
    void everyHashRunsOverEveryLengthOfKeys() throws Exception {
        for (int keyBytes : new int[] {8, 16, 64}) {
            KeyHashing bench = new KeyHashing();
            bench.keyBytes = keyBytes;
            bench.open();
            runAll(bench);
            bench.close();
        }
    }

    @Test
    void theTableHasRatiosAndDashesForWhatWasNotMeasured() {
        String table = CodecTable.of(Map.of(
                "SmallStructCodecs.flatWrite", new Figure(2, 0.5, 0),
                "SmallStructCodecs.protobufJavaWrite", new Figure(30, Double.NaN, 24),
                "SmallStructCodecs.protobufWrite", new Figure(15, Double.NaN, 0),
                "SmallStructCodecs.handWrite", new Figure(1, Double.NaN, 0),
                "KeyHashing.keyHash:8", new Figure(1.25, Double.NaN, 0),
                "KeyHashing.xxHash64:8", new Figure(5, Double.NaN, 0)));
        List<String> lines = table.lines().toList();
        assertTrue(
                lines.contains("| Small, Write | 2.00 ±0.50 [0] | 1.00 [0] | 15 [0] | - | 30 [24] | - | - | - | 15 | "
                        + "0.50 | 2.00 |"),
                table);
        assertTrue(lines.contains("| 8 | 1.25 [0] | 5.00 [0] | - | - | 0.25 |"), table);
        assertTrue(lines.stream().filter(line -> line.startsWith("| Large")).allMatch(line -> line.contains("| - |")));
    }

    @Test
    void unknownArgumentsAreRefused() {
        assertEquals(2, CodecsCommand.run(List.of("--fast")));
    }

    private static void runAll(Object bench) throws ReflectiveOperationException {
        for (Method method : bench.getClass().getMethods()) {
            if (method.isAnnotationPresent(Benchmark.class)) {
                method.invoke(bench);
            }
        }
    }
}

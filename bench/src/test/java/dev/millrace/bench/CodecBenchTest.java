package dev.millrace.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

class CodecBenchTest {
    /** Opening compares the sizes of the messages that both encoders make with what is known of the records. */
    @Test
    void everyComparisonOfSmallRecordsRuns() throws Exception {
        SmallStructCodecs bench = new SmallStructCodecs();
        bench.open();
        assertEquals(bench.handRead(), bench.flatRead());
        assertEquals(bench.handRead(), bench.viewRead());
        assertEquals(Structs.SMALL, bench.flatKeptRead());
        assertEquals(Structs.SMALL, bench.handKeptRead());
        assertEquals(Structs.SMALL, bench.protobufRecordRead());
        assertEquals(Structs.SMALL, bench.kryoFormRead());
        assertEquals(Structs.SMALL, bench.javaFormRead());
        assertEquals(Structs.message(Structs.SMALL), bench.protobufJavaRead());
        runAll(bench);
        assertEquals(Structs.SMALL.x1() + 2, bench.flatKeptRead().x1());
        assertEquals(Structs.SMALL.x1() + 1, bench.handKeptRead().x1());
        bench.close();
    }

    @Test
    void everyComparisonOfLargeRecordsRuns() throws Exception {
        LargeStructCodecs bench = new LargeStructCodecs();
        bench.open();
        double sum = Structs.sum(Structs.LARGE);
        assertEquals(sum, bench.handRead());
        assertEquals(sum, bench.flatRead());
        assertEquals(sum, bench.viewRead());
        assertEquals(sum, Structs.sum(bench.flatKeptRead()));
        assertEquals(sum, Structs.sum(bench.handKeptRead()));
        assertEquals(sum, Structs.sum(bench.protobufRecordRead()));
        assertEquals(sum, Structs.sum(bench.kryoFormRead()));
        assertEquals(sum, Structs.sum((Structs.LargeStruct) bench.javaFormRead()));
        assertEquals(Structs.message(Structs.LARGE), bench.protobufJavaRead());
        runAll(bench);
        assertEquals(Structs.LARGE.x1() + 2, bench.flatKeptRead().x1());
        assertEquals(Structs.LARGE.x1() + 1, bench.handKeptRead().x1());
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

    private static void runAll(Object bench) throws ReflectiveOperationException {
        for (Method method : bench.getClass().getMethods()) {
            if (method.isAnnotationPresent(Benchmark.class)) {
                method.invoke(bench);
            }
        }
    }
}

package dev.millrace.bench;

import dev.millrace.bench.protobuf.LargeMessage;
import dev.millrace.bench.protobuf.SmallMessage;
import java.io.Serializable;

/** The two records that codecs are compared on, with the values of Arcon's hash-table benchmark, and the same as messages. */
final class Structs {
    /** What protobuf makes of {@link #SMALL} and {@link #LARGE}: both sides must come to this. */
    static final int SMALL_MESSAGE_BYTES = 14;

    static final int LARGE_MESSAGE_BYTES = 106;

    static final SmallStruct SMALL = new SmallStruct(10, 1_000, 44.0);
    static final LargeStruct LARGE = new LargeStruct(
            10,
            1_000,
            44.0,
            new long[] {1, 10, 15, 50, 100, 120, 990},
            new long[] {12, 20, 300, 600, 900, 1_200, 1_500, 5_000},
            new double[] {0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5});

    private Structs() {}

    /** Three numbers: 14 bytes as a message. */
    public record SmallStruct(long x1, int x2, double x3) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /** 26 numbers, 23 of them in three arrays: 106 bytes as a message. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record LargeStruct(long x1, int x2, double x3, long[] x4, long[] x5, double[] x6) implements Serializable {
        private static final long serialVersionUID = 1L;
    }

    /** Uses every component. */
    static double sum(SmallStruct value) {
        return value.x1() + value.x2() + value.x3();
    }

    /** Uses every component. */
    static double sum(LargeStruct value) {
        long sum = value.x1() + value.x2();
        for (long each : value.x4()) {
            sum += each;
        }
        for (long each : value.x5()) {
            sum += each;
        }
        double total = sum + value.x3();
        for (double each : value.x6()) {
            total += each;
        }
        return total;
    }

    static SmallMessage message(SmallStruct value) {
        return SmallMessage.newBuilder()
                .setX1(value.x1())
                .setX2(value.x2())
                .setX3(value.x3())
                .build();
    }

    static LargeMessage message(LargeStruct value) {
        LargeMessage.Builder message =
                LargeMessage.newBuilder().setX1(value.x1()).setX2(value.x2()).setX3(value.x3());
        for (long each : value.x4()) {
            message.addX4(each);
        }
        for (long each : value.x5()) {
            message.addX5(each);
        }
        for (double each : value.x6()) {
            message.addX6(each);
        }
        return message.build();
    }
}

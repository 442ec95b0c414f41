package dev.millrace.serde;

import dev.millrace.allocator.TestMemory;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Messages are written from memory and read to memory without garbage. */
final class ProtobufAllocationTest {
    record Small(long x, int y, double z, Instant at) {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Large(long[] first, long[] second, double[] third) {}

    private static void assertNoGarbage(RecordLayout layout, byte[] message) {
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(layout);
        try (TestMemory source = new TestMemory(message.length);
                TestMemory blob = new TestMemory(1024);
                TestMemory target = new TestMemory(1024)) {
            source.put(message);
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    sum += transcoder.decode(source.address(), message.length);
                    transcoder.copyBlob(blob.address());
                    sum += transcoder.encode(blob.address(), target.address(), 1024);
                }
                return sum;
            });
        }
    }

    @Test
    void aRecordOfFixedSizeLeavesNothing() {
        byte[] message = {8, 44, 16, 7, 25, 0, 0, 0, 0, 0, 0, 4, 64, 34, 4, 8, 99, 16, 5};
        assertNoGarbage(RecordLayout.of(Small.class), message);
    }

    @Test
    void arraysLeaveNothing() {
        byte[] message = {10, 3, 1, 2, 3, 18, 4, 0, 1, 0x7F, 1, 26, 8, 0, 0, 0, 0, 0, 0, 4, 64};
        assertNoGarbage(RecordLayout.of(Large.class), message);
    }
}

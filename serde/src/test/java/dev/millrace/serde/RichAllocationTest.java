package dev.millrace.serde;

import dev.millrace.allocator.TestMemory;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** As {@link FlatCodecAllocationTest}, of the other kinds: in a JVM of its own. */
final class RichAllocationTest {
    record Place(int x, int y) {}

    record Trip(long id, Place from, Place to, double fare, byte seats) {}

    record Reading(@FixedUtf8(8) String sensor, UUID run, float value) {}

    @Test
    void fixedTextsAreReadWithoutGarbage() {
        FlatCodec<Reading> codec = FlatCodec.of(Reading.class);
        String[] sensors = {"north", "south", "east"};
        UUID run = new UUID(1, 2);
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    Reading reading = new Reading(sensors[i % 3], run, i);
                    codec.write(reading, address, address, 0);
                    Reading read = codec.read(address, address);
                    sum += read.sensor().length() + read.run().getLeastSignificantBits();
                    sum += (long) read.value();
                }
                return sum;
            });
        }
    }

    @Test
    void aViewReadsAndChangesWithoutGarbage() {
        RecordView view = RecordView.of(RecordLayout.of(Trip.class));
        int fare = view.index("fare");
        int x = view.index("to.x");
        try (TestMemory memory = new TestMemory(128)) {
            memory.fill(0);
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    view.at(memory.address()).setDouble(fare, i);
                    view.setInt(x, view.intAt(x) + 1);
                    sum += (long) view.doubleAt(fare) + view.intAt(x);
                }
                return sum;
            });
        }
    }

    @Test
    void collectionsAreWrittenWithoutGarbage() {
        FlatCodec<List<Long>> codec = FlatCodec.of(new TypeToken<List<Long>>() {});
        FlatCodec<double[]> arrays = FlatCodec.of(double[].class);
        List<Long> list = List.of(1L, 1L << 40, 3L);
        double[] array = {1, 2, 3};
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    sum += codec.blobBytes(list) + arrays.blobBytes(array);
                    codec.writeBlob(list, address);
                    arrays.writeBlob(array, address);
                }
                return sum;
            });
        }
    }
}

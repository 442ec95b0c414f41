package dev.millrace.serde;

import dev.millrace.allocator.TestMemory;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the data path leaves on the heap: nothing. Written values are made from the event's number, read ones summed up. */
final class FlatCodecAllocationTest {
    record Tx(long card, double amount, int count, boolean isOnline, short shop) {}

    record Place(int x, int y) {}

    record Trip(long id, Place from, Place to, Instant start, Shapes.Side side, double fare, byte seats) {}

    record Flight(Instant scheduled, int delay, int distance, String origin, String destination) {}

    @Test
    void aFixedSizeRecordIsWrittenAndReadWithoutGarbage() {
        FlatCodec<Tx> codec = FlatCodec.of(Tx.class);
        try (TestMemory memory = new TestMemory(64)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    codec.write(new Tx(i, i * 0.5, i, (i & 1) == 0, (short) i), address, address, 0);
                    Tx tx = codec.read(address, address);
                    sum += tx.card() + (long) tx.amount() + tx.count() + tx.shop() + (tx.isOnline() ? 1 : 0);
                }
                return sum;
            });
        }
    }

    @Test
    void nestedRecordsTimesAndEnumsAreReadWithoutGarbage() {
        FlatCodec<Trip> codec = FlatCodec.of(Trip.class);
        Instant start = Instant.ofEpochSecond(1_000_000, 7);
        Trip written = new Trip(1, new Place(2, 3), new Place(4, 5), start, Shapes.Side.SELL, 9.5, (byte) 2);
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    codec.write(written, address, address, 0);
                    Trip trip = codec.read(address, address);
                    sum += trip.from().x() + trip.to().y() + trip.side().ordinal() + trip.seats();
                    sum += trip.start().getEpochSecond() + (long) trip.fare();
                }
                return sum;
            });
        }
    }

    @Test
    void shortRepeatedTextIsWrittenAndReadWithoutGarbage() {
        FlatCodec<Flight> codec = FlatCodec.of(Flight.class);
        String[] airports = {"ATL", "ORD", "DFW", "Reykjavík", "LAX"};
        Instant scheduled = Instant.ofEpochSecond(980_000_000);
        try (TestMemory memory = new TestMemory(256)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    Flight flight = new Flight(scheduled, i, 7, airports[i % 5], airports[(i + 1) % 5]);
                    sum += codec.blobBytes(flight);
                    codec.writeBlob(flight, address);
                    Flight read = codec.readBlob(address);
                    sum += read.delay()
                            + read.origin().length()
                            + read.destination().length();
                    sum += read.scheduled().getEpochSecond();
                }
                return sum;
            });
        }
    }

    @Test
    void longTextIsWrittenWithoutGarbage() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        String text = "plain text ".repeat(20) + "und ein wenig Umlaut: äöü 😀";
        try (TestMemory memory = new TestMemory(1024)) {
            long address = memory.address();
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    sum += codec.blobBytes(text);
                    codec.writeBlob(text, address);
                }
                return sum;
            });
        }
    }
}

package dev.millrace.serde;

import dev.millrace.allocator.TestMemory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** As {@link FlatCodecAllocationTest}, of records whose reading is much code: in a JVM of its own. */
final class WideAllocationTest {
    record Stay(
            long id, LocalDate day, UUID guest, Instant at, Duration lasts, @FixedUtf8(8) String house, byte mark) {}

    record Pair<L, R>(L left, R right) {}

    record Leg(Pair<Double, UUID> way, Pair<Instant, Duration> pause) {}

    /** Compiled alone it comes to more machine code than the JIT would inline of a method that it has compiled. */
    @Test
    void aRecordOfTimesIsReadWithoutGarbage() {
        FlatCodec<Stay> codec = FlatCodec.of(Stay.class);
        Instant at = Instant.ofEpochSecond(1_000_000, 7);
        Stay stay =
                new Stay(1, LocalDate.of(2024, 2, 29), new UUID(1, 2), at, Duration.ofMillis(1500), "north", (byte) 3);
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            codec.writeBlob(stay, address);
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    Stay read = codec.readBlob(address);
                    sum += read.id() + read.day().getDayOfMonth() + read.guest().getLeastSignificantBits();
                    sum += read.at().getEpochSecond() + read.lasts().toSeconds();
                    sum += read.house().length() + read.mark();
                }
                return sum;
            });
            Allocation.assertEndsWithoutGarbage(events -> {
                for (int i = 0; i < events; i++) {
                    codec.writeBlob(stay, address);
                }
                return address;
            });
        }
    }

    @Test
    void recordsWithTypeParametersAreReadWithoutGarbage() {
        FlatCodec<Leg> codec = FlatCodec.of(Leg.class);
        Leg leg = new Leg(
                new Pair<>(4.5, new UUID(3, 4)), new Pair<>(Instant.ofEpochSecond(8), Duration.ofMillis(1_500)));
        try (TestMemory memory = new TestMemory(128)) {
            long address = memory.address();
            codec.write(leg, address, address, 0);
            Allocation.assertEndsWithoutGarbage(events -> {
                long sum = 0;
                for (int i = 0; i < events; i++) {
                    Leg read = codec.read(address, address);
                    sum += read.way().left().longValue() + read.way().right().getLeastSignificantBits();
                    sum += read.pause().left().getEpochSecond();
                    sum += read.pause().right().toSeconds();
                }
                return sum;
            });
        }
    }
}

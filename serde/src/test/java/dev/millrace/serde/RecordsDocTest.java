package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.allocator.TestMemory;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The examples of docs/records.md. */
final class RecordsDocTest {
    sealed interface Payment permits Card, Transfer {}

    record Card(@FixedUtf8(4) String lastDigits, Optional<String> holder) implements Payment {}

    record Transfer(String iban, LocalDate due) implements Payment {}

    record Order(@Key UUID id, @Timestamp Instant at, BigDecimal total, Payment payment, List<Line> lines) {}

    record Line(String article, int count, Map<String, Double> rates) {}

    record Listing(Date day) {}

    @Test
    void anOrderIsReadAsItWasWritten() {
        FlatCodec<Order> codec = FlatCodec.of(Order.class);
        Order order = new Order(
                new UUID(1, 2),
                Instant.EPOCH,
                new BigDecimal("12.50"),
                new Card("1234", Optional.of("J. Doe")),
                List.of(new Line("book", 2, Map.of("VAT", 0.07)), new Line("pen", 1, Map.of())));
        try (TestMemory memory = new TestMemory(1024)) {
            codec.writeBlob(order, memory.address());
            assertEquals(order, codec.readBlob(memory.address()));
            RecordView view = RecordView.of(RecordLayout.of(Order.class));
            int at = view.index("at");
            Instant time = (Instant) view.at(memory.address()).valueAt(at);
            view.setValue(at, time.plusSeconds(1));
            assertEquals(
                    Instant.ofEpochSecond(1), codec.readBlob(memory.address()).at());
        }
    }

    @Test
    void aRefusalSaysWhatToUse() {
        String message = assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(Listing.class))
                .getMessage();
        assertEquals(
                "unsupported type: record=" + Listing.class.getName()
                        + ", component=day, type=java.util.Date: no flat layout for this type; use java.time.Instant",
                message);
    }
}

package dev.millrace.serde.fuzz;

import dev.millrace.serde.FixedUtf8;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The records that are decoded. A new one goes last: programs name them by their place. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
final class FuzzShapes {
    private FuzzShapes() {}

    enum Side {
        BUY,
        SELL,
        HOLD
    }

    record Point(int x, byte layer) {}

    record Numbers(
            boolean flag, byte tiny, short small, char letter, int medium, long large, float single, double twice) {}

    record Texts(String first, Side side, Instant at, String second) {}

    record Nested(Texts texts, byte mark, Point point, String title, Numbers numbers) {}

    record Trade(long account, Instant at, Side side, double price) {}

    record Times(Duration length, LocalDate day, LocalDateTime local, UUID id, BigDecimal amount) {}

    record Arrays(byte[] bytes, long[] longs, short[] shorts, boolean[] flags, double[] doubles, char[] letters) {}

    record Lists(List<Integer> numbers, List<String> texts, List<Point> points, List<List<String>> lists) {}

    record Maps(Map<String, Long> counts, Map<Long, Texts> byNumber, Map<Side, List<Integer>> bySide) {}

    record Optionals(Optional<String> text, Optional<Point> point, Optional<Long> number, Optional<List<Side>> list) {}

    sealed interface Payment {
        record Card(String number, int month) implements Payment {}

        record Cash(BigDecimal amount) implements Payment {}

        record Free(boolean isGift) implements Payment {}
    }

    record Unions(Payment payment, List<Payment> more, Optional<Payment> last) {}

    record FixedTexts(@FixedUtf8(12) String code, int number, @FixedUtf8(3) String unit) {}

    record Pair<A, B>(A first, B second) {}

    record Generic(Pair<Long, String> one, List<Pair<Side, Optional<Instant>>> many) {}

    record Plain(Point point, Numbers numbers, LocalDate day, Side side, long last) {}

    static Class<?>[] all() {
        return new Class<?>[] {
            String.class,
            Side.class,
            Trade.class,
            Numbers.class,
            Texts.class,
            Nested.class,
            Instant.class,
            Times.class,
            Arrays.class,
            Lists.class,
            Maps.class,
            Optionals.class,
            Unions.class,
            FixedTexts.class,
            Generic.class,
            Plain.class
        };
    }
}

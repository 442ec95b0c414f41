package dev.millrace.serde;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Records with every kind of component that is not in {@link Shapes}. Package-private and private on purpose. */
final class RichShapes {
    private RichShapes() {}

    enum Level {
        LOW,
        HIGH
    }

    record Times(Duration lasts, LocalDate day, LocalDateTime local, UUID id, BigDecimal price) {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Arrays(
            byte[] bytes,
            boolean[] flags,
            short[] shorts,
            char[] chars,
            int[] ints,
            long[] longs,
            float[] floats,
            double[] doubles) {}

    record Code(@FixedUtf8(5) String country, int number, @FixedUtf8(16) String name, byte mark) {}

    record Maybe(Optional<Long> number, Optional<String> text, Optional<Code> code, byte mark, Optional<Instant> at) {}

    record Lists(
            List<Integer> numbers,
            List<String> texts,
            List<Code> codes,
            List<List<Shapes.Note>> notes,
            List<Optional<Byte>> maybe,
            List<@FixedUtf8(3) String> short3) {}

    record Maps(
            Map<String, Integer> counts,
            Map<Shapes.Point, List<String>> places,
            Map<Level, Map<Long, Double>> nested,
            Map<Optional<Instant>, UUID> ids) {}

    sealed interface Shape permits Circle, Polygon, Nothing {}

    record Circle(double x, double y, float radius) implements Shape {}

    record Polygon(String name, List<Shapes.Point> corners) implements Shape {}

    record Nothing(boolean sure) implements Shape {}

    record Drawing(byte layer, Shape first, List<Shape> others, Optional<Shape> last) {}

    sealed interface Event<K> {}

    @SuppressWarnings("UnusedNestedClass") // An alternative of Event.
    private record Added<K>(K key, long amount) implements Event<K> {}

    @SuppressWarnings("UnusedNestedClass") // An alternative of Event.
    private record Removed<K>(K key) implements Event<K> {}

    record Pair<L, R>(L left, R right) {}

    record Generic(Pair<Long, String> first, Pair<Pair<Integer, Level>, List<Double>> second, Event<Long> event) {}

    static List<RecordLayout> layouts() {
        return List.of(
                RecordLayout.of(Times.class),
                RecordLayout.of(Arrays.class),
                RecordLayout.of(Code.class),
                RecordLayout.of(Maybe.class),
                RecordLayout.of(Lists.class),
                RecordLayout.of(Maps.class),
                RecordLayout.of(Shape.class),
                RecordLayout.of(Drawing.class),
                RecordLayout.of(Generic.class),
                RecordLayout.of(byte[].class),
                RecordLayout.of(double[].class),
                RecordLayout.of(UUID.class),
                RecordLayout.of(new TypeToken<Pair<Long, String>>() {}),
                RecordLayout.of(new TypeToken<Map<String, List<Long>>>() {}),
                RecordLayout.of(new TypeToken<Event<String>>() {}));
    }
}

package dev.millrace.serde;

import java.time.Instant;

/** Records of many shapes for the laws. Package-private on purpose: codecs must reach them without help. */
final class Shapes {
    private Shapes() {}

    enum Side {
        BUY,
        SELL {
            @Override
            int sign() {
                return -1;
            }
        },
        HOLD;

        int sign() {
            return 1;
        }
    }

    record AllTypes(
            boolean flag,
            byte tiny,
            short small,
            char letter,
            int medium,
            long large,
            float single,
            double twice,
            String text,
            Instant time,
            Side side) {}

    record Fixed(byte tiny, long large, Instant time, int medium, Side side, double twice, boolean flag) {}

    record OneByte(byte tiny) {}

    record OneText(String text) {}

    record TwoInstants(Instant from, int gap, Instant to, int more) {}

    record Point(int x, byte layer) {}

    record Note(String author, Side side, Instant at, String words) {}

    record Middle(Note note, byte mark, String title, Point point) {}

    record Outer(String first, Middle middle, boolean flag, Point point, Note second, float weight) {}

    private record Secret(long number, String word) {}

    static Class<?>[] all() {
        return new Class<?>[] {
            AllTypes.class,
            Fixed.class,
            OneByte.class,
            OneText.class,
            TwoInstants.class,
            Point.class,
            Note.class,
            Middle.class,
            Outer.class,
            Secret.class,
            boolean.class,
            Byte.class,
            short.class,
            Character.class,
            int.class,
            Long.class,
            float.class,
            Double.class,
            String.class,
            Instant.class,
            Side.class
        };
    }
}

package dev.millrace.serde.fuzz;

import java.time.Instant;

/** The records that are decoded. A new one goes last: programs name them by their place. */
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

    static Class<?>[] all() {
        return new Class<?>[] {
            String.class, Side.class, Trade.class, Numbers.class, Texts.class, Nested.class, Instant.class
        };
    }
}

package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.serde.json.JsonException;
import dev.millrace.serde.json.JsonFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for every type that has a form in JSON, and every value of it: over types and values made from a seed. */
final class JsonLawsTest {
    private static final long SEED = 27_182_818L;
    private static final int TYPES = 120;
    private static final int VALUES = 300;

    @Test
    void readUndoesWrite() {
        SplittableRandom random = new SplittableRandom(SEED);
        int written = 0;
        for (int i = 0; i < TYPES; i++) {
            long seed = random.nextLong();
            RecordLayout layout = new RandomTypes(new SplittableRandom(seed)).next();
            JsonFormat<Object> format;
            try {
                format = format(layout);
            } catch (UnsupportedTypeException e) {
                continue; // keys with parts, an optional optional value
            }
            written++;
            roundTrips(layout, format, seed, VALUES);
        }
        int types = written;
        assertTrue(types > TYPES / 3, () -> "types=" + types);
    }

    @Test
    void everyKindRoundTrips() {
        for (RecordLayout layout : RichShapes.layouts()) {
            if (layout.type() != RichShapes.Maps.class) { // keys with parts
                roundTrips(layout, format(layout), SEED, VALUES);
            }
        }
    }

    private static void roundTrips(RecordLayout layout, JsonFormat<Object> format, long seed, int count) {
        TypedValues values = new TypedValues(new SplittableRandom(seed));
        for (int i = 0; i < count; i++) {
            TypedValues.check(layout, values.next(layout), seed, value -> {
                int length = format.write(value);
                byte[] line = java.util.Arrays.copyOf(format.bytes(), length);
                for (byte each : line) {
                    assertTrue(each != '\n', "a line feed inside of a line");
                }
                Object read = format.parse(line, 0, length);
                assertTrue(TypedValues.equal(value, read), () -> "read=" + read);
            });
        }
    }

    @Test
    void damagedLinesAreRefusedOrAreAnotherValue() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (RecordLayout layout : RichShapes.layouts()) {
            if (layout.type() == RichShapes.Maps.class) {
                continue;
            }
            JsonFormat<Object> format = format(layout);
            TypedValues values = new TypedValues(new SplittableRandom(SEED));
            for (int i = 0; i < 300; i++) {
                int length = format.write(values.next(layout));
                byte[] line = java.util.Arrays.copyOf(format.bytes(), length);
                line[random.nextInt(length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : "{}[],:\"0-e".charAt(random.nextInt(10)));
                try {
                    format.parse(line, 0, random.nextInt(8) == 0 ? random.nextInt(length + 1) : length);
                } catch (JsonException e) {
                    assertTrue(e.getMessage().startsWith("column "), e.getMessage());
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // Values are of the layout.
    private static JsonFormat<Object> format(RecordLayout layout) {
        return (JsonFormat<Object>) JsonFormat.of(layout);
    }
}

package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SchemaDescriptorTest {
    private static final long SEED = 1618L;

    private enum Level {
        LOW,
        HIGH
    }

    private sealed interface Shape permits Circle, Named {}

    private record Circle(double radius) implements Shape {}

    @Tag(7)
    private record Named(@FixedUtf8(5) String name) implements Shape {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    private record Rich(
            @Tag(9) long id,
            Map<Level, List<Optional<Shape>>> shapes,
            int[] numbers,
            BigDecimal price,
            Duration lasts,
            Shape shape) {}

    private static final SchemaDescriptor RICH = SchemaDescriptor.of(RecordLayout.of(Rich.class));

    @Test
    void parseUndoesToBytes() {
        assertEquals(RICH, SchemaDescriptor.parse(RICH.toBytes()));
    }

    @Test
    void refusesAnotherVersionAndWhatIsNoDescriptor() {
        byte[] later = RICH.toBytes();
        later[1] = 2;
        assertRefused(later, "version=2, knownVersion=1");
        assertRefused(new byte[0], "version=0");
        assertRefused(new byte[] {8, 1}, "it describes no record");
        assertRefused(new byte[SchemaDescriptor.MAX_BYTES + 1], "schema descriptor is too large");
        assertRefused(Arrays.copyOf(RICH.toBytes(), 40), "schema descriptor is damaged");
    }

    @Test
    void refusesTypesThatLieTooDeepInEachOther() {
        byte[] type = {8, 21};
        for (int i = 0; i < 70; i++) {
            byte[] outer = new byte[type.length + 5];
            outer[0] = 8;
            outer[1] = 21;
            outer[2] = (9 << 3) | 2;
            outer[3] = (byte) ((type.length & 0x7F) | 0x80);
            outer[4] = (byte) (type.length >> 7);
            System.arraycopy(type, 0, outer, 5, type.length);
            type = outer;
        }
        byte[] schema = new byte[type.length + 5];
        schema[0] = 8;
        schema[1] = 1;
        schema[2] = (3 << 3) | 2;
        schema[3] = (byte) ((type.length & 0x7F) | 0x80);
        schema[4] = (byte) (type.length >> 7);
        System.arraycopy(type, 0, schema, 5, type.length);
        assertRefused(schema, "schema descriptor holds too much: depth=65, limit=64");
    }

    private static void assertRefused(byte[] bytes, String fault) {
        MalformedRecordException refusal =
                assertThrows(MalformedRecordException.class, () -> SchemaDescriptor.parse(bytes));
        assertTrue(refusal.getMessage().contains(fault), refusal.getMessage());
    }

    /** What can be parsed can be compared, and read by if it fits, without anything but the typed error. */
    @Test
    void damagedDescriptorsGiveTheTypedErrorOrOneThatCanBeUsed() {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] whole = RICH.toBytes();
        byte[] message = {72, 5};
        for (int i = 0; i < 4_000; i++) {
            byte[] damaged = whole.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                SchemaDescriptor stored = SchemaDescriptor.parse(damaged);
                assertNotNull(stored.protoText());
                SchemaEvolution evolution = SchemaEvolution.between(stored, RICH);
                if (evolution.isReadable()) {
                    evolution.reader().decode(message, 0, message.length);
                }
            } catch (MalformedRecordException e) {
                assertTrue(
                        e.getMessage().startsWith("schema descriptor")
                                || e.getMessage().startsWith("malformed"),
                        e::getMessage);
            } catch (RuntimeException e) {
                throw new AssertionError("seed=" + SEED + ", round=" + i, e);
            }
        }
    }
}
